/**
 * The first thing that runs when dumbo is on: finds out where the cache is, and loads everything else in the form that an
 * earlier run has compiled and left there. Kept small, because this file itself is compiled at every start.
 */
import { join, sep } from "node:path";
import type { Config } from "../src/config/config.ts";
import { late } from "../src/node/lazy.ts";
import { writeError } from "../src/node/process.ts";
import { compileBy, load } from "../src/node/require.ts";
import type { Boot } from "./known-at-start.ts";
import { prepareBoot } from "./prepare-boot.ts";
import { startsRepl } from "./repl/starts-repl.ts";
import { leaveRequireCache } from "./require-cache.ts";
import type { start } from "./start.ts";

const RUNTIME = Symbol.for("dumbo");

// Only the main thread may abort. To ask `worker_threads` instead, every start would have to load that module.
const isOtherThread = (process.abort as { disabled?: boolean }).disabled === true;

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

/** Whether a program may run without dumbo: nobody is told of it, and no run is there for what dumbo finds out. */
function mayRest({ policy }: Config, env: NodeJS.ProcessEnv): boolean {
  // Who types may always ask what is cached.
  if (startsRepl()) return false;
  return policy === "measured" && env.DUMBO_VERIFY === undefined && ["0", "silent"].includes(env.DUMBO_LOG ?? "silent");
}

function run(boot: Boot): void {
  compileBy(boot.compiled.compile);
  const bundle = load(join(__dirname, "start.cjs"), require) as { start: typeof start };
  bundle.start(boot);
}

/**
 * Whether this is the thread that runs `module.register`'s hooks. Before Node 24 it loads what `--require` names, too, and
 * breaks if that registers synchronous hooks. No other thread is neither the main one nor has a port to its parent.
 */
function isHookThread(): boolean {
  if (!isOtherThread) return false;
  return late("worker_threads").parentPort === null;
}
