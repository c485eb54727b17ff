/** Results of calls that were answered, and that go to another call at once. */
import type { LiveSite } from "./site.ts";

/** Where a result goes at once: the function, and the number of its argument. */
export interface Taker {
  readonly live: LiveSite;
  readonly argument: number;
}

/**
 * The result of a call that was answered, on its way to the next call. The program has not had it yet. Where the next call is not made after
 * all, as at the end of the stack, nobody can have it any more, unless it is a text.
 */
export interface GivenValue {
  /** The calls around, the innermost first: the result goes to the first one, whose result goes to the second. */
  readonly takers: readonly Taker[];
  readonly value: unknown;
  readonly bytes: Uint8Array;
  readonly kept: Kept;
}

/** Results of fewer bytes are decoded faster than they are done without. */
export const LEAST_BYTES = 4096;

/** Whether an alias of the call is kept. */
export interface Kept {
  isKept: boolean;
}

export interface Alias {
  /** The key with the digest in the place of the argument. */
  readonly hash: string;
  readonly given: GivenValue;
}
