/** Writes own properties of the objects of a graph: names, attributes and prototype once for all objects that have the same. */
import { integrityOf } from "../value/integrity.ts";
import { FLAG, flagsOfProperty } from "../value/property-flags.ts";
import { mayBeTrace } from "../value/slots.ts";
import type { Pointer, Shape } from "./graph.ts";
import type { OuterTable } from "./graph-outer.ts";
import { Unencodable } from "./unencodable.ts";

const { getPrototypeOf, getOwnPropertyDescriptor } = Object;

/** An object's properties: its shape, and its values; an accessor has two, its functions. */
export interface Shaped {
  /** The number of its shape. */
  readonly shape: number;
  readonly values: readonly unknown[];
}

export class ShapeTable {
  readonly list: Shape[] = [];
  readonly #index = new Map<string, number>();
  readonly #outer: OuterTable;

  constructor(outer: OuterTable) {
    this.#outer = outer;
  }

  of(value: object, keys: readonly (string | symbol)[]): Shaped {
    const chain = this.#outer.chain(getPrototypeOf(value));
    const integrity = integrityOf(value);
    const names: (string | Pointer)[] = [];
    const flags: number[] = [];
    const values: unknown[] = [];
    let id = `${integrity} ${chain.join()}`;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string | symbol;
      const name = typeof key === "string" ? key : this.#outer.symbol(key);
      const flag = this.#property(value, key, values);
      names.push(name);
      flags.push(flag);
      id += typeof name === "string" ? ` ${flag} ${name.length} ${name}` : ` ${flag} @${name[0]}`;
    }
    let shape = this.#index.get(id);
    if (shape === undefined) {
      shape = this.list.push({ chain, keys: names, flags, integrity }) - 1;
      this.#index.set(id, shape);
    }
    return { shape, values };
  }

  #property(owner: object, key: string | symbol, values: unknown[]): number {
    // `Error.captureStackTrace` puts a trace on any object.
    if (mayBeTrace(owner, key)) throw new Unencodable({ kind: "stack-value" });
    const descriptor = getOwnPropertyDescriptor(owner, key) as PropertyDescriptor;
    const flags = flagsOfProperty(descriptor);
    if (!(flags & FLAG.accessor)) {
      values.push(descriptor.value);
      return flags;
    }
    for (const accessor of [descriptor.get, descriptor.set]) {
      if (accessor && !this.#outer.knows(accessor)) throw new Unencodable({ kind: "new-accessor", name: String(key) });
      values.push(accessor);
    }
    return flags;
  }
}
