/**
 * What a call did to an object that was there before it. Changes are plain lists, so that the codec writes them as it writes
 * a result, in one graph with it: an object that a key met stays that very object.
 */

export const CHANGE = {
  properties: 0,
  elements: 1,
  map: 2,
  set: 3,
  date: 4,
  lastIndex: 5,
  bytes: 6,
  closed: 7,
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
  | readonly [kind: typeof CHANGE.closed, target: object, integrity: number];
