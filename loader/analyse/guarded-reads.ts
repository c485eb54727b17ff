/**
 * Reads that no call which is kept evaluates: in the same run of their function, a probe in front of them has told each recorded call that did
 * not make what the function has captured. So what they read need not be in the key of a call that has the function as a value.
 */
import { isWithin, type Node } from "../../audit/scan/syntax.ts";
import type { ProbePlace } from "./probes.ts";
import { isUnbroken, runOf } from "./run-of.ts";

/** A finding that forbids caching whenever it is evaluated, with the place of its probe. */
export interface ForbiddingProbe {
  readonly finding: Node;
  readonly place: ProbePlace;
}

interface Guarded {
  readonly run: Node;
  readonly place: ProbePlace;
}

export class GuardedReads {
  readonly #parents: ReadonlyMap<Node, Node>;
  readonly #guarded: readonly Guarded[];

  constructor(probes: readonly ForbiddingProbe[], parents: ReadonlyMap<Node, Node>) {
    this.#parents = parents;
    this.#guarded = probes.flatMap(({ finding, place }) => {
      const run = runOf(finding, parents);
      return run !== null && isUnbroken(run) ? [{ run, place }] : [];
    });
  }

  has(read: Node): boolean {
    if (this.#guarded.length === 0) return false;
    const run = runOf(read, this.#parents);
    // Code of an inner function may run before the probe: declarations are made where their block begins.
    return this.#guarded.some((one) => one.run === run && isBehind(read, one.place));
  }
}

function isBehind(read: Node, place: ProbePlace): boolean {
  return place.kind === "first" ? read.start >= place.at && read.end <= place.end : isWithin(read, place.node);
}
