/** Whether dumbo's hooks are the first ones in a process, by its flags. boot.cjs asks for it, too, so that this file has to stay small. */
import { realpathSync } from "../../src/node/fs.ts";
import { isAbsolute, resolve } from "../../src/node/path.ts";
import { fileURLToPath } from "../../src/node/url.ts";

/** Flags that do not change how modules are found and read. With any other flag, Node is asked. */
const HARMLESS =
  /^--(max-old-space-size|max-semi-space-size|stack-size|stack-trace-limit|enable-source-maps|expose-gc|expose_gc|no-warnings|no-deprecation|trace-warnings|trace-uncaught|cpu-prof|cpu-prof-interval)(=|$)/;
/** The same, with a value that Node also takes from the next argument. */
const HARMLESS_WITH_VALUE =
  /^--(env-file|env-file-if-exists|disable-warning|unhandled-rejections|cpu-prof-dir|title)(?:=|$)/;
const PRELOAD = /^(?:--import|--require|-r)(?:=(.*))?$/;

/**
 * Whether no hooks were registered before dumbo's.
 * @param dumboFolder with a separator at the end
 */
export function isFirst(dumboFolder: string, env: NodeJS.ProcessEnv, execArgv: readonly string[]): boolean {
  // What a worker's flags and variables say may not be all that was preloaded in it.
  return !isWorker() && hasHarmlessFlags(dumboFolder, env, execArgv);
}

/** Whether this is no main thread. */
export function isWorker(): boolean {
  return (process.abort as { disabled?: boolean }).disabled === true;
}

/** Whether nothing but dumbo is loaded before the program, and all flags are harmless. @param dumboFolder with a separator at the end */
export function hasHarmlessFlags(dumboFolder: string, env: NodeJS.ProcessEnv, execArgv: readonly string[]): boolean {
  if ((process as { permission?: unknown }).permission !== undefined || env.WATCH_REPORT_DEPENDENCIES) return false;
  const flags = [...(env.NODE_OPTIONS ?? "").split(" ").filter((flag) => flag !== ""), ...execArgv];
  for (let index = 0; index < flags.length; index++) {
    const flag = flags[index] as string;
    const preload = PRELOAD.exec(flag);
    if (preload) {
      if (!isDumbo(preload[1] ?? flags[++index] ?? "", dumboFolder)) return false;
    } else if (HARMLESS_WITH_VALUE.test(flag)) {
      if (!flag.includes("=")) index++;
    } else if (!HARMLESS.test(flag)) return false;
  }
  return true;
}

function isDumbo(name: string, dumboFolder: string): boolean {
  if (name === "dumbo/auto") return true;
  const own = `${dumboFolder}auto.cjs`;
  const path = name.startsWith("file:") ? fileURLToPath(name) : name;
  if (path === own) return true;
  // A bare name is looked up in packages, which only Node does.
  if (!isAbsolute(path) && !path.startsWith("./") && !path.startsWith("../")) return false;
  try {
    // Through a link, as npm makes one for a package of a folder beside.
    return realpathSync(resolve(path)) === own;
  } catch {
    return false;
  }
}
