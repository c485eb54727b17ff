/** What recording a call of one function is expected to take, by earlier runs and by the records of this one. All times are milliseconds. */
import type { History } from "./policy.ts";
import { FADING, RECENT } from "./recent.ts";
import { GAIN } from "./too-cheap.ts";

// Captured before the program can replace them.
const { max, min } = Math;

/** With each run that stores nothing, records are expected to be cheaper by this factor: the machine may have been busy. */
const FORGETTING = 0.75;
/** The same with each call whose key was made, and whose record could not be afforded. */
const FADING_RECORD = 0.9;
/** The first record of a function in a run takes about so many times what later ones take: code is compiled for it. */
const COLD = 2;
/** A first record that runs out of time is expected to take so many times as long as it had, where others were completed. */
const BARELY_MORE = 1.25;

export class RecordTimes {
  #expected: number;
  /** Whether all that earlier runs know of records is that none was completed. */
  readonly #forgets: boolean;
  /** Whether earlier runs know of one that was completed. */
  readonly #isKnown: boolean;
  /** How often this run has made a record, or has run out of time for one. */
  #count = 0;
  /** Whether a record was ever completed. */
  #isCompleted: boolean;
  /** How often this run has run out of time. */
  #ranOut = 0;

  constructor(history: History | null) {
    const { record = 0, bytes = 0 } = history ?? {};
    this.#isKnown = bytes > 0 && record > 0;
    this.#isCompleted = bytes > 0;
    // Nothing was stored: the record ran out of time, or was not begun for that. So it is expected to take less in each run, and tried again.
    this.#forgets = bytes === 0 && record > 0;
    this.#expected = this.#forgets ? FORGETTING * record : record;
  }

  /** What the next record is expected to take; 0 where nothing is known. */
  get expected(): number {
    return this.#expected;
  }

  /** The same where this run has learned something of it, for later runs; 0 where not. */
  get learned(): number {
    return this.#count > 0 || this.#forgets ? this.#expected : 0;
  }

  completed(ms: number): void {
    this.#isCompleted = true;
    const usual = this.#count === 0 ? ms / COLD : ms;
    const known = this.#isKnown ? 1 : 0;
    this.#expected += (usual - this.#expected) / min(++this.#count + known, RECENT);
  }

  /**
   * Notes a record that ran out of time after so long: another one is made only if it may take twice that time. Where others were
   * completed, the first one that was not has hardly taken much longer than those.
   */
  ranOut(ms: number): void {
    const factor = ++this.#ranOut === 1 && this.#isCompleted ? BARELY_MORE : GAIN ** this.#ranOut;
    this.#expected = max(this.#expected, factor * ms);
    this.#count++;
  }

  /** Notes that a record would take so long. */
  foreseen(ms: number): void {
    this.#expected = max(this.#expected, ms);
    this.#count++;
  }

  /** A call was declined. */
  fade(): void {
    this.#expected *= FADING;
  }

  /** A key was made in vain: the record could not be afforded, and is tried again when it has come down to what may be spent. */
  fadeMuch(): void {
    this.#expected *= FADING_RECORD;
  }
}
