/**
 * Probes that another one makes needless. A probe in a loop costs its test at each round, and while a call is recorded a call
 * as well; where the same run of the function has passed one that tells at least as much, it tells nothing new.
 */
import type { Node } from "../../audit/scan/syntax.ts";
import type { Probe } from "./probes.ts";
import { isUnbroken, runOf } from "./run-of.ts";

/** A probe, and what decides whether another one covers it. */
export interface JudgedProbe {
  readonly probe: Probe;
  /** What it stands before. */
  readonly findings: readonly Node[];
  /** Calls that keep changes find by themselves what is behind it. */
  readonly isChange: boolean;
  /** The bindings that are assigned to behind it, by their cells. */
  readonly assigns: readonly number[];
  /** It tells the recorded calls no more than that the console is taken as a value. */
  readonly isConsole: boolean;
  /** It does more than tell the recorded calls. */
  readonly doesMore: boolean;
}

/**
 * The probes without those that are covered. The recorded calls around the running code are the same from the beginning of a
 * function's run to its end, but for async functions and generators, which leave it and come back: there all probes stay.
 */
export function withoutCovered(probes: readonly JudgedProbe[], parents: ReadonlyMap<Node, Node>): Probe[] {
  const covered = new Set<Probe>();
  for (const group of byFunction(probes, parents).values()) {
    let around: JudgedProbe[] = [];
    for (const one of group.sort((a, b) => startOf(a) - startOf(b) || endOf(b) - endOf(a))) {
      around = around.filter((outer) => endOf(outer) >= endOf(one));
      if (around.some((outer) => tellsAsMuch(outer, one))) covered.add(one.probe);
      else if (one.probe.place.kind !== "look") around.push(one);
    }
  }
  return probes.map(({ probe }) => probe).filter((probe) => !covered.has(probe));
}

function byFunction(probes: readonly JudgedProbe[], parents: ReadonlyMap<Node, Node>): Map<Node, JudgedProbe[]> {
  const groups = new Map<Node, JudgedProbe[]>();
  for (const one of probes) {
    const [fn, ...others] = new Set(one.findings.map((finding) => runOf(finding, parents)));
    if (!fn || others.length > 0 || !isUnbroken(fn)) continue;
    const group = groups.get(fn);
    if (group) group.push(one);
    else groups.set(fn, [one]);
  }
  return groups;
}

/** Whether a probe tells all calls that another one would tell, and as much. */
function tellsAsMuch(outer: JudgedProbe, inner: JudgedProbe): boolean {
  if (inner.probe.place.kind === "look" || inner.doesMore) return false;
  if (outer.probe.ifGlobalThis && !inner.probe.ifGlobalThis) return false;
  if (outer.isConsole && !inner.isConsole) return false;
  if (outer.isChange && !(inner.isChange && inner.assigns.every((cell) => outer.assigns.includes(cell)))) return false;
  return outer.probe.owner === undefined || outer.probe.owner === inner.probe.owner;
}

function startOf({ probe: { place } }: JudgedProbe): number {
  return place.kind === "first" ? place.at : place.node.start;
}

function endOf({ probe: { place } }: JudgedProbe): number {
  return place.kind === "first" ? place.end : place.node.end;
}
