/**
 * A sequence of reaches, as a place in a tree: walks that meet the same reaches in the same order come to the same place. What a function
 * leads to beside these reaches is remembered at the place, for all walks that come there.
 */
import type { LiveUnit } from "../code/live-module.ts";
import type { Reach } from "../code/reach.ts";

export class ReachTrail {
  readonly #next = new WeakMap<Reach, ReachTrail>();
  /** The reaches of units that walks have met here, without what the reaches of the sequence contain. */
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
