/**
 * Whether objects still hold what copies of them say. Nothing of the program runs here, from the first object to the last.
 *
 * Most objects are told to be the same by V8's hidden classes. That two objects are of one class proves nothing by itself: both
 * may have come to it from another one since the copies were made. So in each round the first object of a kind is looked
 * at by the questions of the language, and only those that are of its class then need not be.
 */
import { areHolesEmpty, elementsOf } from "../value/array-elements.ts";
import { areAlike, countLooks, isSettled } from "../value/hidden-classes.ts";
import { integrityOf } from "../value/integrity.ts";
import { blockOfNumbers } from "../value/number-block.ts";
import { ownNames } from "../value/own-keys.ts";
import { FLAG, flagsOfProperty } from "../value/property-flags.ts";
import { mayBeTrace } from "../value/slots.ts";
import { type ArrayContents, HOLE } from "./array-contents.ts";
import type { Change } from "./change.ts";
import type { Contents, RecordContents } from "./contents.ts";
import { addDifferences } from "./differences.ts";
import { NO_PROPERTIES } from "./properties.ts";
import { isSameValue } from "./same-value.ts";

/** An object with a copy of what it held. */
export interface Watched {
  readonly object: object;
  readonly before: Contents;
}

/** What objects of one hidden class have in common: all but their values. */
interface Kind {
  readonly shape: RecordContents;
  /** The names of the shape, but indices as numbers: V8 finds elements in half the time by them. */
  readonly keys: readonly PropertyKey[];
  /** How many of the names are indices, which come first, and in their order. */
  readonly indices: number;
  readonly hasStack: boolean;
  /** Whether a hidden class can settle it: names that are indices are not in one. */
  readonly isToldByClass: boolean;
  /** An object that was looked at closely in the round of that number. */
  sample: object;
  lookedAtIn: number;
}

interface WatchedRecord {
  readonly object: object;
  readonly values: readonly unknown[];
  readonly kind: Kind;
}

interface WatchedArray {
  readonly object: unknown[];
  readonly before: ArrayContents;
}

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, getOwnPropertyNames, getPrototypeOf, hasOwn, is } = Object;
const { ownKeys } = Reflect;

/** Objects of one list of names and one prototype that are of several hidden classes: so many of these are told apart. */
const MOST_CLASSES = 8;

export class UnchangedCheck {
  readonly #records: WatchedRecord[] = [];
  readonly #arrays: WatchedArray[] = [];
  readonly #others: Watched[] = [];
  readonly #read: (object: object) => Contents;
  #round = 0;

  /** @param read makes a copy of what an object holds, to be compared where there is no faster way */
  constructor(objects: readonly Watched[], read: (object: object) => Contents) {
    this.#read = read;
    const kinds = new Map<object | null, Map<string, Kind[]>>();
    for (let i = 0; i < objects.length; i++) {
      const watched = objects[i] as Watched;
      const { object, before } = watched;
      // Private members are read by what their classes hand over.
      if (before.kind === "record" && !hasAccessors(before) && before.privates.length === 0) {
        this.#records.push({ object, values: before.own.values, kind: kindOf(object, before, kinds) });
      } else if (before.kind === "array" && before.own === NO_PROPERTIES && before.integrity === 0) {
        this.#arrays.push({ object: object as unknown[], before });
      } else this.#others.push(watched);
    }
  }

  get size(): number {
    return this.#records.length + this.#arrays.length + this.#others.length;
  }

  /** @throws Unkeyable where an object has become one that cannot be copied */
  run(): boolean {
    this.#round++;
    return this.#areRecordsSame() && this.#areArraysSame() && this.#areOthersSame();
  }

  #areRecordsSame(): boolean {
    const round = this.#round;
    for (let i = 0; i < this.#records.length; i++) {
      const { object, values, kind } = this.#records[i] as WatchedRecord;
      const isAlike = kind.lookedAtIn === round && areAlike(kind.sample, object);
      if (!(isAlike ? holdsValues(object, kind.shape.own.names, values) : isSame(object, values, kind, round))) {
        return false;
      }
    }
    return true;
  }

  #areArraysSame(): boolean {
    const canReadHoles = areHolesEmpty();
    for (let i = 0; i < this.#arrays.length; i++) {
      const watched = this.#arrays[i] as WatchedArray;
      const { object, before } = watched;
      const elements = elementsOf(object);
      if (elements === null || (elements.isHoley && !canReadHoles)) {
        if (!this.#isOtherSame(watched)) return false;
        continue;
      }
      const { items } = before;
      if (object.length !== items.length) return false;
      // One function for each kind of array: see src/value/array-elements.ts.
      if (elements.holds !== "values") {
        if (items.length > 0 && !holdsNumbers(object as number[], items)) return false;
      } else if (!(elements.isHoley ? holdsHoleyItems(object, items) : holdsItems(object, items))) return false;
    }
    return true;
  }

  #areOthersSame(): boolean {
    for (let i = 0; i < this.#others.length; i++) if (!this.#isOtherSame(this.#others[i] as Watched)) return false;
    return true;
  }

  #isOtherSame({ object, before }: Watched): boolean {
    const after = this.#read(object);
    if (before.kind === "set" && after.kind === "set" && !areSameItems(before.items, after.items)) return false;
    if (before.kind === "map" && after.kind === "map") {
      if (!(areSameItems(before.keys, after.keys) && areSameItems(before.items, after.items))) return false;
    }
    if (isBareCollection(before) && isBareCollection(after)) return before.kind === after.kind;
    const changes: Change[] = [];
    addDifferences(object, before, after, changes);
    return changes.length === 0;
  }
}

/** A Map or Set that is nothing but its entries. */
function isBareCollection(contents: Contents): boolean {
  return (contents.kind === "map" || contents.kind === "set") && contents.record === null;
}

function hasAccessors({ own: { flags } }: RecordContents): boolean {
  if (flags === null) return false;
  for (let i = 0; i < flags.length; i++) if ((flags[i] as number) & FLAG.accessor) return true;
  return false;
}

function kindOf(object: object, shape: RecordContents, kinds: Map<object | null, Map<string, Kind[]>>): Kind {
  const { names, flags } = shape.own;
  const isToldByClass = isSettled(object) && !isIndex(names[0]) && typeof names[names.length - 1] !== "symbol";
  // Objects that no class tells of are looked at one by one: each is a kind of its own.
  if (!isToldByClass) return newKind(object, shape, false);
  let byNames = kinds.get(shape.prototype);
  if (!byNames) {
    byNames = new Map();
    kinds.set(shape.prototype, byNames);
  }
  const text = `${shape.integrity} ${flags === null ? "" : flags.join()} ${names.join()}`;
  const known = byNames.get(text) ?? [];
  for (let i = 0; i < known.length; i++) {
    const kind = known[i] as Kind;
    if (areAlike(kind.sample, object) && areSameNames(kind.shape.own.names, names)) return kind;
  }
  const kind = newKind(object, shape, true);
  if (known.length < MOST_CLASSES) known.push(kind);
  byNames.set(text, known);
  return kind;
}

function newKind(sample: object, shape: RecordContents, isToldByClass: boolean): Kind {
  const { names } = shape.own;
  const keys: PropertyKey[] = [];
  let indices = 0;
  let hasStack = false;
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as PropertyKey;
    if (name === "stack") hasStack = true;
    if (isIndex(name)) {
      indices++;
      keys.push(Number(name));
    } else keys.push(name);
  }
  return { shape, keys, indices, hasStack, isToldByClass, sample, lookedAtIn: 0 };
}

/** Whether a name is that of an element. */
function isIndex(name: PropertyKey | undefined): boolean {
  return typeof name === "string" && String(Number(name) >>> 0) === name && name !== "4294967295";
}

function areSameNames(a: readonly PropertyKey[], b: readonly PropertyKey[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** By the questions of the language. */
function isSame(object: object, values: readonly unknown[], kind: Kind, round: number): boolean {
  const { keys, indices, isToldByClass, hasStack, shape } = kind;
  const { prototype, integrity, own } = shape;
  countLooks(1);
  if (getPrototypeOf(object) !== prototype) return false;
  const names = isToldByClass ? ownNames(object) : ownKeys(object);
  if (names.length !== keys.length) return false;
  // Elements have a fixed order: that there are as many, and each of them, is found out below.
  for (let i = indices; i < keys.length; i++) if (names[i] !== own.names[i]) return false;
  // Looking at a trace puts it together.
  if (hasStack && mayBeTrace(object, "stack")) return false;
  const isHeld =
    own.flags === null ? holdsPlain(object, keys, values) : holdsWithFlags(object, keys, values, own.flags);
  if (!isHeld || integrityOf(object) !== integrity) return false;
  if (isToldByClass && isSettled(object)) {
    kind.sample = object;
    kind.lookedAtIn = round;
  }
  return true;
}

/** Whether properties are there, are values, and have the attributes that an assignment gives. */
function holdsPlain(object: object, keys: readonly PropertyKey[], values: readonly unknown[]): boolean {
  for (let i = 0; i < keys.length; i++) {
    const property = getOwnPropertyDescriptor(object, keys[i] as PropertyKey);
    if (property === undefined || property.writable !== true) return false;
    if (property.enumerable !== true || property.configurable !== true) return false;
    if (!isSameValue(property.value, values[i])) return false;
  }
  return true;
}

function holdsWithFlags(
  object: object,
  keys: readonly PropertyKey[],
  values: readonly unknown[],
  flags: readonly number[],
): boolean {
  for (let i = 0; i < keys.length; i++) {
    const property = getOwnPropertyDescriptor(object, keys[i] as PropertyKey);
    if (property === undefined || flagsOfProperty(property) !== flags[i]) return false;
    if (!isSameValue(property.value, values[i])) return false;
  }
  return true;
}

/** Of an object whose named properties are known to be values; elements are not, so that they are counted. */
function holdsValues(object: object, names: readonly PropertyKey[], values: readonly unknown[]): boolean {
  if (getOwnPropertyNames(object).length !== names.length) return false;
  for (let i = 0; i < names.length; i++) {
    if (!isSameValue((object as Record<PropertyKey, unknown>)[names[i] as string], values[i])) return false;
  }
  return true;
}

/** Of arrays of numbers only; a hole is a NaN in the block. */
function holdsNumbers(array: number[], items: readonly unknown[]): boolean {
  const block = blockOfNumbers(array);
  for (let i = 0; i < items.length; i++) {
    const number = block[i] as number;
    if (number === items[i] && number !== 0) continue;
    const isHole = is(number, Number.NaN) && !hasOwn(array, i);
    if (isHole ? items[i] !== HOLE : !is(number, items[i])) return false;
  }
  return true;
}

function areSameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && holdsItems(a, b);
}

/** Of packed arrays of values only. */
function holdsItems(array: readonly unknown[], items: readonly unknown[]): boolean {
  for (let i = 0; i < items.length; i++) if (!isSameValue(array[i], items[i])) return false;
  return true;
}

/** Of holey arrays of values only, where reading a hole gives undefined. */
function holdsHoleyItems(array: readonly unknown[], items: readonly unknown[]): boolean {
  for (let i = 0; i < items.length; i++) {
    const item = array[i];
    if (item === undefined && !hasOwn(array, i)) {
      if (items[i] !== HOLE) return false;
    } else if (!isSameValue(item, items[i])) return false;
  }
  return true;
}
