/**
 * Whether only Node's own loading stands behind dumbo's `load` hook. Only then may the hook answer without asking it. Hooks that others have
 * registered before, hooks in a thread, and functions of `fs` that the program has replaced could give a file another text.
 */
import { replaced, replacedInside } from "../../audit/builtins/tapped-functions.ts";
import { hasHarmlessFlags, isWorker } from "./first-hooks.ts";

/** Node's list of what it has loaded. It only grows. */
const loaded = (process as unknown as { moduleLoadList?: readonly string[] }).moduleLoadList;
/** Parts of Node that are loaded when the program registers hooks in a thread, or a file system of its own. */
const INNER = ["internal/modules/esm/hooks", "vfs"];

let seen = 0;
let hasInner = loaded === undefined;

/**
 * The same as `isFirst` for Node 20, where hooks are of the thread in which they were registered, and a worker has none of its parent's. What was preloaded
 * in a worker unseen shows in what Node has loaded there.
 */
export function isFirstInThread(dumboFolder: string, env: NodeJS.ProcessEnv, execArgv: readonly string[]): boolean {
  if (isWorker() && (loaded === undefined || loaded.some(isInner))) return false;
  return hasHarmlessFlags(dumboFolder, env, execArgv);
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
