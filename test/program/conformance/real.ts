/**
 * The whole of dumbo under test262: each test as the entry of a fresh thread, without dumbo, with it recording, and
 * with it answering from what was recorded.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildMutant, type Mutant } from "./mutant.ts";
import { type Ended, runAll } from "./pool.ts";
import { harnessOf, readWants, textOf, type Variant } from "./suite.ts";

/** What a process is asked to run in a thread. */
export interface ThreadJob {
  readonly file: string;
  /** Scripts that run first. */
  readonly harness: readonly string[];
  /** dumbo's entry; null without it. */
  readonly bundle: string | null;
  readonly env: Readonly<Record<string, string>>;
}

export const REAL_MODES = ["cold", "warm"] as const;
export type RealMode = (typeof REAL_MODES)[number];

export interface RealResult {
  readonly variant: Variant;
  readonly bare: string;
  readonly outcomes: Record<RealMode, string>;
}

export interface RealResults {
  readonly results: RealResult[];
  readonly counts: Record<RealMode, Counts>;
}

interface Counts {
  calls: number;
  hits: number;
  misses: number;
}

/** Runs the tests in which dumbo finds a function to guard. */
export async function runReal(
  root: string,
  variants: readonly Variant[],
  processes: number,
  limit: number,
  onProgress: (label: string, done: number, of: number) => void,
): Promise<RealResults> {
  const { bundle, transform } = await buildMutant();
  const place = mkdtempSync(join(tmpdir(), "dumbo-test262-"));
  try {
    const chosen = inTurns(variants.filter((variant) => hasSites(variant, transform)));
    const files = chosen.map((variant) => placed(variant, place));
    const log = join(place, "log");
    const env = { DUMBO_DIR: join(place, "cache"), DUMBO_POLICY: "always", DUMBO_LOG: log };
    const run = async (label: string, entry: string | null) => {
      rmSync(log, { force: true });
      const jobs = chosen.map((variant, index): ThreadJob => {
        const names = harnessOf(readWants(readFileSync(variant.file, "utf8")));
        const harness = names.map((name) => join(root, "harness", name));
        return { file: files[index] as string, harness, bundle: entry, env: entry === null ? {} : env };
      });
      const module = new URL("host.mjs", import.meta.url);
      const options = { module, execArgv: ["--no-warnings"], processes, limit, lifetime: 500, jobs };
      const ends = await runAll<ThreadJob, string>(options, (done) => onProgress(label, done, jobs.length));
      return { outcomes: ends.map(outcomeOf), counts: entry === null ? NONE : readCounts(log) };
    };
    const bare = await run("bare", null);
    const cold = await run("cold", bundle);
    // What threads leave is written by the next main thread.
    spawnSync(process.execPath, ["--import", bundle, "--eval", "0"], { env: { ...process.env, ...env } });
    const warm = await run("warm", bundle);
    const results = chosen.map((variant, i) => ({
      variant,
      bare: bare.outcomes[i] as string,
      outcomes: { cold: cold.outcomes[i] as string, warm: warm.outcomes[i] as string },
    }));
    return { results, counts: { cold: cold.counts, warm: warm.counts } };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

const NONE: Counts = { calls: 0, hits: 0, misses: 0 };

function outcomeOf(end: Ended<string>): string {
  return "lost" in end ? end.lost : end.answer;
}

/** Of tests that run both sloppy and strict, the one and the other in turns: threads are expensive, and modes differ little. */
function inTurns(variants: readonly Variant[]): Variant[] {
  const chosen = new Map<string, Variant>();
  for (const variant of variants) {
    if (!chosen.has(variant.path) || chosen.size % 2 === 0) chosen.set(variant.path, variant);
  }
  return [...chosen.values()];
}

function hasSites(variant: Variant, transform: Mutant["transform"]): boolean {
  const text = textOf(variant, readFileSync(variant.file, "utf8"));
  const kind = variant.kind === "module" ? "module" : "commonjs";
  const made = transform(text, "id", { scope: "user", assumed: [], assumedBuiltins: [], kind, sourceMap: false });
  return "manifest" in made && made.manifest.sites.length > 0;
}

/** Writes a test down, with what it may import beside it. */
function placed(variant: Variant, place: string): string {
  const folder = join(place, variant.kind, dirname(variant.path));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(place, "package.json"), '{"type":"module"}\n');
  const from = dirname(variant.file);
  for (const name of readdirSync(from)) if (name.includes("_FIXTURE")) cpSync(join(from, name), join(folder, name));
  const file = join(place, variant.kind, variant.kind === "module" ? variant.path : `${variant.path}.cjs`);
  writeFileSync(file, textOf(variant, readFileSync(variant.file, "utf8")));
  return file;
}

function readCounts(log: string): Counts {
  const sum = { ...NONE };
  let text = "";
  try {
    text = readFileSync(log, "utf8");
  } catch {
    return sum; // no thread had anything to say
  }
  for (const line of text.trim().split("\n")) {
    const { calls, hits, misses } = JSON.parse(line) as Counts;
    sum.calls += calls;
    sum.hits += hits;
    sum.misses += misses;
  }
  return sum;
}
