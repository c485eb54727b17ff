/** How a property is tapped: reading it counts, or its value is replaced when it is first asked for. */
import type { Token } from "../../src/trace/event.ts";
import { state } from "../../src/trace/frames.ts";
import { touch } from "./touch.ts";

interface ReadTap {
  /** Is given the value that was read. */
  readonly arrived?: (value: unknown) => void;
  /** The token of the read, if it may be kept. */
  readonly token?: () => Token | undefined;
}

/** Makes reading a property count as a touch. The property itself goes on working, assignments included. */
export function tapRead(
  target: object,
  key: PropertyKey,
  kind: string,
  name: string,
  { arrived, token }: ReadTap = {},
): void {
  const property = Object.getOwnPropertyDescriptor(target, key);
  if (!property?.configurable) return;
  const { get, set, enumerable = false } = property;
  const note = () => {
    if (state.open !== 0 && state.suspended === 0) touch(kind, name, token?.());
  };
  if (get !== undefined || set !== undefined) {
    Reflect.defineProperty(target, key, {
      ...property,
      get(this: unknown) {
        note();
        const value: unknown = get === undefined ? undefined : Reflect.apply(get, this, []);
        arrived?.(value);
        return value;
      },
    });
    return;
  }
  let value: unknown = property.value;
  const accessor: PropertyDescriptor = {
    configurable: true,
    enumerable,
    get() {
      note();
      return value;
    },
  };
  if (property.writable) {
    accessor.set = function (this: unknown, next: unknown) {
      if (this === target) {
        if (state.open !== 0) touch(kind, name);
        value = next;
      } else if (typeof this === "object" && this !== null) {
        // An object that inherits from `target` gets a property of its own, as with any data property.
        Reflect.defineProperty(this, key, { configurable: true, enumerable: true, writable: true, value: next });
      }
    };
  }
  Reflect.defineProperty(target, key, accessor);
}

/**
 * Puts `adapt` between a lazy getter and whoever reads it, without triggering the getter now. What a program assigns
 * to the property comes back unadapted. Where `adapt` has nothing to replace, the getter is itself again after the
 * first reading.
 */
export function tapLazy(target: object, key: PropertyKey, adapt: (value: unknown) => unknown): void {
  const property = Object.getOwnPropertyDescriptor(target, key);
  const { get, set } = property ?? {};
  if (!property?.configurable || get === undefined) return;
  let assigned = false;
  const accessor: PropertyDescriptor = {
    ...property,
    get(this: unknown) {
      const value: unknown = Reflect.apply(get, this, []);
      if (assigned) return value;
      const adapted = adapt(value);
      const current = Object.getOwnPropertyDescriptor(target, key);
      if (current?.get === accessor.get) {
        if (adapted === value) Reflect.defineProperty(target, key, property);
      } else if (current?.value === value) {
        // Some of Node's getters turn their property into plain data.
        Reflect.defineProperty(target, key, { ...current, value: adapted });
      }
      return adapted;
    },
  };
  if (set !== undefined) {
    accessor.set = function (this: unknown, next: unknown) {
      assigned = true;
      Reflect.apply(set, this, [next]);
    };
  }
  Reflect.defineProperty(target, key, accessor);
}
