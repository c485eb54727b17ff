/** Taps properties: `tapRead` publishes each read, `tapLazy` replaces the value of a lazy getter at the first read. */

import type { Token } from "../../src/trace/event.ts";
import { state } from "../../src/trace/frames.ts";
import { staysInside } from "../../src/trace/whole-run.ts";
import { asAtStart } from "../builtins/as-at-start.ts";
import { touch } from "./touch.ts";

interface ReadTap {
  /** Is given the value of each read. */
  readonly arrived?: (value: unknown) => void;
  /** Makes the token of a read by `getter`, which is on the stack; undefined if a recorded call that reads it cannot be kept. */
  readonly token?: (getter: () => unknown) => Token | undefined;
  /** Whether a read by `getter` is not to be told, because what it leads to is looked for otherwise. */
  readonly isHandedOn?: (getter: () => unknown) => boolean;
}

/** Has each read of a property published. Otherwise the property works as before; assignments do too. */
export function tapRead(
  target: object,
  key: PropertyKey,
  kind: string,
  name: string,
  { arrived, token, isHandedOn }: ReadTap = {},
): void {
  const property = Object.getOwnPropertyDescriptor(target, key);
  if (!property?.configurable) return;
  const isInside = staysInside(kind, name);
  const note = (getter: () => unknown) => {
    if (!state.hears(isInside) || state.suspended > 0 || isHandedOn?.(getter)) return;
    touch(kind, name, token?.(getter));
  };
  if (property.get === undefined && property.set === undefined) {
    tapValue(target, key, property, note, () => {
      if (state.isAudited) touch(kind, name);
    });
    return;
  }
  const { get } = property;
  const { get: getter } = {
    get(this: unknown) {
      note(getter);
      if (get === undefined) return undefined;
      let value: unknown;
      // What Node does to make it is part of the read: at the first one, `process.stdin` opens a stream.
      state.suspended++;
      try {
        value = Reflect.apply(get, this, []);
      } finally {
        state.suspended--;
      }
      arrived?.(value);
      return value;
    },
  };
  Reflect.defineProperty(target, key, { ...property, get: getter });
}

/**
 * Replaces a value by an accessor that behaves like it.
 * @param onRead is called before each read, with the accessor that reads
 * @param onWrite is called before each assignment
 */
function tapValue(
  target: object,
  key: PropertyKey,
  property: PropertyDescriptor,
  onRead: (getter: () => unknown) => void,
  onWrite: () => void,
): void {
  let value: unknown = property.value;
  const { get: getter } = {
    get() {
      onRead(getter);
      return value;
    },
  };
  const accessor: PropertyDescriptor = { configurable: true, enumerable: property.enumerable ?? false, get: getter };
  if (property.writable) {
    accessor.set = function (this: unknown, next: unknown) {
      if (this === target) {
        onWrite();
        value = next;
      } else if (typeof this === "object" && this !== null) {
        // An assignment to an object that inherits from `target` gives that object a property of its own, as with any value.
        Reflect.defineProperty(this, key, { configurable: true, enumerable: true, writable: true, value: next });
      }
    };
  }
  Reflect.defineProperty(target, key, accessor);
}

/**
 * Has `adapt` replace the value of a lazy getter when it is first read. The getter is not run now. A value that the program assigns to the
 * property is not adapted. If `adapt` returns the value as it is, Node's getter is put back after the first read.
 * @param around does what the first read does
 */
export function tapLazy(
  target: object,
  key: PropertyKey,
  adapt: (value: unknown) => unknown,
  around: <T>(work: () => T) => T = (work) => work(),
): void {
  const property = Object.getOwnPropertyDescriptor(target, key);
  const { get, set } = property ?? {};
  if (!property?.configurable || get === undefined) return;
  let assigned = false;
  const made = (self: unknown): { readonly value: unknown; readonly adapted: unknown } => {
    const value: unknown = Reflect.apply(get, self, []);
    return { value, adapted: assigned ? value : asAtStart(() => adapt(value), value) };
  };
  const accessor: PropertyDescriptor = {
    ...property,
    get(this: unknown) {
      if (assigned) return Reflect.apply(get, this, []);
      const { value, adapted } = around(() => made(this));
      const current = Object.getOwnPropertyDescriptor(target, key);
      if (current?.get === accessor.get) {
        if (adapted === value) Reflect.defineProperty(target, key, property);
      } else if (current?.value === value) {
        // Some of Node's getters replace their property by a plain value.
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
