/**
 * Writes what a graph names instead of holding it: symbols, functions of the code in the key, objects that the key holds, and what objects
 * inherit from. A hit finds the same things in its own process (find-outer.ts).
 */
import { hidesState } from "../value/built-in-instances.ts";
import { isModuleObject } from "../value/nodes-objects.ts";
import { readerOf } from "../value/private-members.ts";
import { prototypeOf } from "../value/prototype-of.ts";
import { isOfSteppers, WELL_KNOWN } from "../value/well-known.ts";
import { FORMATTERS } from "./formatters.ts";
import { type ChainLink, CLASSES, type Outer, type Pointer } from "./graph.ts";
import { type BeforeAfter, functionsOf, seenIndex } from "./shared-objects.ts";
import { SHARED, Unencodable } from "./unencodable.ts";

const { getPrototypeOf } = Object;
const { keyFor } = Symbol;

/** Built-in prototypes by identity. */
const BUILT_IN = new Map<object, string>([...CLASSES].map(([name, { prototype }]) => [prototype as object, name]));
/** Those of formatters: only a formatter itself may inherit from one. */
const OF_FORMATTERS = new Map<object, string>([...FORMATTERS].map(([name, { prototype }]) => [prototype, name]));

/** The name of the class with a prototype, if its instances are formatters. */
export function formatterName(prototype: object | null): string | undefined {
  return prototype === null ? undefined : OF_FORMATTERS.get(prototype);
}

export class OuterTable {
  readonly list: Outer[] = [];
  readonly #index = new Map<object | symbol, number>();
  readonly #shared: BeforeAfter;
  readonly #chains = new Map<object, readonly ChainLink[]>();
  /** Functions of the code in the key. */
  readonly #functions = new Map<object, Extract<Outer, readonly ["function", ...unknown[]]>>();
  /** Bindings of modules that the code assigns to: only changes hold any of them. */
  readonly #bindings: ReadonlyMap<object, number>;
  /** The same functions by the prototypes of their instances. */
  readonly #prototypes = new Map<object, { readonly owner: object; readonly isPrivate: boolean }>();

  constructor(shared: BeforeAfter) {
    this.#shared = shared;
    this.#bindings = new Map(shared.after.bindings.map(({ binding }, i) => [binding, i]));
    let index = 0;
    for (const { value, unit } of functionsOf(shared.after)) {
      const named = ["function", index++, unit.definition.code] as const;
      if (this.#functions.has(value)) continue;
      this.#functions.set(value, named);
      const prototype = prototypeOf(value);
      const isPrivate = unit.definition.traits.includes("private");
      if (prototype !== null) this.#prototypes.set(prototype, { owner: value, isPrivate });
    }
  }

  symbol(value: symbol): Pointer {
    const key = keyFor(value);
    if (key !== undefined) return this.#point(value, ["registered symbol", key]);
    const name = WELL_KNOWN.get(value);
    if (name !== undefined) return this.#point(value, ["well-known symbol", name]);
    const seen = this.seen(value);
    if (seen === null) throw new Unencodable({ kind: "new-symbol" });
    return seen;
  }

  function(value: object): Pointer {
    const named = this.#functions.get(value);
    if (named !== undefined) return this.#point(value, named);
    const seen = this.seen(value);
    if (seen !== null) return seen;
    const name = this.#shared.after.builtInObjects().get(value);
    if (name === undefined) throw new Unencodable({ kind: "new-function" });
    return this.#point(value, ["built-in", name]);
  }

  /** An object of a module of Node's; others of Node's are not kept. */
  nodesObject(value: object): Pointer {
    const name = isModuleObject(value) ? this.#shared.after.builtInObjects().get(value) : undefined;
    if (name === undefined) throw new Unencodable({ kind: "nodes-object" });
    return this.#point(value, ["built-in", name]);
  }

  /** Whether a hit would find the same function. */
  knows(fn: object): boolean {
    return this.#functions.has(fn) || seenIndex(fn, this.#shared) !== null;
  }

  /** Whether instances of a function or class of the code in the key inherit from an object. */
  isPrototype(value: object): boolean {
    return this.#prototypes.has(value);
  }

  /** An object that arguments, `this` or state hold as well; null for one that only the result holds. */
  seen(value: object | symbol): Pointer | null {
    const index = seenIndex(value, this.#shared);
    if (index === "moved") throw new Unencodable(SHARED);
    return index === null ? null : this.#point(value, ["seen", index]);
  }

  /** A binding that a change assigns to; null for anything else. */
  binding(value: object): Pointer | null {
    const index = this.#bindings.get(value);
    return index === undefined ? null : this.#point(value, ["binding", index]);
  }

  /** What an object inherits from. */
  chain(prototype: object | null): readonly ChainLink[] {
    if (prototype === null) return [];
    const known = this.#chains.get(prototype);
    if (known) return known;
    const chain: ChainLink[] = [];
    for (let at: object | null = prototype; at !== null; at = getPrototypeOf(at)) {
      const name = BUILT_IN.get(at) ?? (at === prototype ? formatterName(at) : undefined);
      chain.push(name ?? this.#link(at));
      // What a built-in prototype inherits from is always the same.
      if (name !== undefined) break;
    }
    this.#chains.set(prototype, chain);
    return chain;
  }

  #link(prototype: object): number {
    const known = this.#prototypes.get(prototype);
    // Only a constructor puts private members on an object, and a hit runs none.
    if (known?.isPrivate || readerOf(prototype) !== undefined)
      throw new Unencodable({ kind: "private-members", of: "new" });
    if (hidesState(prototype) || isOfSteppers(prototype)) throw new Unencodable({ kind: "unknown-class" });
    if (known) return this.#at(known.owner, this.#functions.get(known.owner) as Outer);
    // A function here would mean the prototype of its instances: so an object that inherits from a function itself is refused.
    const index = typeof prototype === "function" ? null : seenIndex(prototype, this.#shared);
    if (index === "moved") throw new Unencodable(SHARED);
    if (index === null) throw new Unencodable({ kind: "unknown-class" });
    return this.#at(prototype, ["seen", index]);
  }

  #point(value: object | symbol, outer: Outer): Pointer {
    return [-1 - this.#at(value, outer)];
  }

  #at(value: object | symbol, outer: Outer): number {
    let index = this.#index.get(value);
    if (index === undefined) {
      index = this.list.push(outer) - 1;
      this.#index.set(value, index);
    }
    return index;
  }
}
