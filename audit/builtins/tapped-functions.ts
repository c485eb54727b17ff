/**
 * Watches the properties in which programs find the functions that read outside, print or write. A program can put a function of its own
 * there, which has no tap, and whose code is not known.
 */
interface Slot {
  readonly holder: object;
  readonly key: string;
  readonly label: string;
  /** The tap, or the getter that hands it out. */
  readonly value: unknown;
  readonly isGetter: boolean;
}

const slots: Slot[] = [];
const labels = new Map<unknown, string>();
/** The same for functions that are recognised only in code that keeps to itself what they open (loader/analyse/confined-handles.ts). */
const confined = new Map<unknown, string>();
/** Functions that Node has made of watched functions, and that call only these. */
const made = new WeakMap<object, string>();

/** Makes a function known as one of {@link confined}. */
export function knowConfined(fn: unknown, label: string): void {
  confined.set(fn, label);
}

/**
 * Watches a property from now on.
 * @param names whether its function becomes known by the label: always, only in code that keeps to itself what it opens, or never
 */
export function watch(holder: object, key: string, label: string, names: "all" | "confined" | "none" = "all"): void {
  const property = Object.getOwnPropertyDescriptor(holder, key);
  if (property === undefined) return;
  // A getter on the global object hands out what was assigned last, so there the value is watched and not the getter.
  const isGetter = property.get !== undefined && holder !== globalThis;
  const value: unknown = isGetter ? property.get : (holder as Record<string, unknown>)[key];
  slots.push({ holder, key, label, value, isGetter });
  if (!isGetter && names !== "none") (names === "all" ? labels : confined).set(value, label);
}

/** The label of a property that was replaced, or null. Cost: about 1 us. */
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
  // A program that stubs members of `process` may use accessors, which must not be run.
  if (holder === process) return Object.getOwnPropertyDescriptor(holder, key)?.value;
  return (holder as Record<string, unknown>)[key];
}

/** Functions of `fs` that other functions of `fs` call through its exports. */
const inside: Slot[] = [];

/** Watches a function of {@link inside}. Only calls of the functions that call it depend on it. */
export function watchInside(holder: object, key: string, label: string): void {
  inside.push({ holder, key, label, value: Reflect.get(holder, key), isGetter: false });
}

/** Which of these functions was replaced, or null. */
export function replacedInside(): string | null {
  return replacedOf(inside);
}

/**
 * The label of a tapped function, wherever it is met, or null.
 * @param isConfined whether the code keeps to itself what the function opens, is given and returns
 */
export function watchedName(fn: object, isConfined: boolean): string | null {
  return (isConfined ? confined.get(fn) : undefined) ?? labels.get(fn) ?? made.get(fn) ?? null;
}

/** The label of a function that is recorded only in code that keeps to itself what it opens, is given and returns; null for any other function. */
export function confinedName(fn: object): string | null {
  return confined.get(fn) ?? null;
}

/** Notes a function that Node has made of a watched one: `promisify(readFile)`. */
export function watchMade(fn: unknown, by: string, of: unknown): void {
  const label = labels.get(of);
  if (label !== undefined && typeof fn === "function") made.set(fn, `${by}(${label})`);
}
