/** The built-in objects whose members are watched, as they were before the program ran. */

export interface EarlyObject {
  readonly holder: object;
  readonly path: string;
  readonly parent: object | null;
  readonly isExtensible: boolean;
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
  const one = { holder, path, parent, isExtensible: isExtensible(holder), keys, properties, data };
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

/** Whether nothing can be enumerated of an object, and it inherits from what it did, and can have new members if it could: asked at each call. */
export function isBare({ holder, parent, isExtensible: wasExtensible }: EarlyObject): boolean {
  // What the program has put above could be a Proxy, whose code would run.
  if (getPrototypeOf(holder) !== parent || isExtensible(holder) !== wasExtensible) return false;
  for (const _ in holder) return false;
  return true;
}
