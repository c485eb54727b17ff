/**
 * Whether parameter patterns may take arguments apart a second time. A recorded call evaluates its patterns twice, which is the same as
 * once only if reading the argument runs no code of the program: no accessor of a class, no iterator of the program's.
 */
import { types } from "node:util";
import { areHolesEmpty, elementAt, elementsOf } from "../value/array-elements.ts";
import { isTrace } from "../value/stack-traces.ts";
import { ProgramMap, ProgramSet } from "../value/well-known.ts";

// Captured before the program can replace them.
const { getPrototypeOf, getOwnPropertyDescriptor, hasOwn } = Object;
const { ownKeys } = Reflect;
const { isArray } = Array;
const { isView } = ArrayBuffer;
const { isProxy } = types;
const { iterator } = Symbol;

/** Prototypes at which a search for accessors ends: reading what they have runs no code of the program. */
const BUILT_IN = new Set<object>(
  [Object, Function, Array, ProgramMap, ProgramSet, Date, RegExp, ArrayBuffer].map(
    ({ prototype }) => prototype as object,
  ),
);

/**
 * Whether taking arguments apart could run code of the program. To be asked of arguments that have a key: proxies were refused for that.
 * @param levels how deep the pattern of each parameter reaches; the last one holds for all further arguments
 */
export function runsCode(args: readonly unknown[], levels: readonly number[]): boolean {
  for (let i = 0; i < args.length; i++) {
    if (runsProgramCode(args[i], levelsOf(levels, i))) return true;
  }
  return false;
}

function levelsOf(levels: readonly number[], argument: number): number {
  return levels[argument < levels.length ? argument : levels.length - 1] ?? 0;
}

/** How many names `Object.prototype` has before the program runs: a name that the program adds may be an accessor. */
const INHERITED = ownKeys(Object.prototype).length;
/** Objects with more properties are not looked at: that would take too long for timing a call. */
const MOST_PROPERTIES = 64;

/**
 * The same question for arguments without a key, the other way round: true for plain objects whose properties are all values.
 * Cost: one look at each of these properties.
 * @param levels as for {@link runsCode}
 */
export function canBeReadAgain(args: readonly unknown[], levels: readonly number[]): boolean {
  for (let i = 0; i < args.length; i++) {
    if (!isPlain(args[i], levelsOf(levels, i))) return false;
  }
  return ownKeys(Object.prototype).length === INHERITED;
}

function isPlain(value: unknown, levels: number): boolean {
  if (levels === 0 || value === undefined) return true;
  if (typeof value !== "object" || value === null || isProxy(value)) return false;
  const prototype: unknown = getPrototypeOf(value);
  // An iterator of its own is the program's code: a pattern for lists calls it.
  if ((prototype !== Object.prototype && prototype !== null) || hasOwn(value, iterator)) return false;
  const keys = ownKeys(value);
  if (keys.length > MOST_PROPERTIES) return false;
  for (let i = 0; i < keys.length; i++) {
    const descriptor = getOwnPropertyDescriptor(value, keys[i] as PropertyKey) as PropertyDescriptor;
    if (!("value" in descriptor) || (levels > 1 && !isPlainOrNone(descriptor.value, levels - 1))) return false;
  }
  return true;
}

/** For the values of properties: the pattern may not take each of them apart. A value that is no object runs no code, or the pattern throws. */
function isPlainOrNone(value: unknown, levels: number): boolean {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  return !isObject || isPlain(value, levels);
}

function runsProgramCode(value: unknown, levels: number): boolean {
  if (levels === 0 || value === null || (typeof value !== "object" && typeof value !== "function")) return false;
  if (isView(value)) return false;
  // To read the stack of an error makes V8 put its text together, which may run code of the program.
  if (hasOwn(value, iterator) || isTrace(value, "stack")) return true;
  const prototype = getPrototypeOf(value) as object | null;
  if (isArray(value)) {
    return levels > 1 && mayHoldObjects(value) && elementsRunCode(value, levels - 1);
  }
  if (prototype === Object.prototype || prototype === null) return propertiesRunCode(value, levels - 1);
  // Below the first level of an instance or a collection, nothing is looked at: it may run code.
  return levels > 1 || hasAccessors(value);
}

/** Whether an array may hold objects: an array of numbers without holes does not. */
function mayHoldObjects(array: unknown[]): boolean {
  const elements = elementsOf(array);
  return elements === null || elements.isHoley || elements.holds === "values";
}

function elementsRunCode(array: unknown[], levels: number): boolean {
  let hasHoles = false;
  for (let i = 0; i < array.length; i++) {
    if (!hasOwn(array, i)) hasHoles = true;
    else if (runsProgramCode(elementAt(array, i), levels)) return true;
  }
  return hasHoles && !areHolesEmpty();
}

function propertiesRunCode(value: object, levels: number): boolean {
  const keys = ownKeys(value);
  for (let i = 0; i < keys.length; i++) {
    const descriptor = getOwnPropertyDescriptor(value, keys[i] as PropertyKey) as PropertyDescriptor;
    if (!("value" in descriptor) || runsProgramCode(descriptor.value, levels)) return true;
  }
  return false;
}

/** Whether an object, or a class of it, has an accessor or an iterator that the program made. */
function hasAccessors(value: object): boolean {
  for (let at: object | null = value; at !== null && !BUILT_IN.has(at); at = getPrototypeOf(at) as object | null) {
    const keys = ownKeys(at);
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as PropertyKey;
      if (key === iterator || !("value" in (getOwnPropertyDescriptor(at, key) as PropertyDescriptor))) return true;
    }
  }
  return false;
}
