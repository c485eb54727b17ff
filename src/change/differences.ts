/** The changes that lead from what an object held to what it holds. */
import { INTEGRITY } from "../value/integrity.ts";
import type { Held } from "../value/private-members.ts";
import { FLAG, PLAIN_FLAGS } from "../value/property-flags.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import { ProgramMap, ProgramSet } from "../value/well-known.ts";
import { type ArrayContents, HOLE } from "./array-contents.ts";
import { CHANGE, type Change } from "./change.ts";
import { type Contents, type MapContents, NO_PRIVATES, type RecordContents, type SetContents } from "./contents.ts";
import { NO_PROPERTIES, type Properties } from "./properties.ts";
import { isSameValue } from "./same-value.ts";

// Captured before the program can replace it.
const { is } = Object;

const BARE: Readonly<Record<"map" | "set", RecordContents>> = {
  map: bareRecord(ProgramMap.prototype),
  set: bareRecord(ProgramSet.prototype),
};

function bareRecord(prototype: object): RecordContents {
  return { kind: "record", prototype, integrity: INTEGRITY.open, own: NO_PROPERTIES, privates: NO_PRIVATES };
}

/**
 * Adds what became of an object to the changes.
 * @throws Unkeyable where no later call could do the same
 */
export function addDifferences(target: object, before: Contents, after: Contents, changes: Change[]): void {
  switch (before.kind) {
    case "record":
      if (after.kind !== "record") break;
      checkPrototype(before.prototype, after.prototype);
      addProperties(target, before.own, after.own, changes);
      addPrivates(target, before.privates, after.privates, changes);
      return addClosed(target, before.integrity, after.integrity, changes);
    case "array":
      if (after.kind !== "array") break;
      addElements(target, before, after, changes);
      addProperties(target, before.own, after.own, changes);
      return addClosed(target, before.integrity, after.integrity, changes);
    case "map":
      if (after.kind !== "map") break;
      addEntries(target, before.keys, before.items, after.keys, after.items, changes);
      return addBesideEntries(target, before, after, changes);
    case "set":
      if (after.kind !== "set") break;
      addItems(target, before.items, after.items, changes);
      return addBesideEntries(target, before, after, changes);
    case "date":
      if (after.kind !== "date") break;
      if (!is(before.time, after.time)) changes.push([CHANGE.date, target, after.time]);
      return;
    case "regexp":
      if (after.kind !== "regexp" || before.source !== after.source || before.flags !== after.flags) break;
      if (!is(before.lastIndex, after.lastIndex)) changes.push([CHANGE.lastIndex, target, after.lastIndex]);
      addProperties(target, before.own, after.own, changes);
      return addClosed(target, before.integrity, after.integrity, changes);
    case "memory":
      if (after.kind !== "memory") break;
      checkPrototype(before.prototype, after.prototype);
      return addBytes(target, before.bytes, after.bytes, changes);
    case "instance": {
      if (after.kind !== "instance") break;
      const { state } = after;
      if (before.state.text !== state.text || before.state.object !== state.object)
        throw new Unkeyable({ kind: "changes-for-good", what: "hidden-state" });
      return addDifferences(target, before.record, after.record, changes);
    }
    case "error":
      if (after.kind !== "error") break;
      if (before.trace.at !== after.trace.at || !is(before.trace.text, after.trace.text))
        throw new Unkeyable({ kind: "changes-for-good", what: "hidden-state" });
      return addDifferences(target, before.record, after.record, changes);
    case "boxed":
      if (after.kind !== "boxed") break;
      return addDifferences(target, before.record, after.record, changes);
    case "host":
      if (after.kind !== "host") break;
      return;
    case "window":
      if (after.kind !== "window") break;
      return checkPrototype(before.prototype, after.prototype);
  }
  throw new Unkeyable({ kind: "changes-for-good", what: "kind-of-object" });
}

/** What a Map or Set is beside its entries. One without a record is of the built-in class, open, and has no properties. */
function addBesideEntries(
  target: object,
  before: MapContents | SetContents,
  after: MapContents | SetContents,
  changes: Change[],
): void {
  if (before.record === null && after.record === null) return;
  addDifferences(target, before.record ?? BARE[before.kind], after.record ?? BARE[after.kind], changes);
}

function checkPrototype(before: object | null, after: object | null): void {
  if (before !== after) throw new Unkeyable({ kind: "changes-for-good", what: "prototype" });
}

function addClosed(target: object, before: number, after: number, changes: Change[]): void {
  if (before !== after && after !== INTEGRITY.open) changes.push([CHANGE.closed, target, after]);
}

/** Only fields that were there: all others are put on an object by the constructor of their class. */
function addPrivates(target: object, before: readonly Held[], after: readonly Held[], changes: Change[]): void {
  if (before.length !== after.length) throw new Unkeyable({ kind: "changes-for-good", what: "private-members" });
  for (let level = 0; level < before.length; level++) {
    const had = before[level] as Held;
    const has = after[level] as Held;
    if (typeof had === "number" || typeof has === "number") {
      if (had !== has) throw new Unkeyable({ kind: "changes-for-good", what: "private-members" });
      continue;
    }
    const fields: number[] = [];
    const values: unknown[] = [];
    for (let i = 0; i < has.length; i++) {
      if (is(had[i], has[i])) continue;
      fields.push(i);
      values.push(has[i]);
    }
    if (fields.length > 0) changes.push([CHANGE.privates, target, level, fields, values]);
  }
}

/**
 * A name keeps its place among the others where those before it have kept theirs; others are deleted and defined anew,
 * which is the only way in which a program can have moved them.
 */
export function addProperties(target: object, before: Properties, after: Properties, changes: Change[]): void {
  if (areSame(before, after)) return;
  const kept = keptNames(before.names, after.names);
  const deleted = before.names.filter((name) => !kept.has(name));
  const places = new Map(before.names.map((name, i) => [name, i]));
  const assigned: PropertyKey[] = [];
  const assignedValues: unknown[] = [];
  const defined: PropertyKey[] = [];
  const definedValues: unknown[] = [];
  const definedFlags: number[] = [];
  for (let i = 0; i < after.names.length; i++) {
    const name = after.names[i] as PropertyKey;
    const flag = flagAt(after, i);
    const value = after.values[i];
    const at = kept.has(name) ? (places.get(name) as number) : -1;
    if (at >= 0 && flag === flagAt(before, at) && sameValue(before.values[at], value, flag)) continue;
    if (flag & FLAG.accessor) throw new Unkeyable({ kind: "changes-for-good", what: "accessor" });
    if (at >= 0 && flag === flagAt(before, at) && flag & FLAG.writable) {
      assigned.push(name);
      assignedValues.push(value);
    } else {
      defined.push(name);
      definedValues.push(value);
      definedFlags.push(flag);
    }
  }
  if (deleted.length + assigned.length + defined.length === 0) return;
  changes.push([CHANGE.properties, target, deleted, assigned, assignedValues, defined, definedValues, definedFlags]);
}

function areSame(before: Properties, after: Properties): boolean {
  const { names } = after;
  if (before.names.length !== names.length) return false;
  for (let i = 0; i < names.length; i++) {
    const flag = flagAt(after, i);
    if (before.names[i] !== names[i] || flagAt(before, i) !== flag) return false;
    if (!sameValue(before.values[i], after.values[i], flag)) return false;
  }
  return true;
}

function flagAt({ flags }: Properties, i: number): number {
  return flags === null ? PLAIN_FLAGS : (flags[i] as number);
}

function sameValue(before: unknown, after: unknown, flag: number): boolean {
  if (!(flag & FLAG.accessor)) return is(before, after);
  const [a, b] = [before as PropertyDescriptor, after as PropertyDescriptor];
  return a.get === b.get && a.set === b.set;
}

/** Names that need not be deleted: indices have a place of their own, texts and symbols come as they were made. */
function keptNames(before: readonly PropertyKey[], after: readonly PropertyKey[]): Set<PropertyKey> {
  const had = new Set(before);
  const kept = new Set(after.filter((name) => isIndex(name) && had.has(name)));
  for (const isOfKind of [isText, isSymbol]) {
    const names = before.filter(isOfKind);
    let at = 0;
    for (const name of after.filter(isOfKind)) {
      const found = names.indexOf(name, at);
      if (found < 0) break;
      kept.add(name);
      at = found + 1;
    }
  }
  return kept;
}

/** Whether a name comes before all others, by its number. */
function isIndex(name: PropertyKey): boolean {
  return typeof name === "string" && String(Number(name) >>> 0) === name && name !== "4294967295";
}

function isText(name: PropertyKey): boolean {
  return typeof name === "string" && !isIndex(name);
}

function isSymbol(name: PropertyKey): boolean {
  return typeof name === "symbol";
}

function addElements(target: object, before: ArrayContents, after: ArrayContents, changes: Change[]): void {
  const { length } = after.items;
  const deleted: number[] = [];
  const indices: number[] = [];
  const values: unknown[] = [];
  for (let i = 0; i < length; i++) {
    const item = after.items[i];
    const was = i < before.items.length ? before.items[i] : HOLE;
    if (isSameValue(was, item)) continue;
    if (item === HOLE) deleted.push(i);
    else {
      indices.push(i);
      values.push(item);
    }
  }
  if (before.items.length === length && deleted.length + indices.length === 0) return;
  changes.push([CHANGE.elements, target, length, deleted, indices, values]);
}

/** Entries that stand behind one that is gone, or has moved, keep their places: only those that were moved are put anew. */
function addEntries(
  target: object,
  keysBefore: readonly unknown[],
  itemsBefore: readonly unknown[],
  keys: readonly unknown[],
  items: readonly unknown[],
  changes: Change[],
): void {
  const { deleted, places } = moved(keysBefore, keys);
  const put: unknown[] = [];
  const putItems: unknown[] = [];
  for (let i = 0; i < keys.length; i++) {
    const at = i < places.length ? (places[i] as number) : -1;
    if (at >= 0 && isSameValue(itemsBefore[at], items[i])) continue;
    put.push(keys[i]);
    putItems.push(items[i]);
  }
  if (deleted.length + put.length > 0) changes.push([CHANGE.map, target, deleted, put, putItems]);
}

function addItems(target: object, before: readonly unknown[], after: readonly unknown[], changes: Change[]): void {
  const { deleted, places } = moved(before, after);
  const added = after.slice(places.length);
  if (deleted.length + added.length > 0) changes.push([CHANGE.set, target, deleted, added]);
}

/** Which keys of a Map or Set are to be deleted, and where the first ones of what it holds now stood: the others come behind them. */
function moved(
  before: readonly unknown[],
  after: readonly unknown[],
): { readonly deleted: readonly unknown[]; readonly places: readonly number[] } {
  const places: number[] = [];
  while (places.length < after.length && isAt(before, after, places.length)) places.push(places.length);
  if (places.length === before.length) return { deleted: [], places };
  const numbers = new Map(before.map((key, i) => [key, i]));
  for (let i = places.length; i < after.length; i++) {
    const at = numbers.get(after[i]);
    if (at === undefined || at <= (places.at(-1) ?? -1)) break;
    places.push(at);
  }
  const kept = new Set(places);
  return { deleted: before.filter((_, i) => !kept.has(i)), places };
}

function isAt(before: readonly unknown[], after: readonly unknown[], i: number): boolean {
  return i < before.length && is(before[i], after[i]);
}

function addBytes(target: object, before: Uint8Array, after: Uint8Array, changes: Change[]): void {
  if (before.byteLength !== after.byteLength) throw new Unkeyable({ kind: "changes-for-good", what: "size-of-memory" });
  let from = 0;
  let to = after.byteLength;
  while (from < to && before[from] === after[from]) from++;
  while (to > from && before[to - 1] === after[to - 1]) to--;
  if (from === to) return;
  const bytes = new Uint8Array(to - from);
  for (let i = from; i < to; i++) bytes[i - from] = after[i] as number;
  changes.push([CHANGE.bytes, target, from, bytes]);
}
