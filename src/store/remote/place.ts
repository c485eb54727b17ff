/** A shared cache as its URL says it: `redis://host:port?mode=write`, `s3://bucket/prefix?endpoint=...`. */
import { closest } from "../../config/closest.ts";
import { ConfigError, type RemoteSetting } from "../../config/config.ts";

interface Common {
  /** Where the user has written it. */
  readonly at: string;
  /** For messages: without a password. */
  readonly name: string;
  /** Whether results of this machine go there. */
  readonly writes: boolean;
  /** Where this machine writes, and reads first. */
  readonly namespace: string;
  /** Where it reads as well. */
  readonly from: readonly string[];
  /** Whether whoever can write there is believed, with no signature. */
  readonly believesAll: boolean;
  /** Milliseconds that the first look-up of a run may wait to hear what there is. */
  readonly wait: number;
}

export type Place =
  | (Common & { readonly kind: "redis"; readonly url: string })
  | (Common & {
      readonly kind: "s3";
      /** With the bucket, and no slash at its end. */
      readonly base: string;
      readonly prefix: string;
      readonly region: string;
    });

const COMMON = ["mode", "namespace", "from", "unsigned", "wait"];
const OPTIONS = { redis: COMMON, s3: [...COMMON, "endpoint", "region"] } as const;
const NAME = /^[\w.-]{1,64}$/;
/** Milliseconds: enough for a server that is near, and little beside what a run with a shared cache takes. */
const WAIT = 200;
const LONGEST_WAIT = 60_000;

/** @throws ConfigError that names where the URL is written, and what is wrong with it */
export function placeOf({ url: text, at }: RemoteSetting): Place {
  const url = URL.canParse(text) ? new URL(text) : null;
  const kind = url && kindOf(url.protocol);
  if (!kind) throw wrong(at, "must be a URL such as redis://host:6379 or s3://bucket/prefix", withoutSecrets(text));
  for (const name of url.searchParams.keys()) {
    if (OPTIONS[kind].includes(name)) continue;
    throw new ConfigError(`${at}: unknown option "${name}"; did you mean "${closest(name, OPTIONS[kind])}"?`);
  }
  const { protocol, host, pathname } = url;
  const option = (name: string) => url.searchParams.get(name);
  const common: Common = {
    at,
    name: `${protocol}//${host}${pathname === "/" ? "" : pathname}`,
    writes: oneOf(at, "mode", option("mode") ?? "read", ["read", "write"]) === "write",
    namespace: named(at, "namespace", option("namespace") ?? "main"),
    from: (option("from") ?? "").split(",").flatMap((one) => (one === "" ? [] : [named(at, "from", one)])),
    believesAll: oneOf(at, "unsigned", option("unsigned") ?? "no", ["no", "yes"]) === "yes",
    wait: waitOf(at, option("wait")),
  };
  if (kind === "redis") {
    url.search = "";
    return { ...common, kind, url: url.href };
  }
  return { ...common, kind, ...bucketOf(at, url) };
}

function kindOf(protocol: string): "redis" | "s3" | null {
  if (protocol === "s3:") return "s3";
  return protocol === "redis:" || protocol === "rediss:" ? "redis" : null;
}

/** By path, which every server understands. */
function bucketOf(at: string, url: URL): { readonly base: string; readonly prefix: string; readonly region: string } {
  if (url.host === "") throw wrong(at, "must name a bucket", url.href);
  const region = url.searchParams.get("region") ?? process.env.AWS_REGION ?? "us-east-1";
  const endpoint = url.searchParams.get("endpoint") ?? `https://s3.${region}.amazonaws.com`;
  if (!URL.canParse(endpoint) || !/^https?:/.test(endpoint))
    throw wrong(at, "endpoint must be an http(s) URL", endpoint);
  const prefix = url.pathname.replace(/^\/+|\/+$/g, "");
  return { base: `${endpoint.replace(/\/+$/, "")}/${url.host}`, prefix: prefix === "" ? "" : `${prefix}/`, region };
}

function waitOf(at: string, text: string | null): number {
  const wait = text === null ? WAIT : Number(text);
  if (wait >= 0 && wait <= LONGEST_WAIT) return wait;
  throw wrong(at, `wait must be milliseconds, at most ${LONGEST_WAIT}`, text ?? "");
}

function named(at: string, option: string, text: string): string {
  if (NAME.test(text)) return text;
  throw wrong(at, `${option} must be of letters, digits, ".", "_" and "-"`, text);
}

function oneOf<T extends string>(at: string, option: string, text: string, known: readonly T[]): T {
  const found = known.find((one) => one === text);
  if (found !== undefined) return found;
  throw wrong(at, `${option} must be ${known.join(" or ")}`, text);
}

function wrong(at: string, what: string, found: string): ConfigError {
  return new ConfigError(`${at}: ${what}, not ${JSON.stringify(found)}`);
}

function withoutSecrets(text: string): string {
  return text.replace(/\/\/[^@/]*@/, "//");
}
