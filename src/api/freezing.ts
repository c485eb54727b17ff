/**
 * Instances of classes that say how they are stored: by a method `[Symbol.for("dumbo.freeze")]()` and a static
 * `[Symbol.for("dumbo.thaw")](frozen)`. A result may be such an instance, or an array, a plain object, a Map or a Set that holds some. All of
 * this runs code of the program: that belongs to the call, and not to dumbo's own work.
 */
import { types } from "node:util";

const FREEZE = Symbol.for("dumbo.freeze");
const THAW = Symbol.for("dumbo.thaw");
/** The property by which a stored value is known to be frozen. A result that has this property itself is not kept: it would be thawed. */
const FROZEN = Symbol.for("dumbo.frozen");

/** What is stored in the place of an instance. */
interface FrozenInstance {
  readonly [FROZEN]: "instance";
  /** The class. The codec refuses it unless its code is in the key, so that an edit of the class misses. */
  readonly made: { readonly [THAW]: (frozen: unknown) => unknown };
  readonly data: unknown;
}

/** What is stored in the place of a result: the result with frozen instances in it. */
interface FrozenResult {
  readonly [FROZEN]: "result";
  readonly held: unknown;
}

/**
 * What is stored in the place of a result; null where the result itself is stored.
 * @param given what the call was given: an instance of it must not be frozen, or it would come back as a copy
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
 * The result again for what {@link frozenForm} has made, as a copy of its own. Anything else is answered as it is.
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

/** Whether {@link frozenForm} has made a value. */
export function isFrozen(stored: unknown): stored is FrozenResult {
  return isMarked(stored, "result");
}

function isMarked(value: unknown, mark: "instance"): value is FrozenInstance;
function isMarked(value: unknown, mark: "result"): value is FrozenResult;
function isMarked(value: unknown, mark: string): boolean {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return false;
  return Object.getOwnPropertyDescriptor(value, FROZEN)?.value === mark;
}

/** The frozen form of one instance; null for a value whose class has not both methods. */
function frozenInstance(value: unknown): FrozenInstance | null {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return null;
  const freeze: unknown = Reflect.get(value, FREEZE);
  if (typeof freeze !== "function") return null;
  const made: unknown = value.constructor;
  if (typeof made !== "function" || typeof Reflect.get(made, THAW) !== "function") return null;
  const data: unknown = Reflect.apply(freeze, value, []);
  return { [FROZEN]: "instance", made: made as unknown as FrozenInstance["made"], data };
}

/** A copy of a plain container with each value changed; a container of another kind, or with properties of its own, as it is. */
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
  // Only elements and `length`: there is no hole, and nothing else on it.
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
