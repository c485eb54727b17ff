/**
 * Compiles code that calls V8's internal functions (`%HaveSameMap`). V8 parses such code only under a flag, which is set while the code
 * is compiled and reset at once. Where that is not possible, the answer is null, and callers take a slower way.
 */
import { compileFunction } from "node:vm";
import { lazyModule } from "../node/lazy.ts";

// Captured before the program can replace it.
const { Function: LanguageFunction } = globalThis;

const FLAG = "allow-natives-syntax";
/** The flags with which the process was started. V8 takes `_` for `-`. */
const FLAGS: readonly string[] = process.execArgv.map((flag) => flag.replaceAll("_", "-"));

/**
 * Compiles the body of a function that calls V8's internal functions, and calls it. Null where that is not possible.
 * @param tryAll calls each function in what the body returned, and answers whether all work. V8 parses an inner function only when it
 *   is first called, so a function that was not called here could not be parsed later
 */
export function compileForEngine<T>(body: string, tryAll: (made: T) => boolean): T | null {
  if (isParsed(body)) return compile(body, tryAll);
  // Flags belong to the whole process: other threads may be parsing meanwhile. A worker does not know the flags of the process either.
  if (!lazyModule("worker_threads").isMainThread) return null;
  // With frozen flags, V8 ends the process that changes one.
  if (hasFlag("freeze-flags-after-init") || "electron" in process.versions) return null;
  // `isParsed` could not tell whether the program has set the flag, and resetting it would then change the program.
  if (hasFlag("disallow-code-generation-from-strings")) return null;
  const { setFlagsFromString } = lazyModule("v8");
  setFlagsFromString(`--${FLAG}`);
  try {
    return compile(body, tryAll);
  } finally {
    setFlagsFromString(`--no-${FLAG}`);
  }
}

/**
 * Whether the user or the program has set the flag. No function of Node's is used, because for code that it cannot parse it would
 * call the program's `Error.prepareStackTrace`.
 */
function isParsed(body: string): boolean {
  try {
    new LanguageFunction(body);
    return true;
  } catch {
    return false;
  }
}

function hasFlag(name: string): boolean {
  for (let i = 0; i < FLAGS.length; i++) if (FLAGS[i] === `--${name}`) return true;
  return false;
}

function compile<T>(body: string, tryAll: (made: T) => boolean): T | null {
  try {
    const made = compileFunction(body)() as T;
    return tryAll(made) ? made : null;
  } catch {
    return null;
  }
}
