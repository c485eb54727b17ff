/** What an array holds, as a copy of one level. */
import {
  areHolesEmpty,
  checkElements,
  type Elements,
  elementAt,
  elementsOf,
  isLookedAtClosely,
} from "../value/array-elements.ts";
import { integrityOf } from "../value/integrity.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import { NO_PROPERTIES, type Properties, propertiesOf } from "./properties.ts";

/** Stands for an element that is not there. */
export const HOLE = Symbol("hole");

export interface ArrayContents {
  readonly kind: "array";
  readonly integrity: number;
  /** As long as the array. */
  readonly items: readonly unknown[];
  /** What was put on the array beside its elements. */
  readonly own: Properties;
}

/** Of a longer array with holes, a copy may be mostly holes. */
const LONGEST_SPARSE = 1 << 16;

const { getPrototypeOf, getOwnPropertyDescriptor, hasOwn, is, isExtensible } = Object;
const { apply, ownKeys } = Reflect;
const { prototype: ArrayPrototype } = Array;
const { slice } = ArrayPrototype;
const { species } = Symbol;
const ArrayConstructor = Array;
const speciesGetter = getOwnPropertyDescriptor(Array, species)?.get;
const { set: setNumbers } = Float64Array.prototype;

/** @throws Unkeyable */
export function arrayContents(value: unknown[]): ArrayContents {
  const elements = elementsOf(value);
  if (elements === null) return otherContents(value);
  return { kind: "array", integrity: 0, items: copyOf(value, elements), own: NO_PROPERTIES };
}

/** An array that has to be asked what it is. */
function otherContents(value: unknown[]): ArrayContents {
  if (getPrototypeOf(value) !== Array.prototype) throw new Unkeyable({ kind: "own-class", what: "an array" });
  const keys = ownKeys(value);
  const isDense = keys[value.length] === "length";
  const extras = keys.slice(isDense ? value.length + 1 : keys.indexOf("length") + 1);
  if (!isDense && value.length > LONGEST_SPARSE)
    throw new Unkeyable({ kind: "opaque-object", what: "a long array with holes" });
  const isFixed = !isExtensible(value);
  if (isLookedAtClosely(value.length)) checkElements(value, keys, isFixed);
  const integrity = integrityOf(value);
  if (!getOwnPropertyDescriptor(value, "length")?.writable && integrity < 3) {
    throw new Unkeyable({ kind: "array-attributes", name: "length", is: "read-only" });
  }
  const items = isDense ? copyOfDense(value) : copyWithHoles(value);
  return { kind: "array", integrity, items, own: extras.length === 0 ? NO_PROPERTIES : propertiesOf(value, extras) };
}

/** Longer arrays are copied at once. */
const SHORT = 64;

/** Whether `slice` of an ordinary array makes an ordinary one, and runs nothing of the program: it asks for these two. */
function isSliceOrdinary(): boolean {
  if (getOwnPropertyDescriptor(ArrayPrototype, "constructor")?.value !== ArrayConstructor) return false;
  return getOwnPropertyDescriptor(ArrayConstructor, species)?.get === speciesGetter;
}

/** One function for each kind of array: see src/value/array-elements.ts. */
function copyOf(value: unknown[], { holds, isHoley }: Elements): unknown[] {
  if (isHoley) return copyOfHoley(value, holds);
  if (value.length > SHORT && isSliceOrdinary()) return apply(slice, value, []) as unknown[];
  if (holds === "values") return copyOfValues(value);
  return holds === "integers" ? copyOfIntegers(value as number[]) : copyOfNumbers(value as number[]);
}

function copyOfIntegers(value: readonly number[]): unknown[] {
  const copy: unknown[] = [];
  for (let i = 0; i < value.length; i++) copy.push(value[i]);
  return copy;
}

function copyOfNumbers(value: readonly number[]): unknown[] {
  const copy: unknown[] = [];
  for (let i = 0; i < value.length; i++) copy.push(value[i]);
  return copy;
}

function copyOfValues(value: readonly unknown[]): unknown[] {
  const copy: unknown[] = [];
  for (let i = 0; i < value.length; i++) copy.push(value[i]);
  return copy;
}

function copyOfHoley(value: unknown[], holds: Elements["holds"]): unknown[] {
  // Reading a hole may run code then.
  if (!areHolesEmpty()) return copyWithHoles(value);
  return holds === "values" ? copyOfHoleyValues(value) : copyOfHoleyNumbers(value as number[]);
}

function copyOfHoleyValues(value: readonly unknown[]): unknown[] {
  const copy: unknown[] = [];
  for (let i = 0; i < value.length; i++) {
    const item = value[i];
    copy.push(item === undefined && !hasOwn(value, i) ? HOLE : item);
  }
  return copy;
}

/** A hole is a NaN in the block. */
function copyOfHoleyNumbers(value: readonly number[]): unknown[] {
  const block = new Float64Array(value.length);
  apply(setNumbers, block, [value]);
  const copy: unknown[] = [];
  for (let i = 0; i < block.length; i++) {
    const item = block[i] as number;
    copy.push(is(item, Number.NaN) && !hasOwn(value, i) ? HOLE : item);
  }
  return copy;
}

function copyOfDense(value: readonly unknown[]): unknown[] {
  const copy: unknown[] = [];
  for (let i = 0; i < value.length; i++) copy.push(elementAt(value, i));
  return copy;
}

function copyWithHoles(value: readonly unknown[]): unknown[] {
  const copy: unknown[] = [];
  for (let i = 0; i < value.length; i++) copy.push(hasOwn(value, i) ? elementAt(value, i) : HOLE);
  return copy;
}
