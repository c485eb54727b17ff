/** Writes the arrays of a graph: those that V8 keeps as arrays of numbers as blocks, all others value by value. */

import { areHolesEmpty, type Elements, elementAt, elementsOf, isLookedAtClosely } from "../value/array-elements.ts";
import { bitsOfHoleyValues, bitsOfValues } from "../value/boolean-bits.ts";
import { INTEGRITY, integrityOf } from "../value/integrity.ts";
import { hasHoles } from "../value/number-block.ts";
import { HEAD, type Item, KIND, type Other } from "./graph.ts";
import type { NodeWriter } from "./node-writer.ts";
import { Unencodable } from "./unencodable.ts";

const { getPrototypeOf, getOwnPropertyDescriptor, isExtensible, isFrozen, hasOwn } = Object;
const { ownKeys } = Reflect;
const { isArray } = Array;

/**
 * Writes an array.
 * @param hasTemplates whether code in the key uses tagged templates, whose lists of texts are the same objects at each call
 * @returns the node for the array, or null if it was written into the words
 */
export function writeArray(value: unknown[], out: NodeWriter, hasTemplates: boolean): Other | null {
  const elements = elementsOf(value);
  if (elements !== null && writeOrdinary(value, elements, out)) return null;
  return writeOther(value, elements, out, hasTemplates);
}

/** Writes an array of elements alone. Answers false, and writes nothing, if there are holes in it. */
function writeOrdinary(value: unknown[], { holds, isHoley }: Elements, out: NodeWriter): boolean {
  if (isHoley) return areHolesEmpty() && writeHoley(value, holds, out);
  if (holds === "values") {
    const bits = bitsOfValues(value);
    if (bits !== null) return writeBits(bits, HEAD.booleans, value.length, out);
    writeValues(value, out);
    out.head(HEAD.values, value.length);
  } else if (holds === "integers") {
    out.integers.pushIntegers(value as number[]);
    out.head(HEAD.integers, value.length);
  } else {
    out.numbers.pushNumbers(value as number[]);
    out.head(HEAD.numbers, value.length);
  }
  return true;
}

function writeBits(
  bits: Int32Array,
  kind: (typeof HEAD)["booleans" | "holeyBooleans"],
  length: number,
  out: NodeWriter,
): true {
  out.words.pushWords(bits);
  out.head(kind, length);
  return true;
}

function writeHoley(value: unknown[], holds: Elements["holds"], out: NodeWriter): boolean {
  const { length } = value;
  if (holds === "values") {
    const bits = bitsOfHoleyValues(value);
    if (bits !== null) return writeBits(bits, HEAD.holeyBooleans, length, out);
    if (hasEmptyElements(value)) return false;
    writeHoleyValues(value, out);
    out.head(HEAD.holeyValues, length);
    return true;
  }
  const { numbers, integers } = out;
  const from = numbers.length;
  numbers.pushAny(value as number[]);
  const block = numbers.from(from);
  const hasNone = !hasHoles(value, block);
  if (hasNone && holds === "integers") integers.pushBlock(block);
  if (!hasNone || holds === "integers") numbers.length = from;
  if (hasNone) out.head(holds === "integers" ? HEAD.holeyIntegers : HEAD.holeyNumbers, length);
  return hasNone;
}

/** Writes an array that V8 does not tell the kind of, or that has more than its elements. Null if it was written into the words. */
function writeOther(value: unknown[], kept: Elements | null, out: NodeWriter, hasTemplates: boolean): Other | null {
  const keys = ownKeys(value);
  const isLengthFixed = !getOwnPropertyDescriptor(value, "length")?.writable;
  // Index keys come first, in order, then `length`, then what else was put on the array.
  const extras = keys.slice(keys.indexOf("length") + 1);
  const isDense = keys[value.length] === "length" && isUniform(value, keys.length - extras.length - 1);
  const isOrdinary = isDense && extras.length === 0 && !isLengthFixed && kept === null && isExtensible(value);
  if (isOrdinary && getPrototypeOf(value) === Array.prototype) {
    for (let i = 0; i < value.length; i++) out.words.push(out.word(elementAt(value, i)));
    out.head(HEAD.items, value.length);
    return null;
  }
  const elements = isDense ? itemsOf(value, out) : null;
  if (hasTemplates && elements?.every((item) => !isArray(item)) && isFrozen(value)) {
    throw new Unencodable({ kind: "template-texts" });
  }
  const named = isDense ? extras : keys.filter((key) => key !== "length");
  return [KIND.array, ...out.own(value, named), value.length, isLengthFixed, elements, kept?.isHoley === true];
}

/** Of an array of any kind without holes. */
function itemsOf(value: readonly unknown[], out: NodeWriter): Item[] {
  const items: Item[] = [];
  for (let i = 0; i < value.length; i++) items.push(out.item(elementAt(value, i)));
  return items;
}

// One function for packed arrays of values and one for holey ones, which must not meet other arrays: V8 makes a loop over several kinds
// convert elements.

function writeValues(value: readonly unknown[], out: NodeWriter): void {
  for (let i = 0; i < value.length; i++) out.words.push(out.word(value[i]));
}

function writeHoleyValues(value: readonly unknown[], out: NodeWriter): void {
  for (let i = 0; i < value.length; i++) out.words.push(out.word(value[i]));
}

/** Whether an array has holes that are empty. Of a holey array of values only. */
function hasEmptyElements(array: readonly unknown[]): boolean {
  for (let i = 0; i < array.length; i++) if (array[i] === undefined && !hasOwn(array, i)) return true;
  return false;
}

/** Whether all elements are values with the attributes that fit the array: plain ones, or those of a sealed or frozen array. */
function isUniform(array: unknown[], count: number): boolean {
  if (count === array.length && elementsOf(array)?.isHoley === false) return true;
  const integrity = integrityOf(array);
  if (integrity < INTEGRITY.sealed && !isLookedAtClosely(count)) return true;
  for (let i = 0; i < count; i++) {
    const descriptor = getOwnPropertyDescriptor(array, i);
    if (!descriptor || !("value" in descriptor) || !descriptor.enumerable) return false;
    if (descriptor.writable !== integrity < INTEGRITY.frozen) return false;
    if (descriptor.configurable !== integrity < INTEGRITY.sealed) return false;
  }
  return true;
}
