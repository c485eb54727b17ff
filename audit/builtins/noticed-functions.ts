/**
 * Tapped functions of the language and of Node, of which the tap notices every call while a call is recorded. A key can hold such a
 * function as a value by its name alone. If a program changes the function's properties, no key would show that, so such a function is
 * not accepted as a value any more.
 */
import { hasPrototypeAsMade } from "../../src/code/function-shape.ts";
import { isSameProperty, type Properties, propertiesOf } from "./own-properties.ts";

/** A tapped function as it was before the program could get it. */
interface Tapped {
  /** The function behind the tap. The tap shows its properties. */
  readonly original: object;
  readonly parent: object | null;
  /** The function of which Node has made it, with the same prototype; null for most. */
  readonly source: object | null;
  /** Whether `prototype` is among `properties`. Otherwise it has to be as functions get one when they are made. */
  readonly keepsPrototype: boolean;
  readonly properties: Properties;
}

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, getPrototypeOf, isExtensible } = Object;
const { ownKeys } = Reflect;

const tapped = new WeakMap<object, Tapped>();
/** The names of functions in keys; null for functions that would share one. */
const labels = new WeakMap<object, string | null>();
const labelled = new Map<string, object>();

/** Notes a tap. @param fn the function that programs get: a Proxy of the original, or a function in its place */
export function noteTap(fn: object, original: object, source: object | null = null): void {
  note(fn, original, source, source !== null);
}

function note(fn: object, original: object, source: object | null, keepsPrototype: boolean): void {
  if (tapped.has(fn)) return;
  const properties = propertiesOf(original, keepsPrototype ? undefined : "prototype");
  tapped.set(fn, { original, parent: getPrototypeOf(original) as object | null, source, keepsPrototype, properties });
}

/** Notes a tap that notices every call. @param label is the same in every run, and no other function has it */
export function noteNoticed(fn: object, original: object, label: string): void {
  noteTap(fn, original);
  noteLabel(fn, label);
}

/** The same for a constructor of the language, whose `prototype` no program can replace. */
export function noteMakerTap(fn: object, original: object, label: string): void {
  note(fn, original, null, true);
  noteLabel(fn, label);
}

function noteLabel(fn: object, label: string): void {
  if (labels.has(fn)) return;
  const other = labelled.get(label);
  if (other !== undefined) labels.set(other, null);
  labels.set(fn, other === undefined ? label : null);
  labelled.set(label, fn);
}

/**
 * Notes a function that Node has made of a noticed function, and that calls only that one.
 * @param by names the function that made it. Two functions that it made of the same function do the same
 */
export function noteMade(fn: object, by: string, of: unknown): void {
  const label = typeof of === "function" ? noticedName(of) : null;
  if (label === null || tapped.has(fn)) return;
  noteTap(fn, fn, of as object);
  labels.set(fn, `${by}(${label})`);
}

/** Notes a function of Node's that does nothing, as all do that get this label. */
export function noteIdle(fn: object, label: string): void {
  noteTap(fn, fn);
  labels.set(fn, label);
}

/** Takes a function's label away, because another function has the same. Keys do not accept it as a value then. */
export function forgetNoticed(fn: object): void {
  labels.set(fn, null);
}

/** The name in keys of a noticed function that is as Node made it; null for any other function. */
export function noticedName(fn: object): string | null {
  const label = labels.get(fn) ?? null;
  return label !== null && isAsTapped(fn) ? label : null;
}

/** The function behind a tap; the function itself, if it is no tap. */
export function originalOfTap(fn: object): object {
  return tapped.get(fn)?.original ?? fn;
}

/** Whether a tap and the function behind it have the properties that they had before the program could get them. */
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
    if (!isSameProperty(before[1], getOwnPropertyDescriptor(original, key) as PropertyDescriptor)) return false;
  }
  return at === properties.length && isExtensible(original) && getPrototypeOf(original) === parent;
}
