/** `npm run test:262 -- PATH`: runs a checkout of test262 and lists what ends otherwise under dumbo. */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import picomatch from "picomatch";
import { MODES, type Mode } from "./modes.ts";
import { runAll } from "./pool.ts";
import { REAL_MODES, type RealMode, runReal } from "./real.ts";
import { stackDepth } from "./stack-depth.ts";
import { findTests, type Variant } from "./suite.ts";
import type { Answer, Job } from "./worker.ts";

/** Differences that are known, and why they are none of the rewrite's. */
interface Skip {
  /** Globs below the checkout's `test`. */
  readonly tests: readonly string[];
  readonly modes: readonly (Mode | RealMode)[];
  readonly reason: string;
}

interface Difference {
  readonly variant: Variant;
  readonly mode: Mode | RealMode;
  readonly bare: string;
  readonly got: string;
}

const LIMIT = 20_000;
/** Of so many tests in threads, some have hits. */
const MANY = 100;
const DEPTH = 0.95;
const EXEC_ARGV = ["--import", "tsx", "--experimental-vm-modules", "--no-warnings"];

const [path, ...binaries] = process.argv.slice(2);
if (path === undefined) {
  console.error("usage: npm run test:262 -- PATH, a checkout of tc39/test262 or a folder or test in one");
  process.exit(2);
}
const processes = Math.max(1, availableParallelism());
const { root, variants } = findTests(path);
if (variants.length === 0) throw new Error(`there are no tests in ${path}`);
console.log(`Node ${process.version}: ${variants.length} variants of tests, ${processes} processes`);
const differences: Difference[] = [];
await runForced();
await runThreads();
const isDeep = checkDepth();
const open = report();
process.exit(open > 0 || !isDeep ? 1 : 0);

/** Realms of their own, every function guarded that can be. */
async function runForced(): Promise<void> {
  const sum = { pass: 0, lost: 0, guarded: 0, guards: 0, asked: 0, again: 0 };
  const run = (jobs: Job[]) => {
    const module = new URL("worker.ts", import.meta.url);
    const options = { module, execArgv: EXEC_ARGV, processes, limit: LIMIT, lifetime: 1000, jobs };
    return runAll<Job, Answer>(options, (done) => progress("rewritten", done, jobs.length));
  };
  const take = (variant: Variant, answer: Answer) => {
    if (answer.bare === "pass") sum.pass++;
    if (answer.guards > 0) sum.guarded++;
    sum.guards += answer.guards;
    sum.asked += answer.asked;
    sum.again += answer.again;
    for (const mode of MODES) compare(variant, mode, answer.bare, answer.outcomes[mode] ?? answer.bare);
  };
  const ends = await run(variants.map((variant) => ({ root, variant, modes: MODES })));
  for (const [index, end] of ends.entries()) {
    const variant = variants[index] as Variant;
    if ("answer" in end) {
      take(variant, end.answer);
      continue;
    }
    // Which mode was it?
    const [bare] = await run([{ root, variant, modes: [] }]);
    if (bare && "answer" in bare) {
      for (const mode of MODES) {
        const [one] = await run([{ root, variant, modes: [mode] }]);
        if (one && "answer" in one)
          compare(variant, mode, one.answer.bare, one.answer.outcomes[mode] ?? one.answer.bare);
        else compare(variant, mode, bare.answer.bare, one?.lost ?? "lost");
      }
    } else sum.lost++;
  }
  console.log(
    `rewritten: ${sum.pass} pass without dumbo, ${sum.lost} crash or hang; ${sum.guarded} have guards, ` +
      `${sum.guards} guards, asked ${sum.asked} times, ${sum.again} functions run again`,
  );
}

/** Threads of their own, with all of dumbo. */
async function runThreads(): Promise<void> {
  const { results, counts } = await runReal(root, variants, processes, LIMIT, progress);
  for (const { variant, bare, outcomes } of results) {
    for (const mode of REAL_MODES) compare(variant, mode, bare, outcomes[mode]);
  }
  const shown = REAL_MODES.map((mode) => {
    const { calls, hits, misses } = counts[mode];
    return `${mode} ${calls} calls, ${misses} misses, ${hits} hits`;
  });
  console.log(`under dumbo: ${results.length} variants; ${shown.join("; ")}`);
  if (results.length >= MANY && counts.warm.hits === 0) throw new Error("nothing was answered: this proves nothing");
}

function checkDepth(): boolean {
  let isDeep = true;
  for (const binary of [process.execPath, ...binaries]) {
    const ratios = stackDepth(binary);
    const shown = Object.entries(ratios).map(([name, ratio]) => `${name} ${ratio.toFixed(3)}`);
    console.log(`stack depth, guard off, of bare (${binary}): ${shown.join(", ")}`);
    if (Object.values(ratios).some((ratio) => ratio < DEPTH)) isDeep = false;
  }
  if (!isDeep) console.log(`stack depth: below ${DEPTH}`);
  return isDeep;
}

function compare(variant: Variant, mode: Mode | RealMode, bare: string, got: string): void {
  if (got !== bare) differences.push({ variant, mode, bare, got });
}

/** @returns how many differences nothing explains */
function report(): number {
  const skips = JSON.parse(readFileSync(new URL("skips.json", import.meta.url), "utf8")) as Skip[];
  const matchers = skips.map((skip) => ({ skip, matches: picomatch([...skip.tests]), used: 0 }));
  let open = 0;
  for (const { variant, mode, bare, got } of differences) {
    const known = matchers.find(({ skip, matches }) => skip.modes.includes(mode) && matches(variant.path));
    if (known) {
      known.used++;
      continue;
    }
    open++;
    console.log(`\nDIFFERENT ${variant.path} (${variant.kind}, ${mode})\n  bare: ${bare}\n  ${mode}: ${got}`);
  }
  for (const { skip, used } of matchers) console.log(`skipped ${used}: ${skip.reason}`);
  console.log(open === 0 ? "no outcome differs" : `${open} outcomes differ`);
  return open;
}

function progress(label: string, done: number, of: number): void {
  if (process.stderr.isTTY && (done % 100 === 0 || done === of)) process.stderr.write(`\r${label}: ${done} of ${of} `);
  if (process.stderr.isTTY && done === of) process.stderr.write("\n");
}
