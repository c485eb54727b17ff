/**
 * What earlier reaches of a key contain. A key holds the reaches of all functions that it meets, and most functions of a package lead to the
 * same few others. So what an earlier reach contains is written as its place there, and not followed again.
 */
import type { LiveUnit } from "./live-module.ts";
import type { Reach } from "./reach.ts";
import type { ReachedShape } from "./reached-shape.ts";

/** A place in an earlier reach, and the index of that reach in the key. */
export interface EarlierPart {
  readonly index: number;
  readonly reach: Reach;
  readonly place: number;
}

export interface EarlierParts {
  /** The place of a unit in the first reach that contains it, or null. */
  unit(unit: LiveUnit): EarlierPart | null;
  /** The place of a function's shape in the first reach that has it, or null. */
  shape(value: object): EarlierPart | null;
  /** Whether all earlier reaches count: one whose bindings lead elsewhere now does not. */
  readonly areAll: boolean;
}

/** The shape at a place. */
export function shapeAt({ reach, place }: EarlierPart): ReachedShape {
  return reach.shapes[place] as ReachedShape;
}

/** Whether code that leads to a unit of a reach may begin work that goes on later. */
export function beginsWork({ units, leadsBack }: Reach, place: number): boolean {
  return units[0]?.definition.traits.includes("async") === true && (place === 0 || leadsBack);
}
