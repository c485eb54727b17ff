/**
 * Finds the engine for the library: `dumbo/auto` has started it, or it is started now. Then the program's modules run as they are, without
 * guards.
 */
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { NotStarted } from "../src/api/connection.ts";
import type { Engine } from "../src/call/engine.ts";
import { PlainModules } from "../src/code/plain-module.ts";
import { isSwitchedOff } from "../src/config/switched-off.ts";
import { compileBy, load } from "../src/node/require.ts";
import { prepareBoot } from "./prepare-boot.ts";
import type { MakePlain, start } from "./start.ts";

/** What start.ts has put on the global object: here, what the library uses of it. */
interface Runtime {
  readonly engine?: () => Engine;
}

const RUNTIME = Symbol.for("dumbo");
const HERE = import.meta.url;

/** Starts the engine, or says why it cannot be started. */
export function startEngine(): Engine | NotStarted {
  if (isSwitchedOff(process.env.DUMBO)) return { why: "dumbo is switched off" };
  try {
    return started();
  } catch (error) {
    // The program may have replaced what dumbo needs. Its calls run as if there were no dumbo.
    return { why: `dumbo could not start: ${(error as Error)?.message ?? error}` };
  }
}

/** The engine of this thread, which `dumbo/auto` or another copy of this file has started; null if there is none. */
export function runningEngine(): Engine | null {
  const runtime = Reflect.get(globalThis, RUNTIME) as Runtime | undefined;
  return runtime?.engine?.() ?? null;
}

function started(): Engine | NotStarted {
  const folder = dirname(HERE.startsWith("file:") ? fileURLToPath(HERE) : HERE);
  const own = createRequire(folder + sep);
  const { replacedBefore } = load(
    join(folder, "replaced-before.cjs"),
    own,
  ) as typeof import("../audit/replaced-before.ts");
  const replaced = replacedBefore();
  if (replaced === undefined)
    return { why: "V8 does not tell of functions where they are from, as in worker threads: use --import dumbo/auto" };
  if (replaced !== null)
    return { why: `the program had replaced ${replaced} before dumbo was started: use --import dumbo/auto` };
  const boot = prepareBoot(folder, () => false);
  if (boot === null) return { why: "there is no place for the cache" };
  compileBy(boot.compiled.compile);
  const bundle = load(join(folder, "start.cjs"), own) as { start: typeof start };
  // Nothing is prepared beside the program: a module is analysed when a function of it is called.
  const plain: MakePlain = (tools, analyse) => new PlainModules(tools, analyse);
  bundle.start({ ...boot, config: { ...boot.config, prepare: false } }, null, plain);
  return runningEngine() ?? { why: "dumbo could not start" };
}
