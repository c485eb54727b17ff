/** Where units and shapes stand in the reaches that a walk has met: what an earlier reach contains is not written again. */
import type { EarlierPart, EarlierParts } from "../code/earlier-parts.ts";
import type { LiveUnit } from "../code/live-module.ts";
import type { Reach } from "../code/reach.ts";

/**
 * Most units are in the first reach of a walk, and are looked up in that reach. Those of later reaches are put into maps when they are first
 * asked for.
 */
export class ReachParts implements EarlierParts {
  readonly #reaches: readonly Reach[];
  readonly #holds: (reach: Reach) => boolean;
  /** The parts of the walk that this one goes on from: they answer for the first reaches. */
  readonly #first: ReachParts | null;
  #next: number;
  readonly #units = new Map<LiveUnit, EarlierPart>();
  readonly #shapes = new Map<object, EarlierPart>();
  #areAll = true;

  /**
   * @param reaches in the order in which the walk meets them: the walk adds more
   * @param holds whether the bindings of a reach still lead where they led
   */
  constructor(reaches: readonly Reach[], holds: (reach: Reach) => boolean, first: ReachParts | null = null) {
    this.#reaches = reaches;
    this.#holds = holds;
    this.#first = first;
    this.#next = first === null ? 1 : first.#reaches.length;
  }

  /** The parts of a walk that goes on with the same reaches. */
  goOn(reaches: readonly Reach[], holds: (reach: Reach) => boolean): ReachParts {
    return new ReachParts(reaches, holds, this);
  }

  unit(unit: LiveUnit): EarlierPart | null {
    const earlier = this.#first === null ? this.#inFirst("contains", unit) : this.#first.unit(unit);
    if (earlier !== null) return earlier;
    this.#addNew();
    return this.#units.get(unit) ?? null;
  }

  shape(value: object): EarlierPart | null {
    const earlier = this.#first === null ? this.#inFirst("shapePlaces", value) : this.#first.shape(value);
    if (earlier !== null) return earlier;
    this.#addNew();
    return this.#shapes.get(value) ?? null;
  }

  get areAll(): boolean {
    if (this.#first !== null && !this.#first.areAll) return false;
    this.#addNew();
    const own = this.#first === null ? this.#reaches[0] : undefined;
    return this.#areAll && (own === undefined || this.#holds(own));
  }

  #inFirst(map: "contains" | "shapePlaces", key: object): EarlierPart | null {
    const reach = this.#reaches[0];
    if (reach === undefined || !isComplete(reach)) return null;
    const place = (reach[map] as ReadonlyMap<object, number>).get(key);
    return place === undefined || !this.#holds(reach) ? null : { index: 0, reach, place };
  }

  #addNew(): void {
    for (; this.#next < this.#reaches.length; this.#next++) {
      const index = this.#next;
      const reach = this.#reaches[index] as Reach;
      // The body of the call may have put another function into a binding: then the reach says nothing of what that leads to.
      if (!this.#holds(reach)) this.#areAll = false;
      else if (isComplete(reach)) this.#add(index, reach);
    }
  }

  #add(index: number, reach: Reach): void {
    for (const [unit, place] of reach.contains) {
      if (!this.#units.has(unit)) this.#units.set(unit, { index, reach, place });
    }
    for (const [value, place] of reach.shapePlaces) {
      if (!this.#shapes.has(value)) this.#shapes.set(value, { index, reach, place });
    }
  }
}

/** Whether a reach has all that its units read: one with code that is assumed pure leaves out what that reads. */
function isComplete({ contains }: Reach): boolean {
  return contains.size > 0;
}
