/**
 * The first file that runs when dumbo is on. It finds the cache directory, and loads all else in the form that an earlier run has compiled and
 * left there. It has to stay small: this file itself is compiled at each start.
 */
import { join, sep } from "node:path";
import type { Config } from "../src/config/config.ts";
import { lazyModule } from "../src/node/lazy.ts";
import { writeError } from "../src/node/process.ts";
import { compileBy, load } from "../src/node/require.ts";
import { isWorker } from "./hooks/first-hooks.ts";
import type { Boot } from "./known-at-start.ts";
import { prepareBoot } from "./prepare-boot.ts";
import { startsRepl } from "./repl/starts-repl.ts";
import { leaveRequireCache } from "./require-cache.ts";
import type { start } from "./start.ts";
import type { answerRun } from "./whole-run/answer-run.ts";
import { readRun } from "./whole-run/kept-runs.ts";
import { nameOfRun } from "./whole-run/run-name.ts";

const RUNTIME = Symbol.for("dumbo");

// Only the main thread may abort: that tells which one this is, without loading `worker_threads` at each start.
const isOtherThread = isWorker();

if (!(RUNTIME in globalThis) && !isHookThread()) {
  try {
    const boot = prepareBoot(__dirname, mayRest);
    if (boot?.rest?.isNow(Date.now())) leaveRequireCache(__dirname + sep);
    else if (boot) run(boot);
    if (isOtherThread) boot?.rest?.noteThread();
  } catch (error) {
    writeError(`dumbo: could not start, the program runs uncached: ${(error as Error)?.stack ?? error}\n`);
  }
}

/** Whether the program may run without dumbo for a while: not if the user wants to see what dumbo does, or to have it verified. */
function mayRest({ policy }: Config, env: NodeJS.ProcessEnv): boolean {
  // At a prompt, `.dumbo` may be typed at any time.
  if (startsRepl()) return false;
  return policy === "measured" && env.DUMBO_VERIFY === undefined && ["0", "silent"].includes(env.DUMBO_LOG ?? "silent");
}

function run(boot: Boot): void {
  compileBy(boot.compiled.compile);
  const runName = nameOfRun(boot, __dirname + sep);
  const code = runName === null ? null : codeOfAnswered(boot, runName);
  if (code !== null) process.exit(code);
  const bundle = load(join(__dirname, "start.cjs"), require) as { start: typeof start };
  bundle.start(boot, runName);
}

/** The code with which the process ends because an earlier run has said all that this one would (loader/whole-run); null if the program has to run. */
function codeOfAnswered(boot: Boot, name: string): number | null {
  const known = readRun(boot.directory, name);
  if (known?.end.kind !== "kept") return null;
  const bundle = load(join(__dirname, "answer.cjs"), require) as { answerRun: typeof answerRun };
  return bundle.answerRun(boot, name, known.end, known.took);
}

/**
 * Whether this is the thread that runs the hooks of `module.register`. Before Node 24, that thread also loads what `--require` names, and breaks
 * if that registers synchronous hooks. It is the only thread besides the main one that has no port to its parent.
 */
function isHookThread(): boolean {
  if (!isOtherThread) return false;
  return lazyModule("worker_threads").parentPort === null;
}
