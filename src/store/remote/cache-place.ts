/** Reads the URL of a shared cache: `redis://host:port?mode=write`, `s3://bucket/prefix?endpoint=...`. */
import { closest } from "../../config/closest.ts";
import { ConfigError, type RemoteSetting } from "../../config/config.ts";

interface Common {
  /** Where the user has written the URL, for messages. */
  readonly at: string;
  /** The URL without passwords and options, for messages. */
  readonly name: string;
  /** Whether this machine writes its results there. */
  readonly writes: boolean;
  /** The namespace in which this machine writes, and which it reads first. */
  readonly namespace: string;
  /** Further namespaces that it reads. */
  readonly from: readonly string[];
  /** Whether records without a signature are believed, so that anybody who can write there is. */
  readonly believesAll: boolean;
  /** Milliseconds that the first look-up of a run may wait for the list of what earlier runs used. */
  readonly wait: number;
}

export type CachePlace =
  | (Common & { readonly kind: "redis"; readonly url: string })
  | (Common & {
      readonly kind: "s3";
      /** The URL of the bucket, without a slash at its end. */
      readonly base: string;
      readonly prefix: string;
      readonly region: string;
    });

const COMMON = ["mode", "namespace", "from", "unsigned", "wait"];
const OPTIONS = { redis: COMMON, s3: [...COMMON, "endpoint", "region"] } as const;
/** No name of dots alone: in a path, it stands for another folder. */
const NAME = /^(?!\.+$)[\w.-]{1,64}$/;
/** The default of `wait`: enough for a server that is near, and little against the time of a run that needs a shared cache. */
const WAIT = 200;
const LONGEST_WAIT = 60_000;

/** @throws ConfigError that names where the URL is written, and what is wrong with it */
export function cachePlaceOf({ url: text, at }: RemoteSetting): CachePlace {
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

/** Where a bucket is. Its name is in the path of the URL and not in the host, because every server understands that. */
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
  return text.replace(/\/\/.*@/s, "//");
}
