/**
 * Does again what a call did to objects and bindings that were there before it, without running any code of the program: each property
 * that is assigned is the object's own and a value, all others are defined, and built-in objects are changed by the
 * functions of the language as they were before the program ran.
 */
import { types } from "node:util";
import { areHolesEmpty } from "../value/array-elements.ts";
import { INTEGRITY } from "../value/integrity.ts";
import { type PrivateReader, readersAbove } from "../value/private-members.ts";
import { FLAG } from "../value/property-flags.ts";
import { bufferOf, rangeOf } from "../value/slots.ts";
import { isWeakCollection, weakDelete, weakSet } from "../value/weak-collections.ts";
import { ProgramMap, ProgramSet } from "../value/well-known.ts";
import { CHANGE, type Change } from "./change.ts";

// Captured before the program can replace them.
const { freeze, getPrototypeOf, hasOwn, isExtensible, preventExtensions, seal } = Object;
const { apply, defineProperty, deleteProperty, set: assign } = Reflect;
const { isArray } = Array;
const { setTime } = Date.prototype;
const { set: mapSet, delete: mapDelete } = ProgramMap.prototype;
const { add: setAdd, delete: setDelete } = ProgramSet.prototype;
const { set: setBytes } = Uint8Array.prototype;
const { isDate, isMap, isRegExp, isSet, isProxy } = types;

/**
 * Whether each object is there and is what it was when the changes were recorded. It is asked of all before the first is
 * changed. Equal keys say so anyway.
 */
export function fit(changes: readonly Change[]): boolean {
  for (let i = 0; i < changes.length; i++) if (!fits(changes[i] as Change)) return false;
  return true;
}

function fits(change: Change): boolean {
  const target: unknown = change[1];
  if ((typeof target !== "object" && typeof target !== "function") || target === null || isProxy(target)) return false;
  switch (change[0]) {
    case CHANGE.properties:
      return isExtensible(target) || areOwn(target, change[5]);
    case CHANGE.elements:
      return isArray(target) && getPrototypeOf(target) === Array.prototype;
    case CHANGE.map:
      return isMap(target);
    case CHANGE.set:
      return isSet(target);
    case CHANGE.date:
      return isDate(target);
    case CHANGE.lastIndex:
      return isRegExp(target);
    case CHANGE.bytes: {
      const size = bytesOf(target)?.byteLength;
      return size !== undefined && change[2] + change[3].byteLength <= size;
    }
    case CHANGE.weak:
      return isWeakCollection(target) && areObjects(change[2]) && areObjects(change[3]);
    case CHANGE.closed:
    case CHANGE.binding:
      return true;
    case CHANGE.privates: {
      const held = readerAt(target, change[2])?.read(target);
      return held !== undefined && typeof held !== "number";
    }
  }
}

function readerAt(target: object, level: number): PrivateReader | undefined {
  return readersAbove(getPrototypeOf(target) as object | null)[level];
}

/** Only objects that can be held weakly. */
function areObjects(keys: readonly unknown[]): boolean {
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    if ((typeof key !== "object" && typeof key !== "function") || key === null) return false;
  }
  return true;
}

function areOwn(target: object, names: readonly PropertyKey[]): boolean {
  for (let i = 0; i < names.length; i++) if (!hasOwn(target, names[i] as PropertyKey)) return false;
  return true;
}

/** @param changes that {@link fit} */
export function applyChanges(changes: readonly Change[]): void {
  for (let i = 0; i < changes.length; i++) applyChange(changes[i] as Change);
}

function applyChange(change: Change): void {
  const target = change[1];
  switch (change[0]) {
    case CHANGE.properties:
      return setProperties(target, change);
    case CHANGE.elements:
      return setElements(target, change);
    case CHANGE.map:
      for (let i = 0; i < change[2].length; i++) apply(mapDelete, target, [change[2][i]]);
      for (let i = 0; i < change[3].length; i++) apply(mapSet, target, [change[3][i], change[4][i]]);
      return;
    case CHANGE.set:
      for (let i = 0; i < change[2].length; i++) apply(setDelete, target, [change[2][i]]);
      for (let i = 0; i < change[3].length; i++) apply(setAdd, target, [change[3][i]]);
      return;
    case CHANGE.date:
      apply(setTime, target, [change[2]]);
      return;
    case CHANGE.lastIndex:
      assign(target, "lastIndex", change[2]);
      return;
    case CHANGE.bytes:
      apply(setBytes, bytesOf(target), [change[3], change[2]]);
      return;
    case CHANGE.closed:
      return close(target, change[2]);
    case CHANGE.weak:
      for (let i = 0; i < change[2].length; i++) weakDelete(target, change[2][i] as object);
      for (let i = 0; i < change[3].length; i++) weakSet(target, change[3][i] as object, change[4][i]);
      return;
    case CHANGE.binding:
      return change[1].assign(change[2]);
    case CHANGE.privates: {
      const [, , level, fields, values] = change;
      const reader = readerAt(target, level);
      for (let i = 0; i < fields.length; i++) reader?.write(target, fields[i] as number, values[i]);
    }
  }
}

function setProperties(
  target: object,
  [, , deleted, assigned, assignedValues, defined, definedValues, definedFlags]: Extract<
    Change,
    { readonly 0: typeof CHANGE.properties }
  >,
): void {
  for (let i = 0; i < deleted.length; i++) deleteProperty(target, deleted[i] as PropertyKey);
  for (let i = 0; i < assigned.length; i++) assign(target, assigned[i] as PropertyKey, assignedValues[i]);
  for (let i = 0; i < defined.length; i++) {
    define(target, defined[i] as PropertyKey, definedValues[i], definedFlags[i] as number);
  }
}

function setElements(
  target: object,
  [, , length, deleted, indices, values]: Extract<Change, { readonly 0: typeof CHANGE.elements }>,
): void {
  const had = (target as unknown[]).length;
  if (length < had) assign(target, "length", length);
  for (let i = 0; i < deleted.length; i++) deleteProperty(target, deleted[i] as number);
  // An element that is not there yet would be asked of the prototypes.
  const mayAssign = areHolesEmpty();
  for (let i = 0; i < indices.length; i++) {
    if (mayAssign) assign(target, indices[i] as number, values[i]);
    else define(target, indices[i] as number, values[i], FLAG.enumerable + FLAG.writable + FLAG.configurable);
  }
  if (length > (target as unknown[]).length) assign(target, "length", length);
}

function define(target: object, name: PropertyKey, value: unknown, flags: number): void {
  defineProperty(target, name, {
    value,
    enumerable: (flags & FLAG.enumerable) !== 0,
    writable: (flags & FLAG.writable) !== 0,
    configurable: (flags & FLAG.configurable) !== 0,
  });
}

function close(target: object, integrity: number): void {
  if (integrity === INTEGRITY.frozen) freeze(target);
  else if (integrity === INTEGRITY.sealed) seal(target);
  else preventExtensions(target);
}

/** What a view shows, or what memory holds. */
function bytesOf(target: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(target)) {
    const { start, end } = rangeOf(target);
    return new Uint8Array(bufferOf(target), start, end - start);
  }
  return types.isArrayBuffer(target) ? new Uint8Array(target) : undefined;
}
