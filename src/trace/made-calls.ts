/**
 * Which calls of functions that are memoized by hand a recorded call has made: by itself, or by what it called. A context answers from
 * outside only what has called nothing that is tweaked in it, so that a list either has all of them or says that it has not.
 */

/** A call by its key, with the name of its function. Arguments may be secrets, and what is kept of a call may travel: it has none of them. */
export interface CallName {
  /** 32 hexadecimal digits: the key that the call has outside of all contexts. */
  readonly key: string;
  readonly name: string;
}

/** All calls that a recorded call has made. */
export interface MadeCalls {
  /** Those that no other call of such a function stands between. */
  readonly direct: readonly CallName[];
  /** The keys of the others. */
  readonly indirect: readonly string[];
}

/** `unknown`: some of them had no key, or there were too many. */
export type Made = MadeCalls | "unknown";

/** Calls that one list may have. */
const MOST = 1000;

export class MadeCallsNotes {
  readonly #direct = new Map<string, CallName>();
  readonly #indirect = new Set<string>();
  #isUnknown = false;

  note(call: CallName, isDirect: boolean): void {
    if (this.#isUnknown) return;
    if (isDirect) {
      this.#direct.set(call.key, call);
      this.#indirect.delete(call.key);
    } else this.#noteIndirect(call.key);
    if (this.#direct.size + this.#indirect.size > MOST) this.giveUp();
  }

  /** Notes those of a call that was answered. @param isDirect whether that was no call of such a function itself */
  noteMade(made: Made, isDirect: boolean): void {
    if (made === "unknown") return this.giveUp();
    for (const call of made.direct) this.note(call, isDirect);
    if (this.#isUnknown) return;
    for (const key of made.indirect) this.#noteIndirect(key);
    if (this.#direct.size + this.#indirect.size > MOST) this.giveUp();
  }

  #noteIndirect(key: string): void {
    if (!this.#direct.has(key)) this.#indirect.add(key);
  }

  /** A call without a key was made. */
  giveUp(): void {
    this.#isUnknown = true;
    this.#direct.clear();
    this.#indirect.clear();
  }

  get made(): Made {
    if (this.#isUnknown) return "unknown";
    return { direct: [...this.#direct.values()], indirect: [...this.#indirect] };
  }
}
