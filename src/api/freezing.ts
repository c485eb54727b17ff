/**
 * Results that say themselves how they are stored: instances of classes with `[Symbol.for("dumbo.freeze")]()` and a static
 * `[Symbol.for("dumbo.thaw")](frozen)`, as a result or right in an array, a plain object, a Map or a Set that is one. All of this runs code
 * of the program: it belongs to the call, and not to dumbo's own work.
 */
import { types } from "node:util";

const FREEZE = Symbol.for("dumbo.freeze");
const THAW = Symbol.for("dumbo.thaw");
/** What stands in the place of a result, or of an instance in it. No result that has one of these itself is kept. */
const FROZEN = Symbol.for("dumbo.frozen");

/** What stands in the place of an instance. */
interface FrozenInstance {
  readonly [FROZEN]: "instance";
  /** By this, the code of the class is in the key: the codec knows no other classes. */
  readonly made: { readonly [THAW]: (frozen: unknown) => unknown };
  readonly data: unknown;
}

/** What stands in the place of a result: it holds frozen instances where the result holds the real ones. */
interface FrozenResult {
  readonly [FROZEN]: "result";
  readonly held: unknown;
}

/**
 * What is stored in the place of a result; null where that is the result itself.
 * @param given what the call was given: instances of that would come back as copies
 * @throws what the program's code throws, and TypeError for what cannot be stored
 */
export function frozenForm(result: unknown, given: readonly unknown[]): FrozenResult | null {
  if (typeof result !== "object" || result === null || types.isProxy(result)) return null;
  if (Object.hasOwn(result, FROZEN)) throw new TypeError("the result looks like one that was frozen");
  const known = new Map<unknown, FrozenInstance>();
  const freeze = (value: unknown): unknown => {
    const met = known.get(value);
    if (met !== undefined) return met;
    const frozen = frozenInstance(value);
    if (frozen === null) return value;
    if (given.includes(value)) throw new TypeError("an instance was given to the call");
    known.set(value, frozen);
    return frozen;
  };
  const held = freeze(result);
  const inside = known.size > 0 ? held : mapped(result, freeze);
  return known.size > 0 ? { [FROZEN]: "result", held: inside } : null;
}

/**
 * The result that something was stored in the place of; a copy of its own. Anything else is the result itself.
 * @throws what the program's code throws
 */
export function thawed(stored: unknown): unknown {
  if (!isFrozen(stored)) return stored;
  const known = new Map<unknown, unknown>();
  const thaw = (value: unknown): unknown => {
    if (!isMarked(value, "instance")) return value;
    if (!known.has(value)) known.set(value, value.made[THAW](value.data));
    return known.get(value);
  };
  const { held } = stored;
  return isMarked(held, "instance") ? thaw(held) : mapped(held as object, thaw);
}

/** Whether something is stored in the place of a result. */
export function isFrozen(stored: unknown): stored is FrozenResult {
  return isMarked(stored, "result");
}

function isMarked(value: unknown, mark: "instance"): value is FrozenInstance;
function isMarked(value: unknown, mark: "result"): value is FrozenResult;
function isMarked(value: unknown, mark: string): boolean {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return false;
  return Object.getOwnPropertyDescriptor(value, FROZEN)?.value === mark;
}

/** Null for what has no hooks. */
function frozenInstance(value: unknown): FrozenInstance | null {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return null;
  const freeze: unknown = Reflect.get(value, FREEZE);
  if (typeof freeze !== "function") return null;
  const made: unknown = value.constructor;
  if (typeof made !== "function" || typeof Reflect.get(made, THAW) !== "function") return null;
  const data: unknown = Reflect.apply(freeze, value, []);
  return { [FROZEN]: "instance", made: made as unknown as FrozenInstance["made"], data };
}

/** A copy of a container with other values in it, or the container itself where they are the same, or where it is no plain one. */
function mapped(container: object, change: (value: unknown) => unknown): unknown {
  switch (Object.getPrototypeOf(container)) {
    case Array.prototype:
      return mappedArray(container, change);
    case Object.prototype:
      return mappedObject(container, change);
    case Map.prototype:
      return types.isMap(container) && isBare(container)
        ? new Map([...container].map(([key, value]) => [change(key), change(value)]))
        : container;
    case Set.prototype:
      return types.isSet(container) && isBare(container) ? new Set([...container].map(change)) : container;
    default:
      return container;
  }
}

function mappedArray(container: object, change: (value: unknown) => unknown): unknown {
  if (!Array.isArray(container) || !Object.isExtensible(container)) return container;
  // Without holes, and with no names beside its elements.
  if (Reflect.ownKeys(container).length !== container.length + 1) return container;
  const accessor = container.findIndex((_, index) => !isPlain(Object.getOwnPropertyDescriptor(container, index)));
  return accessor >= 0 ? container : container.map(change);
}

function mappedObject(container: object, change: (value: unknown) => unknown): unknown {
  const properties = Object.entries(Object.getOwnPropertyDescriptors(container));
  const isSimple = Object.isExtensible(container) && Reflect.ownKeys(container).length === properties.length;
  if (!isSimple || !properties.every(([, property]) => isPlain(property))) return container;
  return Object.fromEntries(properties.map(([name, { value }]) => [name, change(value)]));
}

function isPlain(property: PropertyDescriptor | undefined): boolean {
  return property?.writable === true && property.enumerable === true && property.configurable === true;
}

function isBare(container: object): boolean {
  return Object.isExtensible(container) && Reflect.ownKeys(container).length === 0;
}
