/**
 * The reaches that a walk has met, as a place in a tree: walks that meet the same reaches in the same order come to the same
 * place. What a function leads to beside those reaches is found once for each place.
 */
import type { LiveUnit } from "../code/live-module.ts";
import type { Reach } from "../code/reach.ts";

export class ReachTrail {
  readonly #next = new WeakMap<Reach, ReachTrail>();
  /** The reaches of units that were met here, without what the reaches before this place contain. */
  readonly found = new WeakMap<LiveUnit, Reach>();

  /** The place after one more reach. */
  after(reach: Reach): ReachTrail {
    const known = this.#next.get(reach);
    if (known !== undefined) return known;
    const next = new ReachTrail();
    this.#next.set(reach, next);
    return next;
  }
}
