/** The program's WeakMaps and WeakSets. They cannot be listed, only asked for a key. No code of the program runs. */
import { types } from "node:util";
import { ProgramWeakMap, ProgramWeakSet } from "./well-known.ts";

const { apply } = Reflect;
const { get, has: mapHas, set, delete: mapDelete } = ProgramWeakMap.prototype;
const { add, has: setHas, delete: setDelete } = ProgramWeakSet.prototype;
const { isWeakMap, isWeakSet } = types;

export function isWeakCollection(value: unknown): boolean {
  return isWeakMap(value) || isWeakSet(value);
}

/** Whether a collection holds an object or symbol. */
export function weakHas(collection: object, key: object | symbol): boolean {
  return apply(isWeakMap(collection) ? mapHas : setHas, collection, [key]) as boolean;
}

/** The value that a collection has for a key; undefined for a WeakSet. */
export function weakGet(collection: object, key: object | symbol): unknown {
  return isWeakMap(collection) ? apply(get, collection, [key]) : undefined;
}

export function weakDelete(collection: object, key: object): void {
  apply(isWeakMap(collection) ? mapDelete : setDelete, collection, [key]);
}

/** Adds a key. @param value of a WeakMap; a WeakSet has none */
export function weakSet(collection: object, key: object, value: unknown): void {
  if (isWeakMap(collection)) apply(set, collection, [key, value]);
  else apply(add, collection, [key]);
}
