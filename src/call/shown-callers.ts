/**
 * Whether a member of an object (`stack`, `callee`, `caller`) may show which code has called the running function. Parsers keep data of their
 * own in a `stack`, and syntax trees in a `callee`, and read them in hot loops: so what was found for one object is taken to hold for
 * all objects of the same hidden class.
 */
import { types } from "node:util";
import { areAlike, countLooks, isSettled } from "../value/hidden-classes.ts";

const { getPrototypeOf, getOwnPropertyDescriptor } = Object;
const { isArgumentsObject, isNativeError, isProxy } = types;
const { WeakRef: WeakReference } = globalThis;
const { deref } = WeakReference.prototype;
const { apply } = Reflect;

/** At most so many objects are remembered for one place in the code. */
const MOST = 4;

/** Objects whose member was found to show nothing: one for each hidden class, held weakly. */
export type HarmlessObjects = WeakRef<object>[];

/**
 * @param object whose member is read
 * @param name of the member
 * @param harmless what was found at the same place in the code before; a harmless object is added
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
  // Objects of one hidden class are of one kind, and this member of each is a value that enumerations show.
  countLooks(1);
  if (harmless.length < MOST && isSettled(object)) harmless[harmless.length] = new WeakReference(object);
  return false;
}

/** An object that inherits from a function, an error or an arguments object reads the members of that one. */
function mayInheritCallers(object: object, name: string): boolean {
  let inherited: PropertyDescriptor | undefined;
  for (let at: object | null = object; at !== null; at = getPrototypeOf(at) as object | null) {
    if (typeof at === "function" || isProxy(at) || isArgumentsObject(at) || isNativeError(at)) return true;
    inherited ??= getOwnPropertyDescriptor(at, name);
  }
  return inherited !== undefined && isTrace(inherited);
}

/** Whether a member may be a trace: V8 makes an accessor of those, or a value that no enumeration shows. */
function isTrace(member: PropertyDescriptor): boolean {
  return !("value" in member) || member.enumerable !== true;
}
