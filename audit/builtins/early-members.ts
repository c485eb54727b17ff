/** The built-in objects whose members are watched, as they were before the program ran. */

export interface EarlyObject {
  readonly holder: object;
  readonly path: string;
  readonly parent: object | null;
  readonly isExtensible: boolean;
  /** How many names can be enumerated of it, with those that it inherits; null where nobody counts them. */
  readonly shown: number | null;
  readonly keys: readonly (string | symbol)[];
  readonly properties: Readonly<Record<PropertyKey, PropertyDescriptor>>;
  /** The keys of members that are no functions and can be given another value: `Symbol.toStringTag`, the name of a class, or of an error. */
  readonly data: readonly (string | symbol)[];
  /** Whether `keys` are some of its members, and what else becomes of it is not watched. */
  readonly isPart: boolean;
  /** Whether there can only be more members. */
  readonly isFixed: boolean;
}

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, getOwnPropertyDescriptors, getPrototypeOf, hasOwn, isExtensible } = Object;
const { ownKeys } = Reflect;

/** Programs set and delete it on `Error`, and recorded calls take it as it is. */
const LIMIT_OF_TRACES = "stackTraceLimit";

const early = new Map<object, EarlyObject>();
/** Objects of which only some members are watched. */
const parts = new Map<object, EarlyObject>();

/** To be called before the program can get the object. @param isCounted whether the names that a loop shows are few enough to be counted often */
export function noteEarlyObject(path: string, holder: object, isCounted = true): EarlyObject {
  const parent = getPrototypeOf(holder) as object | null;
  const properties = getOwnPropertyDescriptors(holder);
  const keys = watchedKeys(holder);
  const data = keys.filter((key) => isChangeableData(properties[key as string] as PropertyDescriptor));
  const isFixed = keys.every((key) => isFixedMember(properties[key as string] as PropertyDescriptor));
  const own = { isExtensible: isExtensible(holder), shown: isCounted ? countShown(holder) : null };
  const one = { holder, path, parent, ...own, keys, properties, data, isPart: false, isFixed };
  early.set(holder, one);
  return one;
}

/** The same for some members, which it has. */
export function noteEarlyPart(path: string, holder: object, keys: readonly string[]): EarlyObject {
  const properties: Record<PropertyKey, PropertyDescriptor> = {};
  for (const key of keys) properties[key] = getOwnPropertyDescriptor(holder, key) as PropertyDescriptor;
  const data = keys.filter((key) => isChangeableData(properties[key] as PropertyDescriptor));
  const own = { parent: null, isExtensible: isExtensible(holder), shown: null };
  const one = { holder, path, ...own, keys, properties, data, isPart: true, isFixed: false };
  parts.set(holder, one);
  return one;
}

function isFixedMember({ writable, configurable }: PropertyDescriptor): boolean {
  return writable === false && configurable === false;
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
  const part = parts.get(holder);
  if (part !== undefined) return part.keys.filter((key) => hasOwn(holder, key));
  const keys = ownKeys(holder);
  return holder === Error ? keys.filter((key) => key !== LIMIT_OF_TRACES) : keys;
}

/** Whether a built-in object has the keys that it had before the program ran, in their order. Of a large table that stays, {@link showsAsEarly} tells. */
export function hasEarlyKeys({ holder, keys, isPart, isFixed }: EarlyObject): boolean {
  if (isFixed) return true;
  if (isPart) return hasAll(holder, keys);
  const now = watchedKeys(holder);
  if (now.length !== keys.length) return false;
  for (let i = 0; i < now.length; i++) if (now[i] !== keys[i]) return false;
  return true;
}

function hasAll(holder: object, keys: readonly (string | symbol)[]): boolean {
  for (let i = 0; i < keys.length; i++) if (!hasOwn(holder, keys[i] as string)) return false;
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
  if (early.isPart) return true;
  return early.shown === null ? isPlacedAsEarly(early) : shows(early, early.shown);
}

/** The same for a number of names. */
export function shows(early: EarlyObject, count: number): boolean {
  return isPlacedAsEarly(early) && countShown(early.holder) === count;
}

/** What the program has put above could be a Proxy, whose code a loop over names would run: to be asked before one, of what is above first. */
function isPlacedAsEarly({ holder, parent, isExtensible: wasExtensible }: EarlyObject): boolean {
  return getPrototypeOf(holder) === parent && isExtensible(holder) === wasExtensible;
}

/** How many names a loop over the names of an object shows. */
export function countShown(holder: object): number {
  let count = 0;
  for (const _ in holder) count++;
  return count;
}
