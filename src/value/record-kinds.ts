/**
 * The kinds of plain objects that one walk has met. An object with the hidden class of one that the walk has looked at closely needs no
 * close look. No code of the program runs during a walk, so what was found of the first object holds until the walk ends.
 */
import { areAlike, countLooks, isSettled } from "./hidden-classes.ts";

/** What a walk knows of all objects of one hidden class. */
export interface Kind<Found> {
  /** The first object of the class that the walk met. */
  readonly sample: object;
  /** Their properties. None is an accessor, and all have the attributes of an assignment. */
  readonly names: readonly string[];
  /** What else the close look found. */
  readonly found: Found;
}

/** How many kinds are remembered; objects of further kinds are looked at closely each time. */
const MOST_KINDS = 32;

const { getOwnPropertyNames } = Object;

export class RecordKinds<Found> {
  readonly #kinds: Kind<Found>[] = [];
  /** Where the search begins: behind the kind found last, because objects of several kinds often follow each other in turns. */
  #next = 0;

  /** The kind of an object, if it is known and the object has no elements, of which a hidden class says nothing. */
  of(value: object): Kind<Found> | undefined {
    const { length } = this.#kinds;
    for (let count = 0, at = this.#next; count < length; count++, at++) {
      if (at >= length) at -= length;
      const kind = this.#kinds[at] as Kind<Found>;
      if (!areAlike(kind.sample, value)) continue;
      this.#next = at + 1;
      return getOwnPropertyNames(value).length === kind.names.length ? kind : undefined;
    }
    return undefined;
  }

  /**
   * Notes an object that was looked at closely.
   * @param sample must be extensible
   * @param names of its own properties; none may be an accessor, and all must have the attributes of an assignment
   */
  add(sample: object, names: readonly PropertyKey[], found: Found): void {
    countLooks(1);
    if (this.#kinds.length === MOST_KINDS || !isSettled(sample)) return;
    // `of` compares counts of names, which leave out symbols; and a hidden class says nothing of elements. Objects with either are
    // not remembered. Elements come first in the list, symbols last.
    const first = names[0];
    if (first !== undefined && (typeof names[names.length - 1] === "symbol" || isElement(first))) return;
    this.#kinds.push({ sample, names: names as readonly string[], found });
  }
}

function isElement(name: PropertyKey): boolean {
  if (typeof name !== "string") return false;
  const code = name.charCodeAt(0);
  return code >= 48 && code <= 57;
}
