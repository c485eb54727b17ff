/**
 * The lists of property names of one key's objects. Many objects have the same list: it is written once, and after that by its number.
 */

/** So many lists are remembered: to look through all takes a fraction of the time of writing one. */
const MOST = 32;

export class NameLists {
  readonly #lists: (readonly PropertyKey[])[] = [];
  /** Where the search begins, behind the last list that was found: different records often come in turns. */
  #next = 0;

  /** The number of a list of names, below 32, or -1 for a new one. */
  find(names: readonly PropertyKey[]): number {
    const { length } = this.#lists;
    for (let count = 0, at = this.#next; count < length; count++, at++) {
      if (at >= length) at -= length;
      if (isSame(this.#lists[at] as readonly PropertyKey[], names)) {
        this.#next = at + 1;
        return at;
      }
    }
    return -1;
  }

  /** Gives a new list its number, or -1 if there is no room. */
  add(names: readonly PropertyKey[]): number {
    return this.#lists.length < MOST ? this.#lists.push(names) - 1 : -1;
  }
}

function isSame(a: readonly PropertyKey[], b: readonly PropertyKey[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
