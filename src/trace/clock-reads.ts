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
  /** Whether it was read there no more than once. */
  readonly isOnce: boolean;
}

/** What a run may have done to the ways in which code reads the clock and draws random numbers. */
export interface ClockChanges {
  /** Whether `Date.now()` and `Math.random()` may have called other functions, of which no tap tells. */
  readonly functions: boolean;
  /** Whether methods of dates may be other functions, which may hand the date on. */
  readonly dates: boolean;
  /** Whether the time zone may have been another one than that in which a later process asks for the date. */
  readonly zone: boolean;
}

type Noted = { -readonly [Key in keyof ClockRead]: ClockRead[Key] };

/** Of what was read by this, code may ask for the type alone. */
export const ORIGIN = "performance.timeOrigin";

/** To find a place takes 4 to 7 us. So many are found in any run, and so many more for each millisecond since the first: at most 5 % of the time. */
const FREE = 500;
const PER_MILLISECOND = 8;

export class ClockReads {
  readonly #byPath = new Map<string, Map<number, Noted>>();
  #began = 0;
  #count = 0;

  get all(): readonly ClockRead[] {
    return [...this.#byPath.values()].flatMap((lines) => [...lines.values()]);
  }

  /**
   * @param find finds the line of the program that reads the clock
   * @returns false where that is not known, or takes too much time
   */
  note(api: string, now: number, find: () => CodePlace | null): boolean {
    if (this.#count === 0) this.#began = now;
    if (this.#count++ > FREE + PER_MILLISECOND * (now - this.#began)) return false;
    const place = find();
    if (place === null) return false;
    const { path, line } = place;
    let lines = this.#byPath.get(path);
    if (lines === undefined) {
      lines = new Map();
      this.#byPath.set(path, lines);
    }
    const noted = lines.get(line);
    if (noted === undefined) lines.set(line, { path, line, api, first: now, last: now, isOnce: true });
    else {
      noted.last = now;
      noted.isOnce = false;
    }
    // Of one line, only one of the two is looked for.
    return noted === undefined || (noted.api === ORIGIN) === (api === ORIGIN);
  }
}
