/** Finds the shapes of a graph in this process (graph-shapes.ts writes them), and gives objects their properties. */
import { FLAG, PLAIN_FLAGS } from "../value/property-flags.ts";
import { findPrototype } from "./find-outer.ts";
import type { Shape } from "./graph.ts";
import type { Maker } from "./makers.ts";

const { defineProperty } = Object;

/** The attributes that plain properties have once their object is closed, by the integrity of the object. */
const LEFT_BY_CLOSING = [PLAIN_FLAGS, PLAIN_FLAGS, FLAG.enumerable + FLAG.writable, FLAG.enumerable] as const;

/** A shape in this process. */
export interface LiveShape extends Pick<Shape, "flags" | "integrity"> {
  readonly prototype: object | null;
  readonly keys: readonly (string | symbol)[];
  /** How many values there are: one for each key, two of an accessor. */
  readonly width: number;
  /** Whether properties may be assigned: no name is inherited, which could be a setter or read-only, and attributes are as assigning gives them. */
  readonly assignable: boolean;
  /** What makes objects of the shape; undefined until the first one is made, null if they are made in another way. */
  maker: Maker | null | undefined;
}

/** Null if a prototype of one of them is not what it was. */
export function findShapes(shapes: readonly Shape[], outer: readonly (object | symbol)[]): LiveShape[] | null {
  const found: LiveShape[] = [];
  for (const { chain, keys, flags, integrity } of shapes) {
    const prototype = findPrototype(chain, outer);
    if (prototype === undefined) return null;
    const names = keys.map((key) => (typeof key === "string" ? key : (outer[-1 - key[0]] as symbol)));
    const expected = LEFT_BY_CLOSING[integrity];
    const assignable = flags.every((flag) => flag === expected) && names.every((key) => !isInherited(prototype, key));
    const width = flags.reduce((sum, flag) => sum + (flag & FLAG.accessor ? 2 : 1), 0);
    found.push({ prototype, keys: names, width, flags, integrity, assignable, maker: undefined });
  }
  return found;
}

function isInherited(prototype: object | null, key: PropertyKey): boolean {
  return prototype !== null && key in prototype;
}

/** Gives an object its properties. */
export function define(object: object, { keys, flags, assignable }: LiveShape, values: readonly unknown[]): void {
  if (assignable) {
    const target = object as Record<PropertyKey, unknown>;
    for (let i = 0; i < keys.length; i++) target[keys[i] as string] = values[i];
    return;
  }
  for (let i = 0, at = 0; i < keys.length; i++) {
    const flag = flags[i] as number;
    const shared = { enumerable: (flag & FLAG.enumerable) !== 0, configurable: (flag & FLAG.configurable) !== 0 };
    const first = values[at++];
    const rest =
      flag & FLAG.accessor
        ? { get: first as () => unknown, set: values[at++] as () => void }
        : { value: first, writable: (flag & FLAG.writable) !== 0 };
    defineProperty(object, keys[i] as string, { ...shared, ...rest });
  }
}
