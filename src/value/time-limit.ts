/**
 * The time that the work for one call may take. A walk over values or code counts its steps here, and is abandoned when the
 * time is up: how long it would take shows only on the way. The work of one call ends before that of the next begins.
 */
import { TooLarge } from "./unkeyable.ts";

/** So many steps from one look at the clock to the next. */
const STEPS = 256;
const NEVER = Number.POSITIVE_INFINITY;

let end = NEVER;
let clock: () => number = () => 0;
let steps = STEPS;

/**
 * Runs work that is abandoned after so many milliseconds.
 * @param now the time in milliseconds
 * @throws TooLarge, and what the work throws
 */
export function withinTime<T>(ms: number, now: () => number, work: () => T): T {
  clock = now;
  end = ms === NEVER ? NEVER : now() + ms;
  steps = STEPS;
  try {
    return work();
  } finally {
    end = NEVER;
  }
}

/** Counts steps of a walk. @throws TooLarge when the time is up */
export function step(count: number): void {
  steps -= count;
  if (steps < 0) look();
}

function look(): void {
  steps = STEPS;
  if (end !== NEVER && clock() > end) throw new TooLarge({ kind: "large-key" });
}
