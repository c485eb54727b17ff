/**
 * Runs dumbo's own work by the language as it was before the program ran. The program may have put other functions in the place of the language's: work
 * that called them would be counted by them, or fail. What the program has replaced is put back for the time of the work, in which no code of the
 * program runs, and replaced again.
 */
import type { EarlyObject } from "./early-members.ts";
import { type Member, SameMembers } from "./same-members.ts";

// Captured before the program can replace them.
const { defineProperty, deleteProperty, getOwnPropertyDescriptor, setPrototypeOf } = Reflect;
const { hasOwn } = Object;

/** A member that is no getter's, and the property in which it stands. */
interface Slot extends Member {
  readonly property: PropertyDescriptor;
}

/** A property; undefined where there was none. */
interface Place {
  readonly holder: object;
  readonly key: PropertyKey;
  readonly property: PropertyDescriptor | undefined;
}

/** Members that the language reads of any object, and has none of there: of descriptors, and what `JSON.stringify` calls. */
const READ_OF_ANY: readonly (readonly [holder: object, keys: readonly string[]])[] = [
  [Object.prototype, ["get", "set", "value", "writable", "enumerable", "configurable", "toJSON"]],
  [Array.prototype, ["toJSON"]],
  [String.prototype, ["toJSON"]],
  [Number.prototype, ["toJSON"]],
  [Boolean.prototype, ["toJSON"]],
];

const CLASSES = [
  "Object",
  "Array",
  "String",
  "Number",
  "Symbol",
  "BigInt",
  "Error",
  "Promise",
  "RegExp",
  "ArrayBuffer",
  "Buffer",
];

/** Where members are that dumbo's work calls, or that the language does for it. Of other objects, it has copies (src/node/globals.ts). */
const USED: ReadonlySet<string> = new Set([
  ...CLASSES.flatMap((name) => [name, `${name}.prototype`]),
  ...["Function.prototype", "Date.prototype", "DataView.prototype", "TypedArray.prototype"],
  ...["Array Iterator", "String Iterator", "Map Iterator", "Set Iterator", "RegExp String Iterator", "Generator"],
]);

let functions = new SameMembers<Slot>([]);
let getters: readonly Place[] = [];
let absent: readonly Place[] = [];

let ask = (): void => {};
let isAsking = false;
/** What the program has in the places of what is put back now; null while nothing is. */
let replacedNow: readonly Place[] | null = null;

/** Whether dumbo's own work is running, and built-ins that the program has replaced are in their places for that. */
export function isPutBack(): boolean {
  return replacedNow !== null;
}

/** Whether a member is among them. */
export function isMemberPutBack(holder: object, key: PropertyKey): boolean {
  if (replacedNow === null) return false;
  for (let i = 0; i < replacedNow.length; i++) {
    const one = replacedNow[i] as Place;
    if (one.holder === holder && one.key === key) return true;
  }
  return false;
}

/** Has a function called before built-ins that the program has replaced are put back: they cannot be found then. */
export function beforePuttingBack(look: () => void): void {
  ask = look;
}

/** Notes what there is before the program runs. */
export function noteStart(objects: Iterable<EarlyObject>): void {
  const slots: Slot[] = [];
  const accessors: Place[] = [];
  for (const { holder, path, keys, properties } of objects) {
    if (!USED.has(path)) continue;
    for (const key of keys) {
      const property = bare({ ...properties[key as string] });
      const { value, get, configurable, writable } = property;
      if (configurable !== true && writable !== true) continue;
      if (typeof value === "function") slots.push({ holder, key, value, property });
      else if (get !== undefined) accessors.push({ holder, key, property });
    }
  }
  functions = new SameMembers(slots);
  getters = accessors;
  absent = READ_OF_ANY.flatMap(([holder, keys]) => keys.map((key) => ({ holder, key, property: undefined })));
}

/**
 * Runs work of dumbo's own. Cost of the look before it: a few microseconds.
 * @param otherwise the answer where the language cannot be had as it was
 */
export function asAtStart<T>(work: () => T, otherwise: T): T {
  if (isAsAtStart()) return work();
  if (!isAsking) {
    isAsking = true;
    try {
      ask();
    } finally {
      isAsking = false;
    }
  }
  const replaced: Place[] = [];
  try {
    replacedNow = replaced;
    return putBack(replaced) ? work() : otherwise;
  } finally {
    replacedNow = null;
    for (let i = replaced.length - 1; i >= 0; i--) put(replaced[i] as Place);
  }
}

function isAsAtStart(): boolean {
  if (!functions.areSame()) return false;
  for (let i = 0; i < getters.length; i++) if (!isInPlace(getters[i] as Place)) return false;
  for (let i = 0; i < absent.length; i++) if (!isInPlace(absent[i] as Place)) return false;
  return true;
}

/** @param replaced takes what the program has there. @returns whether all is as it was */
function putBack(replaced: Place[]): boolean {
  const { list } = functions;
  let isDone = true;
  for (let i = 0; i < list.length; i++) if (!isRestored(list[i] as Slot, replaced)) isDone = false;
  for (let i = 0; i < getters.length; i++) if (!isRestored(getters[i] as Place, replaced)) isDone = false;
  for (let i = 0; i < absent.length; i++) if (!isRestored(absent[i] as Place, replaced)) isDone = false;
  return isDone;
}

function isRestored(place: Place, replaced: Place[]): boolean {
  if (isInPlace(place)) return true;
  const { holder, key } = place;
  const property = getOwnPropertyDescriptor(holder, key);
  // By no method, nor by an assignment that a setter of the program's could take.
  defineProperty(replaced, replaced.length, ownPlace({ holder, key, property: property && bare(property) }));
  return put(place);
}

function isInPlace({ holder, key, property }: Place): boolean {
  if (property === undefined) return !hasOwn(holder, key);
  const now = getOwnPropertyDescriptor(holder, key);
  return now !== undefined && own(now, "value") === property.value && own(now, "get") === property.get;
}

function own(property: PropertyDescriptor, key: "value" | "get"): unknown {
  return hasOwn(property, key) ? property[key] : undefined;
}

function ownPlace(value: Place): PropertyDescriptor {
  return bare({ value, writable: true, enumerable: true, configurable: true });
}

function put({ holder, key, property }: Place): boolean {
  return property === undefined ? deleteProperty(holder, key) : defineProperty(holder, key, property);
}

/** A descriptor that inherits nothing of what the program puts on `Object.prototype`. */
function bare(property: PropertyDescriptor): PropertyDescriptor {
  setPrototypeOf(property, null);
  return property;
}
