/**
 * All that a call can change of what its key is made of, as it was before the body ran: a copy of one level of every object
 * that the walk of the key met, and the values of the bindings that it read. Compared with the same from after the body, it
 * tells what the body did. Nothing of the program runs here.
 *
 * Whatever a key reads has to be in a snapshot, or a change would be left out at a hit: objects and functions by the walk's
 * own list, bindings, functions and classes by the reaches, and above objects and functions all that they inherit from.
 */
import { types } from "node:util";
import { beginKey } from "../code/captured-scope.ts";
import { FUNCTION_PROTOTYPES, recordOf } from "../code/function-shape.ts";
import type { Binding, Described, Reach } from "../code/reach.ts";
import { integrityOf } from "../value/integrity.ts";
import { ownNames } from "../value/own-keys.ts";
import { environment } from "../value/process-env.ts";
import type { SeenValues } from "../value/seen-objects.ts";
import { step } from "../value/time-limit.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import { knownObject } from "../value/well-known.ts";
import type { Change } from "./change.ts";
import { type Contents, ContentsReader } from "./contents.ts";
import { addDifferences } from "./differences.ts";
import { WatchedClass, WatchedFunction } from "./function-contents.ts";
import { propertiesOf } from "./properties.ts";

/** The walk of a key, as a snapshot needs it. */
export interface Walked {
  readonly seen: SeenValues;
  readonly reaches: readonly Reach[];
}

interface Watched {
  readonly object: object;
  readonly before: Contents;
  /** It has to stay as it is: others inherit from it, or it is of the language or of Node. */
  readonly isFixed: "inherited" | "built-in" | null;
}

interface WatchedBinding {
  readonly binding: Binding;
  readonly before: unknown;
}

// Captured before the program can replace them.
const { getPrototypeOf, getOwnPropertyDescriptor, is } = Object;
const { isModuleNamespaceObject } = types;

/** What nothing is looked at above: that it is as the language made it is watched elsewhere (audit/builtins/patched.ts). */
const TOPS: ReadonlySet<object | null> = new Set([null, Object.prototype, Array.prototype, ...FUNCTION_PROTOTYPES]);

export class Snapshot {
  readonly #seen: SeenValues;
  readonly #objects: Watched[] = [];
  readonly #functions = new Map<object, WatchedFunction>();
  readonly #classes = new Map<object, WatchedClass>();
  readonly #bindings: WatchedBinding[] = [];
  readonly #above = new Set<object>();

  /**
   * Cost: about that of the walk.
   * @throws Unkeyable where something is in the key of which no copy tells what a call did to it
   */
  constructor({ seen, reaches }: Walked) {
    this.#seen = seen;
    const reader = this.#reader();
    for (const value of seen.keys()) if (typeof value !== "symbol") this.#watch(value, reader);
    for (const reach of new Set(reaches)) {
      for (const binding of reach.cells) this.#bindings.push({ binding, before: binding.read() });
      for (const described of reach.described) this.#watchDescribed(described, reader);
    }
  }

  /**
   * What has changed since, in an order that is the same for equal keys.
   * @throws Unkeyable where no later call could do the same
   */
  changes(): Change[] {
    const changes: Change[] = [];
    const reader = this.#reader();
    for (let i = 0; i < this.#objects.length; i++) {
      const { object, before, isFixed } = this.#objects[i] as Watched;
      const known = changes.length;
      step(stepsOf(before));
      addDifferences(object, before, isFixed === null ? reader.of(object) : fixedContents(object), changes);
      if (changes.length === known) continue;
      if (isFixed !== null) throw new Unkeyable({ kind: "changes-for-good", what: isFixed });
      if (isPrototype(object)) throw new Unkeyable({ kind: "changes-for-good", what: "inherited" });
    }
    for (const [fn, watched] of this.#functions) {
      // Of a class, only what its body has not put there may change.
      if (!this.#classes.has(fn)) watched.addChanges(changes);
    }
    for (const watched of this.#classes.values()) watched.addChanges(changes);
    this.#checkBindings();
    return changes;
  }

  #checkBindings(): void {
    // What closures have captured is read again.
    beginKey();
    for (let i = 0; i < this.#bindings.length; i++) {
      const { binding, before } = this.#bindings[i] as WatchedBinding;
      if (!is(binding.read(), before) && !this.#isMember(binding))
        throw new Unkeyable({ kind: "changes-binding", name: binding.name });
    }
  }

  /** Whether a binding is a member of an object that is looked at by itself. */
  #isMember({ place }: Binding): boolean {
    if (place.kind !== "cell" || place.cell.path.length === 0) return false;
    const base = place.module.instance.get(place.cell.getter);
    return isObject(base) && this.#seen.has(base);
  }

  #reader(): ContentsReader {
    return new ContentsReader((value) => this.#seen.has(value));
  }

  #watch(value: object, reader: ContentsReader): void {
    if (typeof value === "function") return this.#watchFunction(value);
    if (isModuleNamespaceObject(value) || value === environment || knownObject(value) !== undefined) {
      this.#objects.push({ object: value, before: fixedContents(value), isFixed: "built-in" });
      return;
    }
    const before = reader.of(value);
    this.#objects.push({ object: value, before, isFixed: null });
    if (before.kind === "record") this.#watchAbove(before.prototype);
  }

  #watchFunction(fn: object): void {
    if (this.#functions.has(fn)) return;
    const watched = new WatchedFunction(recordOf(fn));
    this.#functions.set(fn, watched);
    if (!watched.wasChanged) return;
    this.#watchAbove(getPrototypeOf(fn) as object | null);
    this.#watchAbove((getOwnPropertyDescriptor(fn, "prototype")?.value ?? null) as object | null);
  }

  /** What is inherited from an object that the walk did not meet by itself. */
  #watchAbove(first: object | null): void {
    for (let at = first; isObject(at) && !TOPS.has(at); at = getPrototypeOf(at) as object | null) {
      if (this.#seen.has(at) || this.#above.has(at)) continue;
      this.#above.add(at);
      if (typeof at === "function") this.#watchFunction(at);
      else this.#objects.push({ object: at, before: fixedContents(at), isFixed: "inherited" });
    }
  }

  #watchDescribed(described: Described, reader: ContentsReader): void {
    if (described.shape === null) return this.#watchFunction(described.record.value);
    const { shape, name } = described;
    if (this.#classes.has(shape.constructor)) return;
    this.#classes.set(shape.constructor, new WatchedClass(name, shape));
    for (let i = 0; i < shape.functions.length; i++)
      this.#watchFunction((shape.functions[i] as { value: object }).value);
    if (!this.#seen.has(shape.prototype)) this.#watch(shape.prototype, reader);
  }
}

/** What comparing an object takes of the time for a record. */
function stepsOf(contents: Contents): number {
  return contents.kind === "array" ? 2 + (contents.items.length >> 3) : 2;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** Of an object whose slots do not count, because no call may change it. */
function fixedContents(object: object): Contents {
  const prototype = getPrototypeOf(object) as object | null;
  const names = ownNames(object);
  return { kind: "record", prototype, integrity: integrityOf(object), own: propertiesOf(object, names) };
}

/** Whether an object is the one that instances of a function inherit from. */
function isPrototype(object: object): boolean {
  const constructor: unknown = getOwnPropertyDescriptor(object, "constructor")?.value;
  return typeof constructor === "function" && getOwnPropertyDescriptor(constructor, "prototype")?.value === object;
}
