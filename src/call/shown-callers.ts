/**
 * Whether a member of an object (`stack`, `callee`, `caller`) may show which code has called the running function. Parsers have a
 * `stack` of their own, and syntax trees a `callee`, which their hottest loops read: what was found of one object holds for
 * those that V8 has in the same hidden class.
 */
import { types } from "node:util";
import { areAlike, isSettled, lookedAt } from "../value/hidden-classes.ts";

const { getPrototypeOf, getOwnPropertyDescriptor } = Object;
const { isArgumentsObject, isNativeError, isProxy } = types;
const { WeakRef: WeakReference } = globalThis;
const { deref } = WeakReference.prototype;
const { apply } = Reflect;

/** Objects that are remembered of one place of the code. */
const MOST = 4;

/** Objects that were looked at, and are not kept alive, of some hidden classes. */
export type HarmlessObjects = WeakRef<object>[];

/**
 * @param object what is read from
 * @param name of the member
 * @param harmless objects that have such a member of their own which shows nothing: found at this place of the code before, and noted here
 */
export function mayShowCallers(object: unknown, name: string, harmless: HarmlessObjects): boolean {
  if ((typeof object !== "object" && typeof object !== "function") || object === null) return false;
  for (let i = 0; i < harmless.length; i++) {
    const known = apply(deref, harmless[i] as WeakRef<object>, []) as object | undefined;
    if (known !== undefined && areAlike(known, object)) return false;
  }
  if (isProxy(object)) return true;
  const own = getOwnPropertyDescriptor(object, name);
  if (own === undefined) return mayInheritCallers(object, name);
  if (isTrace(own) || isArgumentsObject(object) || isNativeError(object)) return true;
  lookedAt(1);
  // A hidden class settles what kind of thing an object is, and that this member is a value which enumerations show.
  if (harmless.length < MOST && isSettled(object)) harmless[harmless.length] = new WeakReference(object);
  return false;
}

/** What inherits from a function, an error or the like reads the very members of that one. */
function mayInheritCallers(object: object, name: string): boolean {
  let inherited: PropertyDescriptor | undefined;
  for (let at: object | null = object; at !== null; at = getPrototypeOf(at) as object | null) {
    if (typeof at === "function" || isProxy(at) || isArgumentsObject(at) || isNativeError(at)) return true;
    inherited ??= getOwnPropertyDescriptor(at, name);
  }
  return inherited !== undefined && isTrace(inherited);
}

/** A trace is an accessor, or a value that no enumeration shows. */
function isTrace(member: PropertyDescriptor): boolean {
  return !("value" in member) || member.enumerable !== true;
}
