/**
 * Stack traces as they would be without dumbo: the frames of a recorded call are taken out.
 *
 * A call that misses runs its function again from within its own guard, so that the function stands on the stack twice
 * with dumbo between. `Error.prepareStackTrace` is Node's own hook for this; it is left alone while source maps are on,
 * because Node then formats stacks elsewhere.
 */

import { getBuiltinModule } from "../audit/builtins/originals.ts";
import { noticeStacksBy } from "../audit/taps/output.ts";
import { touch } from "../audit/taps/wrap.ts";
import { GUARD_NAME } from "../src/call/memoizer.ts";
import { state } from "../src/trace/frames.ts";

type Prepare = (error: Error, trace: NodeJS.CallSite[]) => unknown;
type Switch = (this: unknown, enabled: boolean, ...rest: unknown[]) => unknown;

/** @param own dumbo's folder */
export function hideOwnFrames(own: string): void {
  const original = Error.prepareStackTrace as Prepare | undefined;
  if (typeof original !== "function" || process.sourceMapsEnabled) return;
  const prepareStackTrace: Prepare = (error, trace) => {
    // The engine asks when a stack is read for the first time, under whatever name.
    if (state.open !== 0) touch("stack", "a stack trace");
    // A program may call it, with anything.
    return original.call(Error, error, Array.isArray(trace) ? visible(trace, own) : trace);
  };
  Error.prepareStackTrace = prepareStackTrace;
  noticeStacksBy(prepareStackTrace);
  const giveBack = () => {
    if (Error.prepareStackTrace === prepareStackTrace) Error.prepareStackTrace = original;
  };
  beforeEnabling(process as unknown as Record<string, unknown>, "setSourceMapsEnabled", giveBack);
  beforeEnabling(
    getBuiltinModule("node:module") as unknown as Record<string, unknown>,
    "setSourceMapsSupport",
    giveBack,
  );
}

/** The frames that the program has, as many as it asked for. */
function visible(trace: NodeJS.CallSite[], own: string): NodeJS.CallSite[] {
  const isOwn = (site: Partial<NodeJS.CallSite> | null) => String(site?.getFileName?.()).startsWith(own);
  const shown = trace.some(isOwn)
    ? trace.filter((site, at) => {
        const inner = trace[at - 1];
        const outer = trace[at + 1];
        // Node's own frame of AsyncLocalStorage, between dumbo's.
        if (inner && outer && isOwn(inner) && isOwn(outer)) return false;
        // What called a guard is the function whose body runs above already.
        return !isOwn(site) && !(inner && isOwn(inner) && inner.getFunctionName() === GUARD_NAME);
      })
    : trace;
  return shown.slice(0, Error.stackTraceLimit);
}

/** Node formats with source maps as soon as they are switched on, unless somebody formats stacks himself. */
function beforeEnabling(holder: Record<string, unknown>, name: string, run: () => void): void {
  const original = holder[name] as Switch | undefined;
  if (typeof original !== "function") return;
  const wrapped: Switch = function (enabled, ...rest) {
    if (enabled) run();
    return Reflect.apply(original, this, [enabled, ...rest]);
  };
  Object.defineProperty(wrapped, "name", { value: name });
  holder[name] = wrapped;
}
