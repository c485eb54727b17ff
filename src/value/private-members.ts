/**
 * Private members of instances. Only code in the body of a class can read them, so the rewrite puts a static block into each body that
 * has some, which hands over functions that read and write them (src/code/guard-text.ts). They belong to that class: one that is
 * made again has private names of its own.
 *
 * Nothing of the program runs here: private members are no properties, and no Proxy sees them being read.
 */
import { types } from "node:util";
import { areAlike, isSettled, lookedAt } from "./hidden-classes.ts";

/**
 * The values of an object's private fields, in the order of the class's body, and behind them the private methods. Or one of {@link HELD}.
 */
export type Held = readonly unknown[] | typeof HELD.nothing | typeof HELD.some;

/**
 * - `nothing`: the object bears no private member of the class.
 * - `some`: its constructor has not come to the last one, or has thrown before.
 */
export const HELD = { nothing: 0, some: 1 } as const;

/** What the body of a class hands over. */
export interface PrivateReader {
  /** Of the fields, in the order of the class's body. */
  readonly names: readonly string[];
  readonly read: (object: object) => Held;
  /** Writes a field that the object has. @param index its place among the names */
  readonly write: (object: object, index: number, value: unknown) => void;
}

const NONE: readonly PrivateReader[] = [];
/** Hidden classes that are remembered of objects without strange private members. */
const MOST_SAMPLES = 16;
const NOTHING_TO_WRITE = () => {};

// Captured before the program can replace them.
const { getPrototypeOf } = Object;
const { apply } = Reflect;
const { isProxy } = types;
const { WeakRef: WeakRefOf } = globalThis;
const { deref } = WeakRefOf.prototype;

const byPrototype = new WeakMap<object, PrivateReader>();
let areThere = false;
/** Those of classes of which functions may be met that are not known to be theirs. What they hold of their classes may be collected. */
let lent: WeakRef<PrivateReader>[] = [];
let count = 0;
/** How long the list may grow before those that are gone are taken out. */
let most = 64;

/**
 * What the static block of a class calls, when the class has its methods and nothing else of it has run.
 * @param isLent whether other functions and classes than its methods use the private names
 * @param write where there are fields
 */
export function takeReader(
  constructor: { readonly prototype: object },
  names: readonly string[],
  read: PrivateReader["read"],
  isLent: boolean,
  write: PrivateReader["write"] = NOTHING_TO_WRITE,
): void {
  const reader = { names, read, write };
  areThere = true;
  // The language makes it a value that nobody can put another in the place of.
  byPrototype.set(constructor.prototype, reader);
  if (!isLent) return;
  if (count === most) forget();
  lent[count++] = new WeakRefOf(reader);
}

/** Takes readers out of the list whose classes are gone. */
function forget(): void {
  const kept: WeakRef<PrivateReader>[] = [];
  let left = 0;
  for (let i = 0; i < count; i++) {
    const one = lent[i] as WeakRef<PrivateReader>;
    if (apply(deref, one, []) !== undefined) kept[left++] = one;
  }
  lent = kept;
  count = left;
  if (2 * count > most) most = 2 * count;
}

/** Whether any class has handed one over. */
export function hasReaders(): boolean {
  return areThere;
}

/** The reader of the class whose instances have this prototype, or undefined. */
export function readerOf(prototype: object): PrivateReader | undefined {
  return byPrototype.get(prototype);
}

/** Readers of all classes whose private names are used by others than their methods. */
export function lentReaders(): PrivateReader[] {
  const found: PrivateReader[] = [];
  for (let i = 0; i < count; i++) {
    const reader = apply(deref, lent[i], []) as PrivateReader | undefined;
    if (reader !== undefined) found.push(reader);
  }
  return found;
}

/** The readers of the classes that an object with this prototype is an instance of, its own class first. A Proxy ends the chain. */
export function readersAbove(prototype: object | null): readonly PrivateReader[] {
  if (!areThere) return NONE;
  let found: PrivateReader[] | null = null;
  for (let at = prototype; at !== null && !isProxy(at); at = getPrototypeOf(at) as object | null) {
    const reader = byPrototype.get(at);
    if (reader === undefined) continue;
    found ??= [];
    found.push(reader);
  }
  return found ?? NONE;
}

/** Remembers the chain of one prototype: objects of one class come together. Nothing of the program may run while it is used. */
export class ReaderChains {
  #prototype: object | null = null;
  #readers: readonly PrivateReader[] = NONE;

  above(prototype: object | null): readonly PrivateReader[] {
    if (!areThere) return NONE;
    if (prototype !== this.#prototype) {
      this.#prototype = prototype;
      this.#readers = readersAbove(prototype);
    }
    return this.#readers;
  }
}

/**
 * Finds objects that bear private members of classes that they are no instances of by their prototypes: those were set, or the
 * constructor of a base class has returned another object. Nothing of the program may run while it is used.
 */
export class StrayMembers {
  readonly #readers: readonly PrivateReader[];
  readonly #chains = new ReaderChains();
  /** Objects without any: others of their hidden classes have none either, as V8 keeps private names in these. */
  readonly #samples: object[] = [];
  readonly #areRead: boolean;

  /**
   * @param readers of the classes whose code may look
   * @param areRead whether the objects were asked about the classes that they are instances of
   */
  constructor(readers: readonly PrivateReader[], areRead: boolean) {
    this.#readers = readers;
    this.#areRead = areRead;
  }

  /** Whether an object bears any that nobody has read of it. */
  isStray(object: object): boolean {
    if (this.#isLikeSample(object)) return false;
    lookedAt(1);
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
