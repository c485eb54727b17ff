/**
 * Whether only Node's own loading stands behind dumbo's `load` hook. Only then may the hook answer without asking it. Hooks that others have
 * registered before, hooks in a thread, and functions of `fs` that the program has replaced could give a file another text.
 */
import { getBuiltinModule } from "../../audit/builtins/originals.ts";
import { replaced, replacedInside } from "../../audit/builtins/tapped-functions.ts";

/** Flags that do not change how modules are found and read. With any other flag, Node is asked. */
const HARMLESS =
  /^--(max-old-space-size|max-semi-space-size|stack-size|stack-trace-limit|enable-source-maps|expose-gc|expose_gc|no-warnings|no-deprecation|trace-warnings|trace-uncaught|unhandled-rejections|cpu-prof|cpu-prof-dir|cpu-prof-interval|title)(=|$)/;
const PRELOAD = /^(?:--import|--require|-r)(?:=(.*))?$/;

/** Node's list of what it has loaded. It only grows. */
const loaded = (process as unknown as { moduleLoadList?: readonly string[] }).moduleLoadList;
/** Parts of Node that are loaded when the program registers hooks in a thread, or a file system of its own. */
const INNER = ["internal/modules/esm/hooks", "vfs"];

let seen = 0;
let hasInner = loaded === undefined;

/**
 * Whether no hooks were registered before dumbo's.
 * @param dumboFolder with a separator at the end
 */
export function isFirst(dumboFolder: string, env: NodeJS.ProcessEnv, execArgv: readonly string[]): boolean {
  // What a worker's flags and variables say may not be all that was preloaded in it.
  return !isWorker() && hasHarmlessFlags(dumboFolder, env, execArgv);
}

/**
 * The same for Node 20, where hooks are of the thread in which they were registered, and a worker has none of its parent's. What was preloaded
 * in a worker unseen shows in what Node has loaded there.
 */
export function isFirstInThread(dumboFolder: string, env: NodeJS.ProcessEnv, execArgv: readonly string[]): boolean {
  if (isWorker() && (loaded === undefined || loaded.some(isInner))) return false;
  return hasHarmlessFlags(dumboFolder, env, execArgv);
}

function isWorker(): boolean {
  return (process.abort as { disabled?: boolean }).disabled === true;
}

function hasHarmlessFlags(dumboFolder: string, env: NodeJS.ProcessEnv, execArgv: readonly string[]): boolean {
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
  const { fileURLToPath } = getBuiltinModule("node:url");
  return (name.startsWith("file:") ? fileURLToPath(name) : name) === `${dumboFolder}auto.cjs`;
}

/** Whether nothing has come behind dumbo's hook since the start. Cost: about 1 us. */
export function isAlone(): boolean {
  for (; loaded !== undefined && seen < loaded.length; seen++) {
    hasInner ||= isInner(loaded[seen] as string);
  }
  return !hasInner && replaced() === null && replacedInside() === null;
}

function isInner(name: string): boolean {
  return INNER.some((one) => name.includes(one));
}
