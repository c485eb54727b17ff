/**
 * Programs that run in steps, with and without dumbo: each step is compared with the same step without dumbo, and has to be answered as a whole, or not, as
 * it says.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { supportsSyncHooks } from "../../loader/hooks/in-thread.ts";
import { readsByExports } from "../../loader/hooks/source-reads.ts";
import { readRuns } from "../../src/policy/runs.ts";
import { keptIn, wasAnswered } from "./kept-runs.ts";

export const bundle = pathToFileURL(fileURLToPath(new URL("../../dist/auto.cjs", import.meta.url))).href;
export const library = pathToFileURL(fileURLToPath(new URL("../../dist/index.mjs", import.meta.url))).href;
export const place = realpathSync(mkdtempSync(join(tmpdir(), "dumbo-whole-run-")));
after(() => rmSync(place, { recursive: true, force: true }));
const { node: version } = process.versions;
/** Whether a hook is told what modules ask for. Up to Node 20, it is read from their texts. */
export const isTold = supportsSyncHooks(version);
export const skip =
  supportsSyncHooks(version) || readsByExports(version) ? false : "no hook of this Node sees all that is resolved";
/** Where npm links a package of a folder beside. */
export const LINKED = { "node_modules/dumbo": fileURLToPath(new URL("../..", import.meta.url)) };
let programs = 0;
/** Milliseconds: what changed while a process began, or just before it was read, is not trusted. */
export const AGE = 150;

export type Files = Readonly<Record<string, string>>;

/** A run, after some files were written or removed. */
export interface Step {
  readonly files?: Readonly<Record<string, string | null>>;
  /** Symbolic links: where they lead, by path. */
  readonly links?: Files;
  /** Done after that. */
  readonly prepare?: (folder: string) => void;
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly flags?: readonly string[];
  /** How dumbo is loaded. */
  readonly enters?: readonly string[];
  readonly stdin?: string;
  /** Called when it has printed something. */
  readonly onPrint?: () => void;
  /** The folder in which it runs. */
  readonly at?: string;
  /** Whether what the run before printed is printed again. */
  readonly isAnswered: boolean;
}

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
}

/** The steps of a program without changes: it runs, and is answered afterwards. */
export const AGAIN: readonly Step[] = [{ isAnswered: false }, { isAnswered: true }, { isAnswered: true }];
/** The steps of one that is never answered. */
export const NEVER: readonly Step[] = [{ isAnswered: false }, { isAnswered: false }];

/** Steps that are like others only where a hook is told what modules ask for. */
export function ifTold(steps: readonly Step[]): readonly Step[] {
  return isTold ? steps : steps.map((step) => ({ ...step, isAnswered: false }));
}

/** What follows runs of `first`, and of it once more: an edit, after which nothing may be answered, and then a run that is. */
export function edited(change: Partial<Step>): Step[] {
  return [...AGAIN, { ...change, isAnswered: false }, { ...without(change), isAnswered: true }];
}

function without({ files: _, links: __, prepare: ___, ...rest }: Partial<Step>): Partial<Step> {
  return rest;
}

/** Lays out a program, and waits until its files are old enough to be trusted: a run of newer ones would not be kept in any case. */
export async function laidOut(
  files: Files,
  links: Files = {},
): Promise<{ readonly folder: string; readonly cache: string }> {
  const folder = join(place, String(programs++), "project");
  change(folder, { "package.json": "{}", ...files }, links);
  await setTimeout(AGE);
  return { folder, cache: join(folder, "..", "cache") };
}

export async function check(
  files: Files,
  steps: readonly Step[],
  entry = "main.mjs",
  links: Files = {},
): Promise<void> {
  const { folder, cache } = await laidOut(files, links);
  for (const [index, step] of steps.entries()) {
    change(folder, step.files ?? {}, step.links ?? {});
    step.prepare?.(folder);
    await setTimeout(AGE);
    const bare = await run(folder, entry, step, null);
    const before = keptIn(cache);
    const outcome = await run(folder, entry, step, cache);
    assert.deepEqual(outcome, bare, `step ${index}: another outcome`);
    const isAnswered = wasAnswered(before, keptIn(cache));
    assert.equal(isAnswered, step.isAnswered, `step ${index}: ${isAnswered ? "answered" : "not answered"}`);
    // `dumbo stats` counts it as one call.
    if (isAnswered)
      assert.deepEqual(
        readRuns(cache)
          .map(({ mode, hits }) => [mode, hits])
          .at(-1),
        ["whole", 1],
      );
  }
}

export function change(folder: string, files: Readonly<Record<string, string | null>>, links: Files): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    if (text === null) {
      rmSync(file, { recursive: true });
      continue;
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  for (const [path, target] of Object.entries(links)) {
    rmSync(join(folder, path), { force: true });
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(target, join(folder, path));
  }
}

export async function run(
  folder: string,
  entry: string,
  { args = [], env = {}, flags = [], enters = ["--import", bundle], stdin = "", onPrint, at = "" }: Step,
  cache: string | null,
): Promise<Outcome> {
  const first = cache === null ? flags : [...flags, ...enters];
  const child = spawn(process.execPath, [...first, join(folder, entry), ...args], {
    cwd: join(folder, at),
    env: {
      PATH: process.env.PATH,
      ...(cache !== null && { DUMBO_DIR: cache, DUMBO_WHOLE_RUNS: "all", DUMBO_PREPARE: "0" }),
      ...env,
    },
    timeout: 60_000,
  });
  if (onPrint) child.stdout.once("data", onPrint);
  child.stdin.on("error", () => undefined).end(stdin);
  const [stdout, stderr, code] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    new Promise<number | null>((resolve) => child.on("close", resolve)),
  ]);
  return { stdout, stderr, code };
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const chunk of stream.setEncoding("latin1")) text += chunk;
  return text;
}
