/**
 * Stack traces of errors, as parts of a key. V8 makes the text of a trace when it is first read, by calling `Error.prepareStackTrace`.
 * dumbo has put its own function there (loader/stack-frames.ts), which tells the recorded calls that a trace is read. So a key need not
 * hold a trace that nobody has read yet: a recorded call that reads it is not kept. A trace that was read is a text like any other.
 *
 * Only reading a trace tells whether it was read. While dumbo reads one, its function throws. V8 keeps nothing of that read, and makes
 * the text at the next one.
 */
import { types } from "node:util";
import { Unkeyable } from "./unkeyable.ts";

/** Stands for a trace that nobody has read. */
export const UNREAD: unique symbol = Symbol("unread");

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, hasOwn } = Object;
const { apply } = Reflect;
const isEnumerable = Object.prototype.propertyIsEnumerable;
const { isNativeError } = types;
const LanguageError = Error;
/** Since Node 21, `stack` is an accessor, with the same two functions for all errors. Before, it looks like a value. */
const { get: getTrace, set: setTrace } = getOwnPropertyDescriptor(new Error(), "stack") ?? {};

let hook: unknown;
let isAsking = false;

/** Sets dumbo's function: reading a trace is noticed as long as `Error.prepareStackTrace` is this one. */
export function noticeTracesBy(prepareStackTrace: unknown): void {
  hook = prepareStackTrace;
}

/** Whether reading a trace would be noticed now. */
export function noticesTraces(): boolean {
  return hook !== undefined && getOwnPropertyDescriptor(LanguageError, "prepareStackTrace")?.value === hook;
}

/** dumbo's `Error.prepareStackTrace` calls this first. @throws while dumbo asks whether a trace was read */
export function refuseWhileAsked(): void {
  if (isAsking) throw UNREAD;
}

/** Whether a property is, or may be, a stack trace that V8 makes. */
export function isTrace(owner: object, key: PropertyKey): boolean {
  if (key !== "stack" || !hasOwn(owner, key)) return false;
  if (getTrace === undefined) return isNativeError(owner) || !apply(isEnumerable, owner, [key]);
  const property = getOwnPropertyDescriptor(owner, key);
  return property?.get === getTrace && property?.set === setTrace;
}

/**
 * The value of a trace's property, or {@link UNREAD}.
 * @param owner an object for whose property {@link isTrace} answers true
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
