/**
 * What a program can see of a function beside its code: its own properties with their order and attributes, name and length among them; what it
 * inherits from; whether it is extensible; and the object behind its `prototype`, if it has one.
 *
 * When code makes a function, all of this follows from the code. So a key only has to say what was changed since. Most functions stay as
 * they were made, which V8's hidden class tells at once (src/value/hidden-classes.ts).
 */
import { types } from "node:util";
import { areAlike, countLooks, untouchedFunctions } from "../value/hidden-classes.ts";
import { ownNames } from "../value/own-keys.ts";
import { targetOf } from "./hand-memoized.ts";

// Captured before the program can replace them.
const { getPrototypeOf, getOwnPropertyDescriptor, hasOwn, is, isExtensible, keys: enumerableNames } = Object;
const { apply } = Reflect;
const { isAsyncFunction, isGeneratorFunction, isProxy } = types;
const isEnumerable = Object.prototype.propertyIsEnumerable;
const FunctionPrototype = Function.prototype;
const ObjectPrototype = Object.prototype;
const AsyncFunctionPrototype = getPrototypeOf(async () => {}) as object;
const GeneratorFunctionPrototype = getPrototypeOf(function* () {}) as object;
const AsyncGeneratorFunctionPrototype = getPrototypeOf(async function* () {}) as object;
const GeneratorPrototype = getPrototypeOf(function* () {}.prototype) as object;
const AsyncGeneratorPrototype = getPrototypeOf(async function* () {}.prototype) as object;

/** What functions inherit from as the language makes them. */
export const FUNCTION_PROTOTYPES: readonly object[] = [
  FunctionPrototype,
  AsyncFunctionPrototype,
  GeneratorFunctionPrototype,
  AsyncGeneratorFunctionPrototype,
];

/** A function with its name and length as they were when dumbo first looked at it. */
export interface FunctionRecord {
  readonly value: object;
  /** The names of its properties, in order; null if it was no longer as the language makes functions when dumbo first looked. */
  readonly names: readonly (string | symbol)[] | null;
  readonly name: unknown;
  readonly length: unknown;
  /** Name, length and number of properties, as a text. A part of the code of all that reaches the function. */
  readonly text: string;
  /** An untouched function that had the same hidden class when last asked. */
  readonly like: object | null;
  /** The number of the walk that has last found it as it was made: that walk need not look again. */
  readonly madeIn: number;
}

interface MutableRecord extends FunctionRecord {
  like: object | null;
  madeIn: number;
}

const records = new WeakMap<object, MutableRecord>();

/** @param given no proxy */
export function recordOf(given: object): FunctionRecord {
  const fn = targetOf(given);
  const known = records.get(fn);
  if (known) return known;
  const names = ownNames(fn);
  const [name, length] = [standardValue(fn, "name"), standardValue(fn, "length")];
  const made: MutableRecord = {
    value: fn,
    names,
    name,
    length,
    text: `${names.length} ${length} ${name}`,
    like: null,
    madeIn: 0,
  };
  const record = hasStandardProperties(made) ? made : { ...made, names: null, text: "changed" };
  records.set(fn, record);
  return record;
}

/**
 * Whether a built-in function can be described as functions of the program are. Not constructors of the language, on which there is too much:
 * that is watched as a whole (audit/builtins/patched.ts). Not tapped functions, which are proxies.
 */
export function isPlainFunction(fn: object): boolean {
  return !isProxy(fn) && (recordOf(fn).names !== null || !hasOwn(fn, "prototype"));
}

/** The `name` or `length` of a function, if it has the attributes and the type that the language gives it; else undefined. */
function standardValue(fn: object, key: "name" | "length"): unknown {
  const property = getOwnPropertyDescriptor(fn, key);
  if (property?.writable !== false || property.enumerable || !property.configurable) return undefined;
  const value: unknown = property.value;
  if (key === "name") return typeof value === "string" ? value : undefined;
  return typeof value === "number" && is(value, value >>> 0) ? value : undefined;
}

/** Whether a function or class still has the `name` or `length` of its record. */
export function hasNameAsMade(record: FunctionRecord, key: "name" | "length"): boolean {
  return record[key] !== undefined && standardValue(record.value, key) === record[key];
}

/**
 * Whether nothing that a program can see of a function was changed since it was made. Cost: 30 ns, 500 where V8 does not tell.
 * @param walk the number of the walk that asks: within one walk, a function is looked at once. 0 outside of walks
 */
export function isAsMade(record: FunctionRecord, walk = 0): boolean {
  if (walk !== 0 && record.madeIn === walk) return true;
  const isMade = hasPropertiesAsMade(record) && hasPrototypeLeft(record);
  if (isMade) (record as MutableRecord).madeIn = walk;
  return isMade;
}

/** Whether own properties, prototype and extensibility are as they were made. The object behind `prototype` is not looked at. */
export function hasPropertiesAsMade(record: FunctionRecord): boolean {
  if (record.names === null) return false;
  // Elements are no part of a hidden class: they are asked for.
  if (isLikeUntouched(record as MutableRecord)) return enumerableNames(record.value).length === 0;
  countLooks(1);
  return hasStandardProperties(record);
}

/** Whether the object behind `prototype` is as it was made. To be asked only if {@link hasPropertiesAsMade}. */
export function hasPrototypeLeft({ value: fn, names, like }: FunctionRecord): boolean {
  if (names === null || names[names.length - 1] !== "prototype") return true;
  return (like !== null && hasPrototypeLike(like as Constructor, fn as Constructor)) || hasPrototypeAsMade(fn);
}

interface Constructor {
  readonly prototype: { readonly constructor?: unknown };
}

/** Whether the hidden class shows that a function's `prototype` is as it was made. Once instances were made, it does not show that. */
function hasPrototypeLike(sample: Constructor, fn: Constructor): boolean {
  // No accessor of the program's: the function is of the hidden class of the sample.
  const { prototype } = fn;
  if (typeof prototype !== "object" || prototype === null || !areAlike(sample.prototype, prototype)) return false;
  if (enumerableNames(prototype).length > 0) return false;
  return isGeneratorFunction(sample) || prototype.constructor === fn;
}

function isLikeUntouched(record: MutableRecord): boolean {
  const { like, value } = record;
  if (like !== null) return areAlike(like, value);
  const samples = untouchedFunctions();
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i] as object;
    if (!areAlike(sample, value)) continue;
    record.like = sample;
    return true;
  }
  return false;
}

/** Whether own properties, extensibility and what a function inherits from are as the language makes them, looked at one by one. */
function hasStandardProperties({ value: fn, names: before, name, length }: FunctionRecord): boolean {
  const names = ownNames(fn);
  if (before === null || names.length !== before.length) return false;
  for (let i = 0; i < names.length; i++) if (names[i] !== before[i]) return false;
  if (name === undefined || length === undefined || names[0] !== "length" || names[1] !== "name") return false;
  let at = hasEngineNames(fn, names, 2) ? 4 : 2;
  if (names[at] === "prototype") {
    const { writable, enumerable } = getOwnPropertyDescriptor(fn, "prototype") as PropertyDescriptor;
    if (writable !== true || enumerable !== false) return false;
    at++;
  }
  if (at !== names.length) return false;
  if (standardValue(fn, "name") !== name || standardValue(fn, "length") !== length) return false;
  return isExtensible(fn) && getPrototypeOf(fn) === madePrototypeOf(fn);
}

/**
 * Whether the names `arguments` and `caller` stand at a place, as V8 gives them to sloppy functions. They are not read: that could make an
 * arguments object.
 */
export function hasEngineNames(fn: object, names: readonly (string | symbol)[], at: number): boolean {
  if (names[at] !== "arguments" || names[at + 1] !== "caller") return false;
  return !apply(isEnumerable, fn, ["arguments"]) && !apply(isEnumerable, fn, ["caller"]);
}

function madePrototypeOf(fn: object): object {
  if (isAsyncFunction(fn)) return isGeneratorFunction(fn) ? AsyncGeneratorFunctionPrototype : AsyncFunctionPrototype;
  return isGeneratorFunction(fn) ? GeneratorFunctionPrototype : FunctionPrototype;
}

/** Whether a function has no `prototype`, or the object that the language made for it and nothing was done to. */
export function hasPrototypeAsMade(fn: object): boolean {
  const property = getOwnPropertyDescriptor(fn, "prototype");
  if (property === undefined) return true;
  const { value: prototype, writable, enumerable } = property;
  if (writable !== true || enumerable !== false) return false;
  if (typeof prototype !== "object" || prototype === null) return false;
  // A proxy is not looked at: that would run its handler.
  if (isProxy(prototype) || !isExtensible(prototype)) return false;
  const above = getPrototypeOf(prototype) as object | null;
  const names = ownNames(prototype);
  if (above === GeneratorPrototype || above === AsyncGeneratorPrototype) {
    return names.length === 0 && isGeneratorFunction(fn);
  }
  if (above !== ObjectPrototype || names.length !== 1) return false;
  const constructor = getOwnPropertyDescriptor(prototype, "constructor");
  return constructor?.value === fn && hasMethodAttributes(constructor);
}

/** Whether a property has the attributes that the language gives to a method, or to an accessor of a class. */
export function hasMethodAttributes({ writable, enumerable, configurable }: PropertyDescriptor): boolean {
  return writable !== false && enumerable === false && configurable === true;
}

/** The `prototype` of a constructor in the old style, which has its methods by assignment; null for any other function. */
export function changedPrototype(fn: object): object | null {
  if (hasPrototypeAsMade(fn)) return null;
  const prototype = getOwnPropertyDescriptor(fn, "prototype")?.value as unknown;
  return typeof prototype === "object" ? prototype : null;
}
