/**
 * Stack traces of errors, as parts of a key. V8 puts a trace together when a program first reads it, by `Error.prepareStackTrace`; that
 * is dumbo's own function here (loader/stack-frames.ts), which tells the frames around it. So a trace that nobody has read yet needs no
 * place in a key: reading it is noticed. One that was read is a text as any other.
 *
 * Whether it was read, only reading it tells. While dumbo asks, its function throws: V8 keeps nothing of that, and puts
 * the trace together when it is next asked for.
 */
import { types } from "node:util";
import { Unkeyable } from "./unkeyable.ts";

/** A trace that nobody has read. */
export const UNREAD: unique symbol = Symbol("unread");

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, hasOwn } = Object;
const { apply } = Reflect;
const isEnumerable = Object.prototype.propertyIsEnumerable;
const { isNativeError } = types;
const LanguageError = Error;
/** What V8 has in the place of a trace since Node 21: two functions, the same for all errors. */
const { get: getTrace, set: setTrace } = getOwnPropertyDescriptor(new Error(), "stack") ?? {};

let hook: unknown;
let isAsking = false;

/** Says what `Error.prepareStackTrace` has to be for the reading of a trace to be noticed. */
export function noticeTracesBy(prepareStackTrace: unknown): void {
  hook = prepareStackTrace;
}

/** Whether it would be noticed now that a trace is read. */
export function noticesTraces(): boolean {
  return hook !== undefined && getOwnPropertyDescriptor(LanguageError, "prepareStackTrace")?.value === hook;
}

/** To be called first by the function that notices. @throws while dumbo asks whether a trace was read */
export function refuseWhileAsked(): void {
  if (isAsking) throw UNREAD;
}

/** Whether a property is, or may be, a trace of V8's. */
export function isTrace(owner: object, key: PropertyKey): boolean {
  if (key !== "stack" || !hasOwn(owner, key)) return false;
  if (getTrace === undefined) return isNativeError(owner) || !apply(isEnumerable, owner, [key]);
  const property = getOwnPropertyDescriptor(owner, key);
  return property?.get === getTrace && property?.set === setTrace;
}

/**
 * What a trace's property holds: {@link UNREAD}, or what reading it gives.
 * @param owner an object for whose property {@link isTrace} answers yes
 * @throws Unkeyable where reading it would not be noticed
 */
export function traceOf(owner: object): unknown {
  if (!noticesTraces()) throw new Unkeyable({ kind: "stack-value" });
  isAsking = true;
  try {
    if (getTrace !== undefined) return apply(getTrace, owner, []);
    return (getOwnPropertyDescriptor(owner, "stack") as PropertyDescriptor).value;
  } catch (error) {
    if (error !== UNREAD) throw error;
    return UNREAD;
  } finally {
    isAsking = false;
  }
}
