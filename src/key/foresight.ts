/** What the first of many values say of the others: a walk that is far from large enough for all of them ends early. */
import type { Walk } from "./walk.ts";

/** So many values tell what the others take, behind as many in which what they share is met first. */
const SAMPLE = 32;

/** Where the sample begins and ends. */
export const SAMPLE_BEGINS = SAMPLE;
export const SAMPLE_ENDS = 2 * SAMPLE;

/**
 * To be called where the sample begins and where it ends.
 * @param at the number of the next value
 * @param count of all values
 * @param left what this has answered last
 * @returns how many values were left to the walk when the sample began
 * @throws TooLarge
 */
export function sample(at: number, count: number, left: number, walk: Walk): number {
  if (at === SAMPLE_BEGINS) return walk.nodesLeft;
  walk.foresee(((left - walk.nodesLeft) / SAMPLE) * (count - SAMPLE_ENDS));
  return left;
}
