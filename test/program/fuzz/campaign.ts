/** A run of the fuzzer: batches of generated programs until there are enough, or one that is another program. */
import fc from "fast-check";
import { BatchError, type Difference, type Outcome, runBatch, type Subject } from "./batch.ts";
import { type Spec, spec } from "./spec.ts";

export interface Totals {
  readonly programs: number;
  readonly withHits: number;
  readonly hits: number;
}

/** Where a program came from: `fc.sample` with this seed yields it at this place. */
export interface Failure {
  readonly seed: number;
  readonly batch: readonly Spec[];
  readonly difference: Difference;
}

export interface Result {
  readonly totals: Totals;
  readonly failures: readonly Failure[];
}

export interface Plan {
  readonly runs: number;
  readonly seed: number;
  readonly batchSize: number;
  readonly jobs: number;
  readonly subject: Subject;
  /** Called after each batch. Answers whether to go on. */
  readonly onBatch: (result: Result) => boolean;
}

/** The programs of a seed. */
export function generate(seed: number, count: number): Spec[] {
  return fc.sample(spec, { seed, numRuns: count });
}

/** Runs batches, several at once, until all is done or `onBatch` has enough. */
export async function campaign({ runs, seed, batchSize, jobs, subject, onBatch }: Plan): Promise<Result> {
  let totals: Totals = { programs: 0, withHits: 0, hits: 0 };
  const failures: Failure[] = [];
  let next = 0;
  let goesOn = true;
  const work = async () => {
    while (goesOn && next * batchSize < runs) {
      const number = next++;
      const batch = generate(seed + number, Math.min(batchSize, runs - number * batchSize));
      const { differences, hits } = await runOrSplit(batch, subject);
      totals = {
        programs: totals.programs + batch.length,
        withHits: totals.withHits + hits.filter((count) => count > 0).length,
        hits: totals.hits + hits.reduce((sum, count) => sum + count, 0),
      };
      for (const difference of differences) failures.push({ seed: seed + number, batch, difference });
      if (!onBatch({ totals, failures })) goesOn = false;
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return { totals, failures };
}

/** Like `runBatch`; a process that fails as a whole, or says something, is put down to the program that makes it. */
export async function runOrSplit(specs: readonly Spec[], subject: Subject): Promise<Outcome> {
  try {
    return await runBatch(specs, subject);
  } catch (error) {
    if (!(error instanceof BatchError)) throw error;
    const { message } = error;
    if (specs.length === 1) {
      if (error.isBare) return { differences: [], hits: [0] };
      return { differences: [{ index: 0, run: "process", expected: "silence", actual: message }], hits: [0] };
    }
    const half = specs.length >> 1;
    const first = await runOrSplit(specs.slice(0, half), subject);
    const second = await runOrSplit(specs.slice(half), subject);
    const later = second.differences.map((one) => ({ ...one, index: one.index + half }));
    const differences = [...first.differences, ...later];
    // Only all of them together do it.
    if (differences.length === 0 && !error.isBare) throw error;
    return { differences, hits: [...first.hits, ...second.hits] };
  }
}

/** Whether so few programs had a hit that the run proves nothing. */
export function provesNothing({ programs, withHits }: Totals): boolean {
  return withHits < programs / 3;
}
