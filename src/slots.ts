/**
 * What an object is by its internal slots, and not by what it says of itself. Nothing of the program is asked: what is
 * used here was captured before the program could replace it.
 */
import { inspect, types } from "node:util";

/** Arrays and views up to this length are looked at element by element for accessors, attributes and names. */
export const CLOSE_LOOK = 1024;

const { getPrototypeOf, getOwnPropertyDescriptor, getOwnPropertySymbols, hasOwn } = Object;
const { ownKeys, apply } = Reflect;
const inspectOriginal = inspect;
const toStringTag = Object.prototype.toString;
const viewTag = getterOf(getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag);
const viewLength = getterOf(getPrototypeOf(Uint8Array.prototype), "length");

/** The getter of a built-in accessor, as it is now. */
export function getterOf(prototype: object, key: PropertyKey): () => unknown {
  return getOwnPropertyDescriptor(prototype, key)?.get as () => unknown;
}

/** `Uint8Array`, `DataView`, ... by the internal slot, not by what the object says of itself. */
export function viewKind(view: ArrayBufferView): string {
  return types.isDataView(view) ? "DataView" : (apply(viewTag, view, []) as string);
}

/** Whether a view has properties of its own beside its elements. */
export function hasNames(view: ArrayBufferView): boolean {
  if (types.isDataView(view)) return ownKeys(view).length > 0;
  const length = apply(viewLength, view, []) as number;
  if (length <= CLOSE_LOOK) return ownKeys(view).length !== length;
  if (getOwnPropertySymbols(view).length > 0) return true;
  for (let i = 0; i < VIEW_NAMES.length; i++) if (hasOwn(view, VIEW_NAMES[i] as string)) return true;
  // The only look at the other names that does not make a string of every index: 2 us, whatever the length.
  return !inspectOriginal(view, NAMES_ONLY).endsWith(`[ ... ${length} more items ]`);
}

/** What is read of a view: a name of its own in the place of one of these would be asked. */
const VIEW_NAMES = ["length", "byteLength", "byteOffset", "buffer", "constructor"];
const NAMES_ONLY = {
  maxArrayLength: 0,
  depth: 0,
  customInspect: false,
  breakLength: Number.POSITIVE_INFINITY,
} as const;

/**
 * Whether an object without a class is only its properties. A program that hides a Map behind a plain face has to do
 * so on purpose; without properties it is looked at.
 */
export function isOrdinary(value: object, keys: readonly PropertyKey[]): boolean {
  // An object that says by a property what it is: the property is seen as such, and its text proves nothing.
  if (keys.length === 0 || Symbol.toStringTag in value) return !hasSlots(value);
  return apply(toStringTag, value, []) === "[object Object]";
}

export function hasSlots(value: object): boolean {
  return slotOf(value) !== undefined;
}

/** What an object is by its slots. Nothing of the program is asked. */
export function describe(value: object): string {
  return slotOf(value) ?? "an object that dumbo cannot see into";
}

function slotOf(value: object): string | undefined {
  for (let i = 0; i < SLOTS.length; i++) if (SLOTS[i]?.[0](value)) return SLOTS[i]?.[1];
  return undefined;
}

const SLOTS: readonly [(value: object) => boolean, string][] = [
  [types.isArgumentsObject, "an arguments object"],
  [types.isNativeError, "an Error"],
  [types.isBoxedPrimitive, "a boxed primitive"],
  [types.isMap, "a Map"],
  [types.isSet, "a Set"],
  [types.isDate, "a Date"],
  [types.isRegExp, "a RegExp"],
  [types.isPromise, "a Promise"],
  [types.isWeakMap, "a WeakMap"],
  [types.isWeakSet, "a WeakSet"],
  [types.isAnyArrayBuffer, "an ArrayBuffer"],
  [types.isGeneratorObject, "a generator"],
  [types.isExternal, "a native handle"],
  [types.isModuleNamespaceObject, "a module"],
];
