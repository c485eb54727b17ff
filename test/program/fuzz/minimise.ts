/**
 * Makes a failing program small. Whatever is taken out of a spec leaves a program (tape.ts), so pieces are left out, large
 * ones first, as long as the rest still fails; all candidates of one size run in the same batch.
 */
import type { Subject } from "./batch.ts";
import { runOrSplit } from "./campaign.ts";
import type { Spec } from "./spec.ts";

/** A part of a spec: a list of numbers, or of parts. */
type Part = number | readonly Part[] | { readonly [key: string]: Part };

/** So many candidates run at once. */
const WIDTH = 120;

/** The smallest program found that still differs; null when this one alone does not. */
export async function minimise(found: Spec, subject: Subject, onStep: (size: number) => void): Promise<Spec | null> {
  const firstFailing = async (candidates: readonly Spec[]): Promise<Spec | null> => {
    const { differences } = await runOrSplit(candidates, subject);
    return candidates[Math.min(...differences.map(({ index }) => index))] ?? null;
  };
  if ((await firstFailing([found])) === null) return null;
  let smallest = found;
  for (;;) {
    const size = sizeOf(smallest);
    const seen = new Set([JSON.stringify(smallest)]);
    const candidates = [...smaller(smallest as unknown as Part)]
      .map((part) => part as unknown as Spec)
      .filter((spec) => !seen.has(JSON.stringify(spec)) && seen.add(JSON.stringify(spec)))
      .sort((a, b) => sizeOf(a) - sizeOf(b));
    let next: Spec | null = null;
    for (let at = 0; at < candidates.length && next === null; at += WIDTH) {
      next = await firstFailing(candidates.slice(at, at + WIDTH));
    }
    if (next === null || sizeOf(next) >= size) return smallest;
    smallest = next;
    onStep(sizeOf(smallest));
  }
}

function sizeOf(spec: Spec): number {
  return JSON.stringify(spec).length;
}

/** The same with one piece less. */
function* smaller(part: Part): Generator<Part> {
  if (typeof part === "number") {
    if (part > 0) yield 0;
    // What counts is the rest of a division by a small number.
    if (part > 60) yield part % 60;
    if (part > 60) yield part % 64;
    return;
  }
  if (isList(part)) {
    for (let length = part.length; length > 0; length = length >> 1) {
      for (let at = 0; at < part.length; at += length) yield [...part.slice(0, at), ...part.slice(at + length)];
    }
    for (const [at, item] of part.entries()) {
      for (const less of smaller(item)) yield part.map((one, i) => (i === at ? less : one));
    }
    return;
  }
  for (const [key, item] of Object.entries(part)) for (const less of smaller(item)) yield { ...part, [key]: less };
}

function isList(part: Part): part is readonly Part[] {
  return Array.isArray(part);
}
