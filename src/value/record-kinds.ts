/**
 * The kinds of objects of one walk: an object that V8 has in the same hidden class as one that was looked at closely needs
 * no such look. Nothing of the program runs during a walk, so that what was found of the first holds until its end.
 */
import { areAlike, isSettled, lookedAt } from "./hidden-classes.ts";

/** What is known of all objects of a hidden class. */
export interface Kind<Found> {
  /** The first of them. */
  readonly sample: object;
  /** Their properties: all are values, with the attributes that an assignment gives. */
  readonly names: readonly string[];
  /** What else the close look found. */
  readonly found: Found;
}

/** Kinds that are remembered. */
const MOST = 32;

const { getOwnPropertyNames } = Object;

export class RecordKinds<Found> {
  readonly #kinds: Kind<Found>[] = [];
  /** The kind after the last one found is expected: records come in turns. */
  #next = 0;

  /** The kind of an object, if it is known and the object has nothing else, as elements. */
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
   * @param names of its own properties, of which each is a value with all attributes set; it is extensible
   */
  add(sample: object, names: readonly PropertyKey[], found: Found): void {
    lookedAt(1);
    if (this.#kinds.length === MOST || !isSettled(sample)) return;
    // Symbols come last, and elements first, of which a hidden class says nothing.
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
