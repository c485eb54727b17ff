/**
 * Private members of instances. Only code in the body of a class can read them. So the rewrite puts a static block into each class body
 * that has some, which hands over functions that read and write them (src/code/guard-text.ts). Each evaluation of a class body has
 * private names of its own, and so functions of its own.
 *
 * No code of the program runs here: private members are no properties, and a Proxy does not see that they are read.
 */
import { types } from "node:util";
import { areAlike, countLooks, isSettled } from "./hidden-classes.ts";

/**
 * The values of an object's private fields, in the order of the class body, followed by its private methods; or one of {@link HELD}.
 */
export type Held = readonly unknown[] | typeof HELD.nothing | typeof HELD.some;

/**
 * - `nothing`: the object has no private member of the class.
 * - `some`: it has some of them only, because its constructor has not put the others there yet, or has thrown.
 */
export const HELD = { nothing: 0, some: 1 } as const;

/** What the static block of a class body hands over. */
export interface PrivateReader {
  /** The names of the fields, in the order of the class body. */
  readonly names: readonly string[];
  readonly read: (object: object) => Held;
  /** Writes a field that the object has. @param index its place among the names */
  readonly write: (object: object, index: number, value: unknown) => void;
}

const NONE: readonly PrivateReader[] = [];
/** How many objects without stray private members are remembered, to compare hidden classes with. */
const MOST_SAMPLES = 16;
const NOTHING_TO_WRITE = () => {};

// Captured before the program can replace them.
const { getPrototypeOf } = Object;
const { apply } = Reflect;
const { isProxy } = types;
const { WeakRef: LanguageWeakRef } = globalThis;
const { deref } = LanguageWeakRef.prototype;

const byPrototype = new WeakMap<object, PrivateReader>();
let anyReaders = false;
/**
 * The readers of classes whose private names are used by functions that are not methods of the class: such a function does not show
 * which class it belongs to. They are held weakly, so that the classes can be collected.
 */
let lent: WeakRef<PrivateReader>[] = [];
let count = 0;
/** How long the list may become before collected readers are taken out of it. */
let lentLimit = 64;

/**
 * Takes over a class's reader. The static block of the class calls this when the methods are defined and nothing else of the class has
 * run.
 * @param isLent whether functions or classes other than the class's methods use its private names
 * @param write only where the class has private fields
 */
export function takeReader(
  constructor: { readonly prototype: object },
  names: readonly string[],
  read: PrivateReader["read"],
  isLent: boolean,
  write: PrivateReader["write"] = NOTHING_TO_WRITE,
): void {
  const reader = { names, read, write };
  anyReaders = true;
  // The `prototype` of a class cannot be replaced, so reading it runs no code and gives the object that instances inherit from.
  byPrototype.set(constructor.prototype, reader);
  if (!isLent) return;
  if (count === lentLimit) dropCollected();
  lent[count++] = new LanguageWeakRef(reader);
}

/** Takes readers whose classes were collected out of the list. */
function dropCollected(): void {
  const kept: WeakRef<PrivateReader>[] = [];
  let left = 0;
  for (let i = 0; i < count; i++) {
    const one = lent[i] as WeakRef<PrivateReader>;
    if (apply(deref, one, []) !== undefined) kept[left++] = one;
  }
  lent = kept;
  count = left;
  if (2 * count > lentLimit) lentLimit = 2 * count;
}

/** Whether any class has handed over a reader. */
export function hasReaders(): boolean {
  return anyReaders;
}

/** The reader of the class whose instances have this prototype, or undefined. */
export function readerOf(prototype: object): PrivateReader | undefined {
  return byPrototype.get(prototype);
}

/** The readers of all classes whose private names are used by functions other than their methods. */
export function lentReaders(): PrivateReader[] {
  const found: PrivateReader[] = [];
  for (let i = 0; i < count; i++) {
    const reader = apply(deref, lent[i], []) as PrivateReader | undefined;
    if (reader !== undefined) found.push(reader);
  }
  return found;
}

/**
 * The readers of the classes of which an object with this prototype is an instance, its own class first. The search ends at a Proxy,
 * because asking that for its prototype runs code of the program.
 */
export function readersAbove(prototype: object | null): readonly PrivateReader[] {
  if (!anyReaders) return NONE;
  let found: PrivateReader[] | null = null;
  for (let at = prototype; at !== null && !isProxy(at); at = getPrototypeOf(at) as object | null) {
    const reader = byPrototype.get(at);
    if (reader === undefined) continue;
    found ??= [];
    found.push(reader);
  }
  return found ?? NONE;
}

/**
 * Remembers the readers of the last prototype, because instances of one class often follow each other. No code of the program may run
 * while one of these is in use: it could change a prototype.
 */
export class ReaderChains {
  #prototype: object | null = null;
  #readers: readonly PrivateReader[] = NONE;

  above(prototype: object | null): readonly PrivateReader[] {
    if (!anyReaders) return NONE;
    if (prototype !== this.#prototype) {
      this.#prototype = prototype;
      this.#readers = readersAbove(prototype);
    }
    return this.#readers;
  }
}

/**
 * Finds objects with private members of a class that is not on their prototype chain. That happens where a prototype was set, or where
 * the constructor of a base class returned another object. No code of the program may run while one of these is in use.
 */
export class StrayMembers {
  readonly #readers: readonly PrivateReader[];
  readonly #chains = new ReaderChains();
  /** Objects without stray members. V8 keeps private names in the hidden class, so other objects of these classes have none either. */
  readonly #samples: object[] = [];
  readonly #areRead: boolean;

  /**
   * @param readers of the classes whose code the call may run; private members of other classes cannot be read by it
   * @param areRead whether the caller has read the private members of the classes on each object's prototype chain
   */
  constructor(readers: readonly PrivateReader[], areRead: boolean) {
    this.#readers = readers;
    this.#areRead = areRead;
  }

  /** Whether an object has private members that the caller has not read. */
  isStray(object: object): boolean {
    if (this.#isLikeSample(object)) return false;
    countLooks(1);
    const own = this.#areRead ? this.#chains.above(prototypeOrNull(object)) : NONE;
    for (let i = 0; i < this.#readers.length; i++) {
      const reader = this.#readers[i] as PrivateReader;
      if (reader.read(object) !== HELD.nothing && !isAmong(reader, own)) return true;
    }
    if (this.#samples.length < MOST_SAMPLES && isSettled(object)) this.#samples[this.#samples.length] = object;
    return false;
  }

  #isLikeSample(object: object): boolean {
    for (let i = 0; i < this.#samples.length; i++) if (areAlike(this.#samples[i] as object, object)) return true;
    return false;
  }
}

function isAmong(reader: PrivateReader, list: readonly PrivateReader[]): boolean {
  for (let i = 0; i < list.length; i++) if (list[i] === reader) return true;
  return false;
}

function prototypeOrNull(object: object): object | null {
  return isProxy(object) ? null : (getPrototypeOf(object) as object | null);
}
