/**
 * What a call did to an object or a binding that was there before it. Changes are plain lists, so that the codec writes them as it writes
 * a result, in one graph with it: an object that a key met stays that very object.
 */
import type { AssignedBinding } from "../code/assigned-binding.ts";

export const CHANGE = {
  properties: 0,
  elements: 1,
  map: 2,
  set: 3,
  date: 4,
  lastIndex: 5,
  bytes: 6,
  closed: 7,
  binding: 8,
  privates: 9,
  weak: 10,
} as const;

/** Each is done in the order of its parts. */
export type Change =
  | readonly [
      kind: typeof CHANGE.properties,
      target: object,
      deleted: readonly PropertyKey[],
      /** Names that the object has and that can be assigned to, with their new values. */
      assigned: readonly PropertyKey[],
      assignedValues: readonly unknown[],
      defined: readonly PropertyKey[],
      definedValues: readonly unknown[],
      definedFlags: readonly number[],
    ]
  | readonly [
      kind: typeof CHANGE.elements,
      target: object,
      length: number,
      /** Indices of elements that are not there any more, below the new length. */
      deleted: readonly number[],
      /** From the lowest on. */
      indices: readonly number[],
      values: readonly unknown[],
    ]
  /** Keys that the map has keep their places. */
  | readonly [
      kind: typeof CHANGE.map,
      target: object,
      deleted: readonly unknown[],
      keys: readonly unknown[],
      items: readonly unknown[],
    ]
  | readonly [kind: typeof CHANGE.set, target: object, deleted: readonly unknown[], added: readonly unknown[]]
  | readonly [kind: typeof CHANGE.date, target: object, time: number]
  | readonly [kind: typeof CHANGE.lastIndex, target: object, lastIndex: unknown]
  /** Of memory, or of a view. */
  | readonly [kind: typeof CHANGE.bytes, target: object, offset: number, bytes: Uint8Array]
  | readonly [kind: typeof CHANGE.closed, target: object, integrity: number]
  | readonly [kind: typeof CHANGE.binding, target: AssignedBinding, value: unknown]
  /** What a WeakMap, or a WeakSet, holds for objects that were there before. */
  | readonly [
      kind: typeof CHANGE.weak,
      target: object,
      deleted: readonly object[],
      keys: readonly object[],
      /** Undefined for each key of a WeakSet. */
      values: readonly unknown[],
    ]
  /** Private fields that the object has of one of its classes. */
  | readonly [
      kind: typeof CHANGE.privates,
      target: object,
      /** Which of the classes with private members that it is an instance of: its own comes first. */
      level: number,
      /** Places of the fields in the class's body. */
      fields: readonly number[],
      values: readonly unknown[],
    ];

/** The bindings that changes assign to. */
export function bindingsIn(changes: readonly Change[]): AssignedBinding[] {
  const bindings: AssignedBinding[] = [];
  for (let i = 0; i < changes.length; i++) {
    const change = changes[i] as Change;
    if (change[0] === CHANGE.binding) bindings.push(change[1]);
  }
  return bindings;
}
