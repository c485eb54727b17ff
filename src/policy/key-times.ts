/** What the keys of one function are expected to take, by earlier runs and by those of this run. All times are milliseconds. */
import { keysOf } from "./earlier-runs.ts";
import type { History } from "./policy.ts";
import { FADING, RECENT } from "./recent.ts";
import { LOOKUP } from "./too-cheap.ts";

// Captured before the program can replace them.
const { max, min } = Math;

/** By how much the first key of a run may take longer than later ones: code is compiled for it. */
export const WARM_UP = 2;

export class KeyTimes {
  /** Whether earlier runs know what keys take after the first one of a run. */
  readonly knowsLater: boolean;
  /** What the first key of this run is expected to take, and what later ones are; 0 where nothing is known. */
  #first: number;
  #later: number;
  /** How many keys of this run were completed. */
  #count = 0;
  #isCold = true;
  #over: number;
  #abandonedAfter: number;
  /** Whether the key that was abandoned may have been that of a large argument. Where an earlier run has completed none, it was not. */
  readonly #mayShrink: boolean;

  constructor(history: History | null) {
    const { first, later } = history ? keysOf(history) : { first: 0, later: 0 };
    this.#first = first;
    this.#later = later;
    this.knowsLater = (history?.keyLater ?? 0) > 0;
    this.#over = history?.keyOver ?? 0;
    this.#abandonedAfter = this.#over;
    this.#mayShrink = this.#over === 0;
  }

  /** What the next key is expected to take; 0 where nothing is known. */
  get next(): number {
    return this.#isCold ? this.#first : this.#later;
  }

  /** What a key after the first one is expected to take; 0 where nothing is known. */
  get later(): number {
    return this.#later;
  }

  /** How many keys of this run were completed. */
  get count(): number {
    return this.#count;
  }

  /** Whether no key was begun in this run, so that the next one runs code which V8 has not compiled. */
  get isCold(): boolean {
    return this.#isCold;
  }

  /** What the next key may take beyond later ones, because its code is compiled for it. */
  get warmUp(): number {
    return this.#isCold ? WARM_UP : 0;
  }

  /** The longest time after which a key was abandoned since one was completed; 0 if none was. */
  get over(): number {
    return this.#over;
  }

  /** The same, but it fades with each declined call: one large argument must not end all keys. */
  get abandonedAfter(): number {
    return this.#abandonedAfter;
  }

  /** Notes a key that was completed. */
  completed(ms: number): void {
    const usual = max(0, ms - this.warmUp);
    this.#isCold = false;
    this.#count++;
    if (this.#count > 2) this.#later += (usual - this.#later) / min(this.#count, RECENT);
    // Where earlier runs know how long later keys take, a first one says nothing of them.
    else if (this.#count === 2 || !this.knowsLater) this.#later = usual;
    this.#over = 0;
    this.#abandonedAfter = 0;
  }

  /** Notes a key that was given up after so long. */
  abandoned(ms: number): void {
    const usual = max(LOOKUP, ms - this.warmUp);
    this.#isCold = false;
    this.foreseen(usual);
  }

  /** Notes that a key would be given up after so long. */
  foreseen(ms: number): void {
    this.#over = max(ms, this.#over);
    this.#abandonedAfter = max(ms, this.#abandonedAfter);
  }

  /** Notes a record, which makes the key once more. @param ms what the next record is expected to take */
  recorded(ms: number): void {
    if (this.#count === 1) this.#later = min(this.#later, ms);
  }

  /** Notes a hit: its key was made by code that is compiled now. */
  warmed(): void {
    this.#isCold = false;
  }

  /** With each declined call, keys are expected to take less, so that they are tried again. */
  fade(): void {
    this.#first *= FADING;
    this.#later *= FADING;
    if (this.#mayShrink && this.#count > 0) this.#abandonedAfter *= FADING;
  }
}
