/** Whether dumbo's hooks are the first ones in a process, by its flags. boot.cjs asks for it, too, so that this file has to stay small. */
import { fileURLToPath } from "../../src/node/url.ts";

/** Flags that do not change how modules are found and read. With any other flag, Node is asked. */
const HARMLESS =
  /^--(max-old-space-size|max-semi-space-size|stack-size|stack-trace-limit|enable-source-maps|expose-gc|expose_gc|no-warnings|no-deprecation|trace-warnings|trace-uncaught|unhandled-rejections|cpu-prof|cpu-prof-dir|cpu-prof-interval|title)(=|$)/;
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
    if (preload ? !isDumbo(preload[1] ?? flags[++index] ?? "", dumboFolder) : !HARMLESS.test(flag)) return false;
  }
  return true;
}

function isDumbo(name: string, dumboFolder: string): boolean {
  if (name === "dumbo/auto") return true;
  return (name.startsWith("file:") ? fileURLToPath(name) : name) === `${dumboFolder}auto.cjs`;
}
