/**
 * What a program has done to built-in objects that can be a part of each key: plain members that it has added, and attributes and values that it has
 * changed. Any code can come upon such a member, by a name that it puts together, by a loop over names, or by another member.
 */
import type { BuiltInChange } from "../../src/code/reach-context.ts";
import { type EarlyObject, watchedKeys } from "./early-members.ts";
import { isSameProperty } from "./own-properties.ts";

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, is, isExtensible } = Object;
const { propertyIsEnumerable } = Object.prototype;
const { apply, ownKeys } = Reflect;
const { keyFor } = Symbol;

/**
 * Names that the language, Node or dumbo itself looks for on values of any kind, at moments of their own. What dumbo does with lists,
 * texts and errors of its own must call no code of the program, and must not take what that has added for its own.
 */
const LOOKED_FOR: ReadonlySet<string> = new Set(
  `toJSON toString valueOf toLocaleString constructor __proto__ then next return throw done value get set writable enumerable configurable
  length name message stack cause errors code errno syscall path reason kind exec flags source lastIndex index input groups indices raw
  size has keys add prototype caller arguments callee proxy revoke prepareStackTrace stackTraceLimit inspect listener encoding signal
  species byteLength byteOffset buffer description`.split(/\s+/),
);
const INDEX = /^\d+$/;
const WELL_KNOWN: ReadonlySet<unknown> = new Set(
  ownKeys(Symbol).map((key) => getOwnPropertyDescriptor(Symbol, key)?.value as unknown),
);
const RESERVED = /^(?:nodejs|dumbo)\./;

/** A built-in object that the program has changed, as it was found. */
interface Changed {
  readonly holder: object;
  readonly keys: readonly (string | symbol)[];
  readonly isExtensible: boolean;
  /** Of each key, whether a loop over names shows it. */
  readonly shown: readonly boolean[];
  readonly added: readonly { readonly key: string | symbol; readonly property: PropertyDescriptor }[];
}

/** Whether a member can be a part of keys, as far as its name and its kind tell: what it holds is judged where a key is made. */
export function isPlainMember(holder: object, key: string | symbol): boolean {
  // All objects inherit from this one, dumbo's own as well.
  if (holder === Object.prototype) return false;
  const property = getOwnPropertyDescriptor(holder, key);
  if (property === undefined || !("value" in property)) return false;
  if (typeof key === "string") return !LOOKED_FOR.has(key) && !INDEX.test(key);
  const registered = keyFor(key);
  return !WELL_KNOWN.has(key) && (registered === undefined || !RESERVED.test(registered));
}

/** All that was accepted, in the order of the objects. */
export class AddedMembers {
  /** The same list as long as nothing has changed. */
  #list: readonly BuiltInChange[] = [];
  #changed: readonly Changed[] = [];

  get list(): readonly BuiltInChange[] {
    return this.#list;
  }

  /** Whether an object is among those that were found changed. */
  has(holder: object): boolean {
    for (let i = 0; i < this.#changed.length; i++) if ((this.#changed[i] as Changed).holder === holder) return true;
    return false;
  }

  /** Whether the objects that were found changed are as they were then. Cost: a microsecond for each, and for each member. */
  areSame(): boolean {
    for (let i = 0; i < this.#changed.length; i++) if (!isSame(this.#changed[i] as Changed)) return false;
    return true;
  }

  /** Takes what a look has found in the place of what the last one had found. */
  take(found: readonly BuiltInChange[]): void {
    const holders = [...new Set(found.map((one) => one.holder))];
    const isSameAsBefore = isSameList(this.#list, found) && this.#changed.every(hasSameMembers);
    if (!isSameAsBefore) this.#list = found;
    this.#changed = holders.map((holder) => {
      const keys = found.flatMap((one) => (one.holder === holder && one.kind === "member" ? [one.key] : []));
      const added = keys.map((key) => ({ key, property: getOwnPropertyDescriptor(holder, key) as PropertyDescriptor }));
      const now = watchedKeys(holder);
      const shown = now.map((key) => isShown(holder, key));
      return { holder, keys: now, isExtensible: isExtensible(holder), shown, added };
    });
  }
}

function isSame(before: Changed): boolean {
  const { holder, keys, shown } = before;
  const now = watchedKeys(holder);
  if (now.length !== keys.length || isExtensible(holder) !== before.isExtensible) return false;
  for (let i = 0; i < now.length; i++) {
    const key = now[i] as string | symbol;
    if (key !== keys[i] || isShown(holder, key) !== shown[i]) return false;
  }
  return hasSameMembers(before);
}

function isShown(holder: object, key: string | symbol): boolean {
  return apply(propertyIsEnumerable, holder, [key]) as boolean;
}

function hasSameMembers({ holder, added }: Changed): boolean {
  for (let i = 0; i < added.length; i++) {
    const { key, property } = added[i] as Changed["added"][number];
    const other = getOwnPropertyDescriptor(holder, key);
    if (other === undefined || !isSameProperty(property, other)) return false;
  }
  return true;
}

function isSameList(a: readonly BuiltInChange[], b: readonly BuiltInChange[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((one, i) => isSameChange(one, b[i] as BuiltInChange));
}

function isSameChange(a: BuiltInChange, b: BuiltInChange): boolean {
  if (a.holder !== b.holder) return false;
  return a.kind === "member" ? b.kind === "member" && a.key === b.key : b.kind === "attributes" && a.text === b.text;
}

/**
 * The attributes that a built-in object and its early members did not have before the program ran, the values of those that are no functions, and
 * their order if it is another; empty if nothing is.
 */
export function changedAttributes(early: EarlyObject): string {
  const { holder } = early;
  const found: string[] = [];
  for (const key of early.keys) {
    const before = attributesOf(early.properties[key]);
    const now = attributesOf(getOwnPropertyDescriptor(holder, key));
    if (before !== now) found.push(`${String(key)} ${now}`);
  }
  for (const key of changedData(early)) {
    found.push(`${String(key)} is ${textOf(getOwnPropertyDescriptor(holder, key)?.value)}`);
  }
  const order = watchedKeys(holder).filter((key) => early.keys.includes(key));
  if (order.some((key, i) => key !== early.keys[i])) found.push(`order ${order.map(String).join(" ")}`);
  if (isExtensible(holder) !== early.isExtensible) found.push("not extensible");
  return found.join(", ");
}

/** The keys of members that are no functions, and have another value than before the program ran, or are accessors. */
export function changedData({ holder, data, properties }: EarlyObject): (string | symbol)[] {
  return data.filter((key) => {
    const now = getOwnPropertyDescriptor(holder, key);
    return now !== undefined && !("value" in now && is(now.value, properties[key as string]?.value));
  });
}

/** Whether a text can say what a member holds. */
export function isPlainValue(holder: object, key: string | symbol): boolean {
  const property = getOwnPropertyDescriptor(holder, key);
  if (property === undefined || !("value" in property)) return false;
  const value: unknown = property.value;
  return value === null || !["object", "function", "symbol"].includes(typeof value);
}

function textOf(value: unknown): string {
  return is(value, -0) ? "-0" : `${typeof value} ${typeof value === "string" ? JSON.stringify(value) : String(value)}`;
}

function attributesOf(property: PropertyDescriptor | undefined): string {
  const { writable, enumerable, configurable } = property ?? {};
  return `${writable ? "w" : ""}${enumerable ? "e" : ""}${configurable ? "c" : ""}`;
}
