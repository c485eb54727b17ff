/** Writes arrays into keys: length and elements, and other properties. */

import { checkElements, type Elements, elementAt, elementsOf, isLookedAtClosely } from "../value/array-elements.ts";
import { bitsOfAny, bitsOfHoleyValues, bitsOfValues } from "../value/boolean-bits.ts";
import {
  blockOfAny,
  blockOfHoleyValues,
  blockOfNumbers,
  blockOfValues,
  hasHoles,
  hashOfBlock,
  isLong,
  unifyNaNs,
} from "../value/number-block.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import { SAMPLE_BEGINS, SAMPLE_ENDS, sample } from "./foresight.ts";
import { TAG } from "./tags.ts";
import type { Walk } from "./walk.ts";

// Captured before the program can replace them.
const { getPrototypeOf, isExtensible, hasOwn } = Object;
const { ownKeys } = Reflect;

/** As a power of two: so many numbers of a block take the time of one value. */
const NUMBERS_A_NODE = 5;

/**
 * Equal arrays are written alike, however V8 keeps them: numbers or booleans without holes as a block, all others element by
 * element.
 * @throws Unkeyable
 */
export function writeArray(value: unknown[], walk: Walk): void {
  const elements = elementsOf(value);
  if (elements === null) return writeOther(value, walk);
  if (elements.holds !== "values") return writeNumbers(value as number[], elements, walk);
  if (!elements.isHoley) writeValues(value, walk);
  else if (walk.areHolesEmpty) writeHoleyValues(value, walk);
  else writeEach(value, false, walk);
}

function writeNumbers(value: number[], elements: Elements, walk: Walk): void {
  const { length } = value;
  walk.spend(length >> NUMBERS_A_NODE);
  const block = length > 0 && (!elements.isHoley || walk.areHolesEmpty) ? blockOfNumbers(value) : null;
  if (block === null) return writeEach(value, false, walk);
  if (!(elements.isHoley && hasHoles(value, block))) return writeBlock(block, length, walk);
  begin(value, walk);
  for (let i = 0; i < length; i++) {
    if (hasOwn(value, i)) walk.write(elementAt(value, i));
    else walk.out.byte(TAG.hole);
  }
}

function writeBlock(block: Float64Array, length: number, { out }: Walk): void {
  unifyNaNs(block, length);
  out.byte(TAG.numbers);
  out.uint32(length);
  if (isLong(length)) out.hash(hashOfBlock(length));
  else out.float64s(block, length);
}

/** Writes booleans, as bits. */
function writeBits(bits: Int32Array, length: number, walk: Walk): void {
  walk.spend(length >> NUMBERS_A_NODE);
  walk.out.byte(TAG.booleans);
  walk.out.uint32(length);
  walk.out.bytes(new Uint8Array(bits.buffer));
}

function begin({ length }: readonly unknown[], { out }: Walk): void {
  out.byte(TAG.array);
  out.uint32(length);
}

/** @param value an array that V8 keeps as a packed one of values: its elements may be read by index */
function writeValues(value: unknown[], walk: Walk): void {
  if (areNumbers(value)) {
    walk.spend(value.length >> NUMBERS_A_NODE);
    return writeBlock(blockOfValues(value), value.length, walk);
  }
  const bits = bitsOfValues(value);
  if (bits !== null) return writeBits(bits, value.length, walk);
  begin(value, walk);
  const { marks } = walk;
  let left = 0;
  for (let i = 0; i < value.length; i++) {
    if (i === SAMPLE_BEGINS || i === SAMPLE_ENDS) left = sample(i, value.length, left, walk);
    marks?.element(i);
    walk.write(value[i]);
    marks?.leave();
  }
}

/** @param value an array that V8 keeps as a holey one of values: it may be read by index, since holes are empty */
function writeHoleyValues(value: unknown[], walk: Walk): void {
  if (areNumbersAmongHoles(value)) {
    walk.spend(value.length >> NUMBERS_A_NODE);
    return writeBlock(blockOfHoleyValues(value), value.length, walk);
  }
  const bits = bitsOfHoleyValues(value);
  if (bits !== null) return writeBits(bits, value.length, walk);
  begin(value, walk);
  let left = 0;
  for (let i = 0; i < value.length; i++) {
    if (i === SAMPLE_BEGINS || i === SAMPLE_ENDS) left = sample(i, value.length, left, walk);
    const element = value[i];
    if (element !== undefined || hasOwn(value, i)) walk.write(element);
    else walk.out.byte(TAG.hole);
  }
}

/**
 * Whether there are elements, and all are numbers: none is a hole. A function of its own for holey arrays of values, so that V8 need not
 * convert elements.
 */
function areNumbersAmongHoles(value: readonly unknown[]): boolean {
  for (let i = 0; i < value.length; i++) if (typeof value[i] !== "number") return false;
  return value.length > 0;
}

/** The same for packed arrays of values. */
function areNumbers(value: readonly unknown[]): boolean {
  for (let i = 0; i < value.length; i++) if (typeof value[i] !== "number") return false;
  return value.length > 0;
}

/** Writes an array whose kind V8 does not tell, or that has other properties. */
function writeOther(value: unknown[], walk: Walk): void {
  if (getPrototypeOf(value) !== Array.prototype) throw new Unkeyable({ kind: "own-class", what: "an array" });
  const keys = ownKeys(value);
  // Index keys come first, in order, then `length`, then what else was put on the array.
  const isDense = keys[value.length] === "length";
  const extras = isDense ? value.length + 1 : keys.indexOf("length") + 1;
  const isFixed = !isExtensible(value);
  if (isLookedAtClosely(value.length)) checkElements(value, keys, isFixed);
  writeEach(value, isDense, walk);
  if (extras < keys.length || isFixed) {
    walk.out.byte(TAG.extras);
    walk.properties(value, keys.slice(extras));
  }
}

/** Writes the elements of an array of any kind. A hole is not read: an accessor may stand in the prototype. */
function writeEach(value: unknown[], isDense: boolean, walk: Walk): void {
  if (areAllNumbers(value, isDense)) {
    walk.spend(value.length);
    return writeBlock(blockOfAny(value), value.length, walk);
  }
  const bits = bitsOfAny(value, isDense);
  if (bits !== null) return writeBits(bits, value.length, walk);
  begin(value, walk);
  let left = 0;
  for (let i = 0; i < value.length; i++) {
    if (i === SAMPLE_BEGINS || i === SAMPLE_ENDS) left = sample(i, value.length, left, walk);
    if (isDense || hasOwn(value, i)) walk.write(elementAt(value, i));
    else walk.out.byte(TAG.hole);
  }
}

/** Whether there are elements, and all are numbers; for an array of any kind. */
function areAllNumbers(value: readonly unknown[], isDense: boolean): boolean {
  for (let i = 0; i < value.length; i++) {
    if (!(isDense || hasOwn(value, i)) || typeof elementAt(value, i) !== "number") return false;
  }
  return value.length > 0;
}
