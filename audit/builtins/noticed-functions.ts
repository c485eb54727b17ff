/**
 * Functions of the language and of Node whose every call is noticed while a call is recorded: who holds one as a value depends on nothing
 * but which one it is. What a program does to one, as to any object, is in no key: then it is no such value any more.
 */
import { hasPrototypeAsMade } from "../../src/code/function-shape.ts";

/** A tapped function as it was before the program could have it. */
interface Tapped {
  /** The function behind the tap, which has the properties of both. */
  readonly original: object;
  readonly parent: object | null;
  /** What Node has made it of, and given the same `prototype`. */
  readonly source: object | null;
  /** Whether its `prototype` is one of those properties: it is none that a function is made with. */
  readonly keepsPrototype: boolean;
  readonly properties: readonly (readonly [key: string | symbol, property: PropertyDescriptor])[];
}

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, getPrototypeOf, isExtensible } = Object;
const { ownKeys } = Reflect;

const tapped = new WeakMap<object, Tapped>();
const labels = new WeakMap<object, string | null>();
const taken = new Map<string, object>();

/** Notes a tap. @param fn what programs find: a proxy of the original, or a function in its place */
export function noteTap(fn: object, original: object, source: object | null = null): void {
  note(fn, original, source, source !== null);
}

function note(fn: object, original: object, source: object | null, keepsPrototype: boolean): void {
  if (tapped.has(fn)) return;
  const properties: [string | symbol, PropertyDescriptor][] = [];
  for (const key of ownKeys(original)) {
    if (key !== "prototype" || keepsPrototype)
      properties.push([key, getOwnPropertyDescriptor(original, key) as PropertyDescriptor]);
  }
  tapped.set(fn, { original, parent: getPrototypeOf(original) as object | null, source, keepsPrototype, properties });
}

/** Notes a tap of which every call is noticed. @param label tells it from all others, in every run */
export function noteNoticed(fn: object, original: object, label: string): void {
  noteTap(fn, original);
  noteLabel(fn, label);
}

/** The same of a constructor of the language, whose `prototype` no program can replace. */
export function noteMakerTap(fn: object, original: object, label: string): void {
  note(fn, original, null, true);
  noteLabel(fn, label);
}

function noteLabel(fn: object, label: string): void {
  if (labels.has(fn)) return;
  const other = taken.get(label);
  if (other !== undefined) labels.set(other, null);
  labels.set(fn, other === undefined ? label : null);
  taken.set(label, fn);
}

/**
 * Notes what Node has made of a function of which every call is noticed, and that calls nothing else.
 * @param by says what made it: two that are made of the same function in the same way do the same
 */
export function noteMade(fn: object, by: string, of: unknown): void {
  const label = typeof of === "function" ? noticedName(of) : null;
  if (label === null || tapped.has(fn)) return;
  noteTap(fn, fn, of as object);
  labels.set(fn, `${by}(${label})`);
}

/** Has a function be no value: its label is another one's. */
export function forgetNoticed(fn: object): void {
  labels.set(fn, null);
}

/** What a function is called of which every call is noticed, and that is as Node made it; null for any other. */
export function noticedName(fn: object): string | null {
  const label = labels.get(fn) ?? null;
  return label !== null && isAsTapped(fn) ? label : null;
}

/** Whether a tap, and the function behind it, have the properties that they had before the program. */
export function isAsTapped(fn: object): boolean {
  const found = tapped.get(fn);
  if (found === undefined) return false;
  const { original, parent, source, keepsPrototype, properties } = found;
  if (source !== null && !isAsTapped(source)) return false;
  const keys = ownKeys(original);
  let at = 0;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string | symbol;
    if (key === "prototype" && !keepsPrototype) {
      if (!hasPrototypeAsMade(original)) return false;
      continue;
    }
    const before = properties[at++];
    if (before === undefined || before[0] !== key) return false;
    if (!isSame(before[1], getOwnPropertyDescriptor(original, key) as PropertyDescriptor)) return false;
  }
  return at === properties.length && isExtensible(original) && getPrototypeOf(original) === parent;
}

function isSame(a: PropertyDescriptor, b: PropertyDescriptor): boolean {
  const areAlike = a.writable === b.writable && a.enumerable === b.enumerable && a.configurable === b.configurable;
  return areAlike && a.value === b.value && a.get === b.get && a.set === b.set;
}
