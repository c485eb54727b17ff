/**
 * Compiles code that calls V8's own functions (`%HaveSameMap`), which V8 parses only under a flag: it is set while the code is
 * compiled and reset at once. Where that does not work, there is no such code, and callers take the slow way.
 */
import { compileFunction } from "node:vm";
import { late } from "../node/lazy.ts";

// Captured before the program can replace it.
const { Function: FunctionOf } = globalThis;

const FLAG = "allow-natives-syntax";
/** V8's flags, as the process was started with them: `-` and `_` are the same in them. */
const FLAGS: readonly string[] = process.execArgv.map((flag) => flag.replaceAll("_", "-"));

/**
 * What the body of a function returns that calls V8's own functions, or null where it cannot be compiled.
 * @param tryAll calls each function of it, because V8 parses a function when it is first called; answers whether they work
 */
export function compileForEngine<T>(body: string, tryAll: (made: T) => boolean): T | null {
  if (isParsed(body)) return compile(body, tryAll);
  // Flags belong to the process, in which others may be parsing; and a worker does not know how the process was started.
  if (!late("worker_threads").isMainThread) return null;
  // There V8 would end the process that changes a flag.
  if (hasFlag("freeze-flags-after-init") || "electron" in process.versions) return null;
  // There nobody can say whether the program has set the flag.
  if (hasFlag("disallow-code-generation-from-strings")) return null;
  const { setFlagsFromString } = late("v8");
  setFlagsFromString(`--${FLAG}`);
  try {
    return compile(body, tryAll);
  } finally {
    setFlagsFromString(`--no-${FLAG}`);
  }
}

/**
 * Whether the user or the program has set the flag. By no function of Node's: those ask the program's
 * `Error.prepareStackTrace` about what they cannot parse.
 */
function isParsed(body: string): boolean {
  try {
    new FunctionOf(body);
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
