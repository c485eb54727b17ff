/** Where a run reads the clock. What the code does with it there is for others to find out (loader/whole-run/clock-proof.ts). */

/** A line of a file, counted from 1. */
export interface CodePlace {
  readonly path: string;
  readonly line: number;
}

export interface ClockRead extends CodePlace {
  /** The function by which it was read first. */
  readonly api: string;
  /** When it was read first and last, in milliseconds since 1970. */
  readonly first: number;
  readonly last: number;
}

/** To find a place takes 3 us: so many are found in a run. */
const MOST_READS = 5_000;

export class ClockReads {
  readonly #reads = new Map<string, ClockRead>();
  #count = 0;

  get all(): readonly ClockRead[] {
    return [...this.#reads.values()];
  }

  /**
   * @param find finds the line of the program that reads the clock
   * @returns false where that is not known, or too many were found already
   */
  note(api: string, now: number, find: () => CodePlace | null): boolean {
    const place = this.#count++ < MOST_READS ? find() : null;
    if (place === null) return false;
    const key = `${place.path}:${place.line}`;
    const before = this.#reads.get(key);
    this.#reads.set(key, { ...place, api: before?.api ?? api, first: before?.first ?? now, last: now });
    return true;
  }
}
