/**
 * Functions that Node makes of a function of the program's (`util.deprecate(fn)`, `util.promisify(fn)`): what such a one does is what
 * made it, the function behind it, and what it keeps to itself.
 */
import { types } from "node:util";
import type { WrappedFunction } from "../../src/code/identity.ts";
import { deprecations } from "../../src/value/deprecations.ts";

// Captured before the program can replace it.
const { getOwnPropertyDescriptor, getPrototypeOf } = Object;

/** What the first call of a function that warns is called, and one that has warned: it is silent from then on. */
const WARNS = "util.deprecate";
const SILENT = "util.deprecate, has warned";

const wrapped = new WeakMap<object, WrappedFunction>();

/** What Node has made a function of, or null for any other. */
export function wrappedFunction(fn: object): WrappedFunction | null {
  return wrapped.get(fn) ?? null;
}

/** @param by names what made it: two that it makes of one function do the same */
export function noteWrapped(fn: object, by: string, target: object): void {
  wrapped.set(fn, { by, target, isSettled: true });
}

/** Notes a function that warns when it is first called: it does something else then than later. */
export function noteWarning(fn: object, target: object): void {
  wrapped.set(fn, { by: WARNS, target, isSettled: false });
}

/** Whether a function may still warn. */
export function mayWarn(fn: object): boolean {
  return wrapped.get(fn)?.isSettled === false;
}

/** Notes that a function has warned, if it could. */
export function noteWarned(fn: object, target: object): void {
  // While warnings are off, it does not note that it was called.
  if (deprecations() !== "told") return;
  wrapped.set(fn, { by: SILENT, target, isSettled: true });
}

/** Whether a function has a property, its own or an inherited one, or may have: proxies are not asked. */
export function mayHave(fn: object, key: PropertyKey): boolean {
  for (let at: object | null = fn; at !== null; at = getPrototypeOf(at) as object | null) {
    if (types.isProxy(at) || getOwnPropertyDescriptor(at, key) !== undefined) return true;
  }
  return false;
}
