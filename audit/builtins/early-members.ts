/** The built-in objects whose members are watched, as they were before the program ran. */

export interface EarlyObject {
  readonly holder: object;
  readonly path: string;
  readonly parent: object | null;
  readonly isExtensible: boolean;
  /** How many names can be enumerated of it, with those that it inherits. */
  readonly shown: number;
  readonly keys: readonly (string | symbol)[];
  readonly properties: Readonly<Record<PropertyKey, PropertyDescriptor>>;
  /** The keys of members that are no functions and can be given another value: `Symbol.toStringTag`, the name of a class, or of an error. */
  readonly data: readonly (string | symbol)[];
}

// Captured before the program can replace them.
const { getOwnPropertyDescriptors, getPrototypeOf, isExtensible } = Object;
const { ownKeys } = Reflect;

/** Programs set and delete it on `Error`, and recorded calls take it as it is. */
const LIMIT_OF_TRACES = "stackTraceLimit";

const early = new Map<object, EarlyObject>();

/** To be called before the program runs. */
export function noteEarlyObject(path: string, holder: object): EarlyObject {
  const parent = getPrototypeOf(holder) as object | null;
  const properties = getOwnPropertyDescriptors(holder);
  const keys = watchedKeys(holder);
  const data = keys.filter((key) => isChangeableData(properties[key as string] as PropertyDescriptor));
  const shown = countShown(holder);
  const one = { holder, path, parent, isExtensible: isExtensible(holder), shown, keys, properties, data };
  early.set(holder, one);
  return one;
}

function isChangeableData(property: PropertyDescriptor): boolean {
  const { value, writable, configurable } = property;
  return "value" in property && typeof value !== "function" && (writable === true || configurable === true);
}

/** The keys that an object had before the program ran: what the program has added is none of the language. */
export function earlyKeys(holder: object): readonly (string | symbol)[] {
  return early.get(holder)?.keys ?? ownKeys(holder);
}

/** The keys of a built-in object whose coming and going is noticed. */
export function watchedKeys(holder: object): readonly (string | symbol)[] {
  const keys = ownKeys(holder);
  return holder === Error ? keys.filter((key) => key !== LIMIT_OF_TRACES) : keys;
}

/** Whether a built-in object has the keys that it had before the program ran, in their order. */
export function hasEarlyKeys({ holder, keys }: EarlyObject): boolean {
  const now = watchedKeys(holder);
  if (now.length !== keys.length) return false;
  for (let i = 0; i < now.length; i++) if (now[i] !== keys[i]) return false;
  return true;
}

/** Whether nothing can be enumerated of an object, and it inherits from what it did, and can have new members if it could: asked at each call. */
export function isBare(early: EarlyObject): boolean {
  if (!isPlacedAsEarly(early)) return false;
  for (const _ in early.holder) return false;
  return true;
}

/** Whether as many names can be enumerated of an object as before the program ran, and it inherits from what it did, and can have new members if it could. */
export function showsAsEarly(early: EarlyObject): boolean {
  return isPlacedAsEarly(early) && countShown(early.holder) === early.shown;
}

/** What the program has put above could be a Proxy, whose code a loop over names would run: to be asked before one, of what is above first. */
function isPlacedAsEarly({ holder, parent, isExtensible: wasExtensible }: EarlyObject): boolean {
  return getPrototypeOf(holder) === parent && isExtensible(holder) === wasExtensible;
}

function countShown(holder: object): number {
  let count = 0;
  for (const _ in holder) count++;
  return count;
}
