/**
 * Limits the time that the work for one call takes. A walk over values or code counts its steps here, and is abandoned when the time is
 * up, because nobody knows beforehand how long it will take. There is one limit at a time: the work for one call ends before that for
 * the next begins.
 */
import { TooLarge } from "./unkeyable.ts";
import type { Beginning, WorkClock } from "./work-clock.ts";

/** The clock is read once in so many steps. */
const STEPS = 128;
const NEVER = Number.POSITIVE_INFINITY;
/** How many values a walk or a record may take in a millisecond: mostly, and where they are quick. */
export const VALUES_PER_MS = { usual: 8000, quick: 16_000 };
/** The part of a record whose time is limited takes so many times as many: what follows is done by V8 at once. */
const LIMITED = 2;

interface Limit {
  readonly ms: number;
  readonly clock: WorkClock;
  readonly began: Beginning;
}

let limit: Limit | null = null;
/** How many steps are left until the clock is read again, and how many were counted when it was last read. */
let steps = STEPS;
let counted = 0;

/**
 * Runs work, and abandons it after so many milliseconds.
 * @throws TooLarge, and what the work throws
 */
export function withinTime<T>(ms: number, clock: WorkClock, work: () => T): T {
  if (ms === NEVER) return work();
  const began = clock.begin();
  limit = { ms, clock, began };
  steps = STEPS;
  counted = 0;
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
  if (steps < 0) checkTime();
}

/**
 * Ends a record whose time is far too short for so many more values.
 * @throws TooLarge
 */
export function foreseeValues(more: number): void {
  if (limit === null) return;
  const { ms, clock, began } = limit;
  if (more / (LIMITED * VALUES_PER_MS.quick) > ms - (clock.now() - began.at))
    throw new TooLarge({ kind: "large-key" }, more);
}

/** How many steps the work that is limited now has taken. */
export function stepsTaken(): number {
  return counted + STEPS - steps;
}

/** About how many milliseconds of the work that is limited now have gone by since it had taken so many steps; 0 where there is no limit. */
export function timeSince(stepsBefore: number): number {
  if (limit === null) return 0;
  const all = stepsTaken();
  return ((limit.clock.now() - limit.began.at) * (all - stepsBefore)) / all;
}

function checkTime(): void {
  counted += STEPS - steps;
  steps = STEPS;
  if (limit === null) return;
  const { ms, clock, began } = limit;
  if (clock.now() - began.at > ms && clock.taken(began) > ms) throw new TooLarge({ kind: "large-key" });
}
