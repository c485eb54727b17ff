/**
 * The time that the work for one call may take. A walk over values or code counts its steps here, and is abandoned when the
 * time is up: how long it would take shows only on the way. The work of one call ends before that of the next begins.
 */
import { TooLarge } from "./unkeyable.ts";
import type { Beginning, WorkClock } from "./work-clock.ts";

/** So many steps from one look at the clock to the next. */
const STEPS = 128;
const NEVER = Number.POSITIVE_INFINITY;

interface Limit {
  readonly ms: number;
  readonly clock: WorkClock;
  readonly began: Beginning;
}

let limit: Limit | null = null;
let steps = STEPS;

/**
 * Runs work that is abandoned after so many milliseconds.
 * @throws TooLarge, and what the work throws
 */
export function withinTime<T>(ms: number, clock: WorkClock, work: () => T): T {
  if (ms === NEVER) return work();
  const began = clock.begin();
  limit = { ms, clock, began };
  steps = STEPS;
  try {
    return work();
  } finally {
    limit = null;
    clock.taken(began);
  }
}

/** Counts steps of a walk. @throws TooLarge when the time is up */
export function step(count: number): void {
  steps -= count;
  if (steps < 0) look();
}

function look(): void {
  steps = STEPS;
  if (limit === null) return;
  const { ms, clock, began } = limit;
  if (clock.now() - began.at > ms && clock.taken(began) > ms) throw new TooLarge({ kind: "large-key" });
}
