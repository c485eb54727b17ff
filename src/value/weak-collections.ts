/** WeakMaps and WeakSets of the program: they cannot be listed, but asked. Nothing of the program runs. */
import { types } from "node:util";
import { ProgramWeakMap, ProgramWeakSet } from "./well-known.ts";

const { apply } = Reflect;
const { get, has: mapHas, set, delete: mapDelete } = ProgramWeakMap.prototype;
const { add, has: setHas, delete: setDelete } = ProgramWeakSet.prototype;
const { isWeakMap, isWeakSet } = types;

export function isWeakCollection(value: unknown): boolean {
  return isWeakMap(value) || isWeakSet(value);
}

/** Whether it holds an object or symbol. */
export function weakHas(collection: object, key: object | symbol): boolean {
  return apply(isWeakMap(collection) ? mapHas : setHas, collection, [key]) as boolean;
}

/** What it holds for a key; undefined of a WeakSet. */
export function weakGet(collection: object, key: object | symbol): unknown {
  return isWeakMap(collection) ? apply(get, collection, [key]) : undefined;
}

/** Has it hold a key no more. */
export function weakDelete(collection: object, key: object): void {
  apply(isWeakMap(collection) ? mapDelete : setDelete, collection, [key]);
}

/** Has it hold a key. @param value left out of a WeakSet */
export function weakSet(collection: object, key: object, value: unknown): void {
  if (isWeakMap(collection)) apply(set, collection, [key, value]);
  else apply(add, collection, [key]);
}
