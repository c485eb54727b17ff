/** A run of the fuzzer: batches of generated programs until there are enough, or one that is another program. */
import fc from "fast-check";
import { BatchError, type Difference, type Outcome, runBatch, type Subject } from "./batch.ts";
import { type Spec, spec } from "./spec.ts";

export interface Totals {
  readonly programs: number;
  readonly withHits: number;
  readonly hits: number;
}

/** A generated program, with what fast-check needs to shrink it. */
export type Generated = fc.Value<Spec>;

/** Where a program came from: `fc.sample` with this seed yields it at this place. */
export interface Failure {
  readonly seed: number;
  readonly batch: readonly Generated[];
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

/** Values as fast-check makes them: `sample` alone drops what shrinking needs. */
class Keeping extends fc.Arbitrary<Generated> {
  override generate(random: fc.Random, bias: number | undefined): fc.Value<Generated> {
    return new fc.Value(spec.generate(random, bias), undefined);
  }
  override canShrinkWithoutContext(_value: unknown): _value is Generated {
    return false;
  }
  override shrink(): fc.Stream<fc.Value<Generated>> {
    return fc.Stream.nil();
  }
}

/** The programs of a seed. */
export function generate(seed: number, count: number): Generated[] {
  return fc.sample(new Keeping(), { seed, numRuns: count });
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
      const { differences, hits } = await runOrSplit(
        batch.map(({ value }) => value),
        subject,
      );
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
async function runOrSplit(specs: readonly Spec[], subject: Subject): Promise<Outcome> {
  try {
    return await runBatch(specs, subject);
  } catch (error) {
    if (!(error instanceof BatchError)) throw error;
    const { message } = error;
    if (specs.length === 1) {
      return { differences: [{ index: 0, run: "process", expected: "silence", actual: message }], hits: [0] };
    }
    const half = specs.length >> 1;
    const first = await runOrSplit(specs.slice(0, half), subject);
    const second = await runOrSplit(specs.slice(half), subject);
    const later = second.differences.map((one) => ({ ...one, index: one.index + half }));
    const differences = [...first.differences, ...later];
    // Only all of them together do it.
    if (differences.length === 0) throw error;
    return { differences, hits: [...first.hits, ...second.hits] };
  }
}

/** Whether so few programs had a hit that the run proves nothing. */
export function provesNothing({ programs, withHits }: Totals): boolean {
  return withHits < programs / 3;
}

/** Shrinking tries so many smaller programs at once. */
const WIDTH = 60;

/**
 * The smallest program found that still differs: fast-check's candidates are run a batch at a time.
 * @param onStep is told each smaller one
 */
export async function minimise(
  found: Generated,
  subject: Subject,
  onStep: (size: number) => void,
): Promise<Spec | null> {
  let smallest = found;
  const fails = async (candidates: readonly Generated[]): Promise<Generated | null> => {
    const { differences } = await runOrSplit(
      candidates.map(({ value }) => value),
      subject,
    );
    const first = Math.min(...differences.map(({ index }) => index));
    return candidates[first] ?? null;
  };
  if ((await fails([found])) === null) return null;
  for (;;) {
    let smaller: Generated | null = null;
    const candidates = spec.shrink(smallest.value_, smallest.context)[Symbol.iterator]();
    for (let width = WIDTH; smaller === null; width = WIDTH) {
      const batch = [...take(candidates, width)];
      if (batch.length === 0) return smallest.value;
      smaller = await fails(batch);
    }
    smallest = smaller;
    onStep(JSON.stringify(smallest.value).length);
  }
}

function* take<T>(items: Iterator<T>, count: number): Generator<T> {
  for (let i = 0; i < count; i++) {
    const { done, value } = items.next();
    if (done) return;
    yield value;
  }
}
