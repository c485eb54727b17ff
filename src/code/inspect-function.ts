/**
 * Opens a function by Node's own inspector: where its code stands and what its scopes hold. A session without
 * `Debugger.enable` slows nothing down and disturbs no debugger. Cost: 3 ms for the first, 75 to 500 us for each
 * function, more for larger scopes.
 */
import type { Session } from "node:inspector";
import { late } from "../node/lazy.ts";
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
    }
  | { readonly kind: "bound"; readonly target: object; readonly self: unknown; readonly args: readonly unknown[] }
  /** Not a function of a script, or the inspector is not to be had. */
  | { readonly kind: "closed" };

interface RemoteObject {
  readonly objectId?: string;
  readonly value?: unknown;
}

interface Remote {
  readonly result: RemoteObject;
  readonly internalProperties?: readonly { readonly name: string; readonly value?: RemoteObject }[];
}

/** What the inspector takes functions from and puts what it finds into. */
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

/** Whether the inspector can be had: with `--permission`, and where Node was built without it, it cannot. */
let isRefused = false;

/** What opening a function takes of the time for a call, in steps of a walk: more than from one look at the clock to the next. */
const OPENING = 1024;

/**
 * What V8 says of a function. It is not called, and nothing of the program runs.
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
  const inspector = late("inspector");
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
      const list = take(internal("[[Scopes]]")) as ArrayLike<{ object: object }>;
      const scopes = Array.from({ length: list.length }, (_, i) => (list[i] as { object: object }).object);
      return { kind: "closure", script: location.scriptId, line: location.lineNumber + 1, scopes };
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

/** The value behind what the inspector calls it. */
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

/** On the same thread, the answer is there when `post` returns. */
function post(method: string, parameters: object): Remote {
  let answer: Remote | null = null;
  (session as Session).post(method, parameters, (error, result) => {
    if (!error) answer = result as Remote;
  });
  if (answer === null) throw new Error(`no answer to ${method}`);
  return answer;
}
