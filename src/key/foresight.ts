/** What the first of many values say of the others: a walk that is far from large enough for all of them ends early. */
import type { Walk } from "./walk.ts";

/** So many values tell what the others take, behind as many in which what they share is met first. */
const SAMPLE = 32;

/** Where the sample begins and ends. */
export const SAMPLE_BEGINS = SAMPLE;
export const SAMPLE_ENDS = 2 * SAMPLE;

/**
 * To be called at the end of the sample.
 * @param left how many values were left to the walk when the sample began
 * @param count of all values, with the sample and those before it
 * @throws TooLarge
 */
export function foreseeRest(count: number, left: number, walk: Walk): void {
  walk.foresee(((left - walk.nodesLeft) / SAMPLE) * (count - SAMPLE_ENDS));
}
