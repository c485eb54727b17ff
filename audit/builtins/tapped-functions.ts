/**
 * Where programs find the functions that look outside, print or write, and whether these are still the ones that are tapped: a
 * program can put functions of its own there, of whose code nothing is known.
 */

interface Slot {
  readonly holder: object;
  readonly key: string;
  readonly label: string;
  /** What is there: a tap, or the getter that leads to one. */
  readonly value: unknown;
  readonly isGetter: boolean;
}

const slots: Slot[] = [];
const labels = new Map<unknown, string>();
/** The same for functions that are only recognised where the code shows that what they open goes nowhere else. */
const confined = new Map<unknown, string>();
/** Functions that Node makes of tapped ones, which call nothing else. */
const made = new WeakMap<object, string>();

/** Has a function recognised where the code shows that what it opens goes nowhere else. */
export function knowConfined(fn: unknown, label: string): void {
  confined.set(fn, label);
}

/**
 * Watches a property from now on.
 * @param names which functions are to be known by it
 */
export function watch(holder: object, key: string, label: string, names: "all" | "confined" | "none" = "all"): void {
  const property = Object.getOwnPropertyDescriptor(holder, key);
  if (property === undefined) return;
  // The getters of globals hand out what was assigned to them.
  const isGetter = property.get !== undefined && holder !== globalThis;
  const value: unknown = isGetter ? property.get : (holder as Record<string, unknown>)[key];
  slots.push({ holder, key, label, value, isGetter });
  if (!isGetter && names !== "none") (names === "all" ? labels : confined).set(value, label);
}

/** What was replaced, or null. Cost: about 1 us. */
export function replaced(): string | null {
  return replacedOf(slots);
}

function replacedOf(watched: readonly Slot[]): string | null {
  for (const { holder, key, label, value, isGetter } of watched) {
    if (contentOf(holder, key, isGetter) !== value) return label;
  }
  return null;
}

function contentOf(holder: object, key: string, isGetter: boolean): unknown {
  if (isGetter) return Object.getOwnPropertyDescriptor(holder, key)?.get;
  // A program that stubs `process` may do it by accessors, which are not to run.
  if (holder === process) return Object.getOwnPropertyDescriptor(holder, key)?.value;
  return (holder as Record<string, unknown>)[key];
}

/** Functions of `fs` that others of its functions call, by what it exports at the moment. */
const inside: Slot[] = [];

/** Watches a function that other functions of `fs` call. Only calls of those depend on it. */
export function watchInside(holder: object, key: string, label: string): void {
  inside.push({ holder, key, label, value: Reflect.get(holder, key), isGetter: false });
}

/** Which of these functions was replaced, or null. */
export function replacedInside(): string | null {
  return replacedOf(inside);
}

/**
 * What a tapped function is called, wherever it turns up, or null.
 * @param isConfined whether the code has been found to keep to itself what the function opens, is given or returns
 */
export function watchedName(fn: object, isConfined: boolean): string | null {
  return (isConfined ? confined.get(fn) : undefined) ?? labels.get(fn) ?? made.get(fn) ?? null;
}

/** Notes what Node has made of a watched function: `promisify(readFile)`. */
export function watchMade(fn: unknown, by: string, of: unknown): void {
  const label = labels.get(of);
  if (label !== undefined && typeof fn === "function") made.set(fn, `${by}(${label})`);
}
