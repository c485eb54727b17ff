/**
 * Asks Node's inspector about a function: where its code stands, and what its scopes hold. The session does without `Debugger.enable`, which
 * would slow the program down and disturb a debugger. Cost: 3 ms for the first function, 75 to 500 us for each, more for large scopes.
 */
import type { Session } from "node:inspector";
import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { lazyModule } from "../node/lazy.ts";
import { step } from "../value/time-limit.ts";

/** What V8 says of one function. */
export type Opened =
  | {
      readonly kind: "closure";
      readonly script: string;
      /** 1-based. */
      readonly line: number;
      /** Copies of the scopes around it, the innermost first; reading a binding in its dead zone may throw. */
      readonly scopes: readonly object[];
      /** What V8 calls each of these scopes: `Module`, `Closure (f)`, `Global`. */
      readonly scopeKinds: readonly string[];
    }
  | { readonly kind: "bound"; readonly target: object; readonly self: unknown; readonly args: readonly unknown[] }
  /** Not a function of a script, or there is no inspector. */
  | { readonly kind: "closed" };

interface RemoteObject {
  readonly objectId?: string;
  readonly value?: unknown;
}

interface Remote {
  readonly result: RemoteObject;
  readonly internalProperties?: readonly { readonly name: string; readonly value?: RemoteObject }[];
}

interface ShownScope {
  readonly object: object;
  readonly description: string;
}

/** Hands functions over to the inspector, and takes what it finds. */
interface Carrier {
  subject: object | null;
  found: unknown;
}

const HANDOVER = "dumbo.handover";
const GROUP = "dumbo";
const CLOSED: Opened = { kind: "closed" };

let session: Session | null = null;
let carrierId: string | undefined;
const carrier: Carrier = { subject: null, found: null };

/** Whether there is no inspector: with `--permission`, or where Node was built without it. */
let isRefused = false;

/** What opening a function takes of the time for a call, in steps of a walk: so many that the clock is looked at each time. */
const OPENING = 1024;

/**
 * What V8 says of a function. The function is not called, and no code of the program runs.
 * @throws TooLarge when the time is up
 */
export function openFunction(fn: object): Opened {
  if (isRefused) return CLOSED;
  step(OPENING);
  try {
    if (!connect()) return CLOSED;
    return open(fn);
  } catch {
    isRefused = true;
    return CLOSED;
  } finally {
    carrier.subject = null;
    carrier.found = null;
  }
}

function connect(): boolean {
  if (session) return carrierId !== undefined;
  const inspector = lazyModule("inspector");
  session = new inspector.Session();
  session.connect();
  const key = Symbol.for(HANDOVER);
  Object.defineProperty(globalThis, key, { value: carrier, configurable: true });
  try {
    carrierId = post("Runtime.evaluate", { expression: `globalThis[Symbol.for("${HANDOVER}")]` }).result.objectId;
  } finally {
    Reflect.deleteProperty(globalThis, key);
  }
  return carrierId !== undefined;
}

function open(fn: object): Opened {
  carrier.subject = fn;
  const objectId = call("function () { return this.subject; }").objectId;
  const { internalProperties = [] } = post("Runtime.getProperties", { objectId, ownProperties: true });
  const internal = (name: string) => internalProperties.find((property) => property.name === name)?.value;
  try {
    const location = internal("[[FunctionLocation]]")?.value as { scriptId: string; lineNumber: number } | undefined;
    if (location) {
      const list = take(internal("[[Scopes]]")) as ArrayLike<ShownScope>;
      const shown = Array.from({ length: list.length }, (_, i) => list[i] as ShownScope);
      const scopes = shown.map(({ object }) => object);
      const scopeKinds = shown.map(({ description }) => description);
      return { kind: "closure", script: location.scriptId, line: location.lineNumber + 1, scopes, scopeKinds };
    }
    const target = internal("[[TargetFunction]]");
    if (!target) return CLOSED;
    const args = take(internal("[[BoundArgs]]")) as ArrayLike<unknown>;
    return {
      kind: "bound",
      target: take(target) as object,
      self: take(internal("[[BoundThis]]")),
      args: Array.from({ length: args.length }, (_, i) => args[i]),
    };
  } finally {
    post("Runtime.releaseObjectGroup", { objectGroup: GROUP });
  }
}

/** The URLs of all scripts that are files, by their numbers; empty where there is no inspector. Cost: 1 ms and more. */
export function scriptUrls(): ReadonlyMap<number, string> {
  const urls = new Map<number, string>();
  for (const [script, name] of scriptNames()) {
    const url = fileUrl(name);
    if (url !== null) urls.set(script, url);
  }
  return urls;
}

/** V8's names of all scripts, by their numbers: paths, URLs, `node:fs`. */
export function scriptNames(): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  if (isRefused) return names;
  try {
    if (!connect()) return names;
    const note = ({ params }: { params: { scriptId: string; url: string } }) => {
      names.set(Number(params.scriptId), params.url);
    };
    (session as Session).on("Debugger.scriptParsed", note);
    post("Debugger.enable", {});
    post("Debugger.disable", {});
    (session as Session).removeListener("Debugger.scriptParsed", note);
  } catch {
    isRefused = true;
  }
  return names;
}

/** V8 names CommonJS files by their paths, and ES modules by their URLs. */
function fileUrl(name: string): string | null {
  if (name.startsWith("file:")) return name;
  return isAbsolute(name) ? pathToFileURL(name).href : null;
}

/** The value behind an object of the inspector. */
function take(remote: RemoteObject | undefined): unknown {
  if (!remote) throw new Error("the inspector has no such property");
  call("function (value) { this.found = value; }", remote);
  return carrier.found;
}

function call(functionDeclaration: string, argument?: RemoteObject): RemoteObject {
  const args = argument ? { arguments: [argument.objectId ? { objectId: argument.objectId } : argument] } : {};
  return post("Runtime.callFunctionOn", { objectId: carrierId, functionDeclaration, objectGroup: GROUP, ...args })
    .result;
}

/** Asks the inspector. It runs on this thread, so that the answer is there when `post` returns. */
function post(method: string, parameters: object): Remote {
  let answer: Remote | null = null;
  (session as Session).post(method, parameters, (error, result) => {
    if (!error) answer = result as Remote;
  });
  if (answer === null) throw new Error(`no answer to ${method}`);
  return answer;
}
