/**
 * Runs a program without dumbo, cold, warm, and after each edit, in a folder that holds its files alone, and compares everything that
 * can be seen from outside: stdout, stderr, exit code, signal and the files that it wrote. A run that is equal is only
 * half of the proof: the other half is that dumbo did, or refused, what the program declares.
 */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { TransformCache } from "../../../loader/transform/cache.ts";
import { readModules } from "../../../src/policy/profile.ts";
import { describe } from "../../../src/reason/describe.ts";
import { modulePath, profileKey } from "../../../src/report/summary.ts";
import { byName } from "../../support/counts.ts";
import { keptIn, wasAnswered } from "../../support/kept-runs.ts";
import { CompiledFolder } from "./compiled-folder.ts";
import { layOut } from "./folder.ts";
import type { Edit, Expectation, Invocation, Program } from "./program.ts";

/** The bundle to test: another one (a mutant of the sources, say) by `DUMBO_TEST_BUNDLE`. */
const tested = process.env.DUMBO_TEST_BUNDLE ?? fileURLToPath(new URL("../../../dist/auto.cjs", import.meta.url));
const major = Number.parseInt(process.versions.node, 10);
const LIMIT = 60_000;
/** With DUMBO_VERIFY the bodies of hits run, and ask for calls of their own: there may be more of everything. */
const verifies = process.env.DUMBO_TEST_VERIFY ?? "";
/** The seed of a policy of chance (src/policy/chance.ts): which calls hit is chance, what the program does is not. */
export const chance = process.env.DUMBO_TEST_CHANCE ?? "";

/** Whether runs are answered as a whole, and not call by call. */
export const wholeRuns = process.env.DUMBO_TEST_WHOLE_RUNS === "1";

/** Programs that ran, and those of them that had hits, or were answered as a whole. */
export const ran = { programs: 0, withHits: 0 };

const compiled = new CompiledFolder();

/** What can be seen of a run from outside. */
interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** All files after the run, by path. */
  readonly files: Record<string, string>;
}

interface Statistics {
  readonly functions: Record<string, { hits: number; misses: number; unread: number; calls: number }>;
  readonly refused: Record<string, string>;
}

/** Why a program is left out on the running Node, or false. */
export function skipReason({ node = 20, unverified }: Program): string | false {
  if (verifies && unverified) return unverified;
  return major < node && `needs Node ${node}`;
}

/** Runs all steps of a program and throws at the first difference or unmet expectation. */
export async function check(program: Program): Promise<void> {
  const { bundle = tested } = program;
  if (!existsSync(bundle)) throw new Error(`${bundle} is missing: npm run build`);
  const place = realpathSync(mkdtempSync(join(tmpdir(), "dumbo-differential-")));
  try {
    ran.programs++;
    compiled.giveTo(join(place, "cache"));
    if (await runAll(program, place)) ran.withHits++;
    compiled.takeFrom(join(place, "cache"));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** Answers whether any run had hits. */
async function runAll(program: Program, place: string): Promise<boolean> {
  const { memo, refuses, after = [] } = program;
  const none = Object.fromEntries(Object.keys(memo ?? {}).map((name) => [name, 0]));
  const refused = refuses ? { refused: refuses } : {};
  const cold = { ...(memo && { misses: memo }), ...refused, ...program.cold };
  const warm = { ...(memo && { hits: memo, misses: none }), ...refused, ...program.warm };

  let files = program.files;
  const bare = await run(program, place, files, program, null);
  let hits = await compare(program, place, files, program, "cold", bare, cold);
  hits += await compare(program, place, files, program, "warm", bare, warm);
  for (const step of after) {
    files = step.edit ? edited(files, step.edit) : files;
    const invocation = { ...program, ...step, env: { ...program.env, ...step.env } };
    const expected = await run(program, place, files, invocation, null);
    hits += await compare(program, place, files, invocation, step.label, expected, { ...refused, ...step });
  }
  return hits > 0;
}

function edited(files: Readonly<Record<string, string>>, edit: Edit): Record<string, string> {
  const after = { ...files };
  for (const [path, change] of Object.entries(edit)) {
    const text = typeof change === "function" ? change(files[path] as string) : change;
    assert.notEqual(text, files[path], `the edit of ${path} changes nothing`);
    if (text === null) delete after[path];
    else after[path] = text;
  }
  return after;
}

/** Answers how many hits there were. */
async function compare(
  program: Program,
  place: string,
  files: Readonly<Record<string, string>>,
  invocation: Invocation,
  label: string,
  expected: Outcome,
  expectation: Expectation,
): Promise<number> {
  const log = join(place, "log");
  rmSync(log, { force: true });
  const policy = chance ? `chance:${chance} ${program.name} ${label}` : wholeRuns ? "measured" : "always";
  const cache = join(place, "cache");
  const before = keptIn(cache);
  const outcome = await run(program, place, files, invocation, policy);
  assert.deepEqual(outcome, expected, `${label}: another program`);
  if (wholeRuns) return wasAnswered(before, keptIn(cache)) ? 1 : 0;
  const statistics = readStatistics(log);
  verify(label, statistics, refusals(cache, join(place, "work")), expectation);
  return Object.values(statistics.functions).reduce((sum, { hits }) => sum + hits, 0);
}

function verify(
  label: string,
  { functions, refused }: Statistics,
  known: Record<string, string>,
  expectation: Expectation,
): void {
  const unmet = (what: string): never => {
    throw new Error(`${label}: ${what}\n${JSON.stringify({ functions, refused }, null, 2)}`);
  };
  const counted = byName(functions);
  const reasons = byName({ ...known, ...refused });
  for (const name of Object.keys(expectation.refused ?? {})) {
    if (counted[name]?.hits) unmet(`${name} was to be refused, but has hits`);
  }
  // Which calls are asked, and which reasons are found, is chance then.
  if (chance) return;
  for (const kind of ["hits", "misses", "unread"] as const) {
    for (const [name, count] of Object.entries(expectation[kind] ?? {})) {
      const got = counted[name]?.[kind] ?? 0;
      if (verifies && kind === "unread") continue;
      if (verifies ? got < count : got !== count) unmet(`${name} has ${got} ${kind}, not ${count}`);
    }
  }
  for (const [name, count] of Object.entries(expectation.hitsAtLeast ?? {})) {
    const got = counted[name]?.hits ?? 0;
    if (got < count) unmet(`${name} has ${got} hits, not ${count} or more`);
  }
  for (const [name, reason] of Object.entries(expectation.refused ?? {})) {
    const got = reasons[name] ?? "(not refused)";
    if (!reason.test(got)) unmet(`${name}: ${got}, not ${reason}`);
  }
}

async function run(
  program: Program,
  place: string,
  files: Readonly<Record<string, string>>,
  { args = [], env = {}, stdin = "", flags = [] }: Invocation,
  policy: string | null,
): Promise<Outcome> {
  const folder = join(place, "work");
  if (program.areFilesNew) rmSync(folder, { recursive: true, force: true });
  layOut(folder, files, program.links ?? {});
  const { entry = "main.mjs", via = "--import", twin, bundle = tested } = program;
  const withDumbo = policy !== null;
  const target = via === "--require" ? bundle : pathToFileURL(bundle).href;
  const enters = withDumbo && via !== "NODE_OPTIONS" ? [via, target] : [];
  const needsTwin = !withDumbo && twin !== undefined && major < twin.below;
  const child = spawn(process.execPath, [...flags, ...(needsTwin ? twin.flags : []), ...enters, entry, ...args], {
    cwd: folder,
    env: {
      ...plainEnvironment(),
      // No policy that is tested depends on a clock.
      DUMBO_POLICY: policy ?? "",
      ...(!wholeRuns && { DUMBO_VERIFY: verifies }),
      // Nothing may go on beside a run: what it finds would be chance.
      DUMBO_PREPARE: "0",
      ...env,
      DUMBO_DIR: join(place, "cache"),
      ...(wholeRuns ? { DUMBO_WHOLE_RUNS: "all" } : { DUMBO_LOG: join(place, "log") }),
      ...(withDumbo && via === "NODE_OPTIONS" && { NODE_OPTIONS: `--import ${target}` }),
    },
    timeout: LIMIT,
  });
  // A program that ends without having read its input leaves a broken pipe.
  child.stdin.on("error", () => undefined).end(stdin);
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (...end) => resolve(end));
    }),
  ]);
  return { stdout: normalise(stdout), stderr: normalise(stderr), code, signal, files: readTree(folder) };
}

/** Nothing of the test run around it reaches the program. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const dropped = /^(NODE_|DUMBO|FORCE_COLOR|NO_COLOR|LC_|LANG|TZ)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !dropped.test(name)));
}

async function text(stream: NodeJS.ReadableStream): Promise<string> {
  let all = "";
  for await (const chunk of stream.setEncoding("utf8")) all += chunk;
  return all;
}

/** A guard moves the columns on its own line, and Node quotes that line when nothing catches an error. */
function normalise(output: string): string {
  return output
    .replace(/(\.[cm]?[jt]s:\d+):\d+/g, "$1:COLUMN")
    .replace(/^((?:file:\/\/)?\/\S+\.[cm]?[jt]s:\d+)\n.*\n *\^+\n/gm, "$1\n(source line)\n");
}

function readTree(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, "latin1")]));
}

/** The sums over all processes and threads of a run. */
function readStatistics(log: string): Statistics {
  const lines = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [];
  const sum: Statistics = { functions: {}, refused: {} };
  for (const line of lines) {
    const { functions, refused } = JSON.parse(line) as Statistics;
    Object.assign(sum.refused, refused);
    for (const [name, { hits, misses, calls, unread = 0 }] of Object.entries(functions)) {
      const before = sum.functions[name] ?? { hits: 0, misses: 0, unread: 0, calls: 0 };
      sum.functions[name] = {
        hits: before.hits + hits,
        misses: before.misses + misses,
        unread: before.unread + unread,
        calls: before.calls + calls,
      };
    }
  }
  return sum;
}

/** What the loader has left without a guard: such functions never show up in the statistics. */
function refusals(cache: string, root: string): Record<string, string> {
  const transforms = new TransformCache(cache, "");
  const found: Record<string, string> = {};
  for (const [url, id] of Object.entries(readModules(cache))) {
    for (const { name, place, reason } of transforms.readManifest(id)?.refusals ?? []) {
      found[profileKey(modulePath(url, root), name, place.line)] = describe(reason);
    }
  }
  return found;
}
