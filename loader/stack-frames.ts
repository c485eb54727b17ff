/**
 * Makes stack traces look as they would without dumbo: frames that a recorded call has added are taken out.
 *
 * A call that misses runs its function again from within its guard: so the function stands on the stack twice, with frames of dumbo's between.
 * Node's hook for this is `Error.prepareStackTrace`. With source maps on, it is left alone, because Node then formats stacks elsewhere.
 */

import { asAtStart } from "../audit/builtins/as-at-start.ts";
import { noteNoticed } from "../audit/builtins/noticed-functions.ts";
import { getBuiltinModule } from "../audit/builtins/originals.ts";
import { originOf } from "../audit/taps/made-origins.ts";
import { isMadeNear } from "../audit/taps/near-caller.ts";
import { touch } from "../audit/taps/touch.ts";
import { framesToShow } from "../src/call/stack-limit.ts";
import { GUARD_NAME } from "../src/code/guard-text.ts";
import { isInOwnFile, isOwnName } from "../src/own-names.ts";
import { state } from "../src/trace/frames.ts";
import { noticeTracesBy, refuseWhileAsked } from "../src/value/stack-traces.ts";
import { CAPTURE_NAME, capturedLimit, noteCapturedLimits } from "./captured-limits.ts";
import { asReported, asTyped, type Shown } from "./repl/traces.ts";

/** A call site with a method that Node's types leave out. */
type HashedSite = NodeJS.CallSite & { getScriptHash(): string };
type Prepare = (error: Error, trace: NodeJS.CallSite[]) => unknown;
type Format = (error: Error, trace: readonly Shown[]) => unknown;
type Switch = (this: unknown, enabled: boolean, ...rest: unknown[]) => unknown;

// Captured before inputs at a prompt can declare anything in the place of globals.
const { isArray } = Array;
const { apply } = Reflect;
const textOf = String;
const LanguageError = Error;

/** @param dumboFolder with a separator at the end */
export function hideDumboFrames(dumboFolder: string): void {
  const original = Error.prepareStackTrace as Format | undefined;
  if (typeof original !== "function" || process.sourceMapsEnabled) return;
  const prepareStackTrace: Prepare = (error, trace) => {
    refuseWhileAsked();
    // V8 calls this when a stack is first read, by whatever name the program reads it.
    if (state.open !== 0) touch("stack", "a stack trace");
    // The program may call this function itself, with any arguments.
    const shown = isArray(trace) ? asAtStart(() => visible(trace, dumboFolder, error), trace) : trace;
    return apply(original, LanguageError, [error, shown]);
  };
  noteCapturedLimits();
  Error.prepareStackTrace = prepareStackTrace;
  noticeTracesBy(prepareStackTrace);
  noteNoticed(prepareStackTrace, prepareStackTrace, "Error.prepareStackTrace");
  const giveBack = () => {
    if (Error.prepareStackTrace === prepareStackTrace) Error.prepareStackTrace = original as Prepare;
  };
  beforeEnabling(process as unknown as Record<string, unknown>, "setSourceMapsEnabled", giveBack);
  beforeEnabling(
    getBuiltinModule("node:module") as unknown as Record<string, unknown>,
    "setSourceMapsSupport",
    giveBack,
  );
}

/** A frame of a trace as it is shown, and the call site that it shows. */
interface StackFrame {
  readonly shown: Shown;
  readonly site: NodeJS.CallSite;
}

/** The frames of the program, as many as it asked for. */
function visible(captured: NodeJS.CallSite[], dumboFolder: string, error: Error): Shown[] {
  const isDumbo = (site: Partial<NodeJS.CallSite> | null | undefined) =>
    isOwnName(textOf(site?.getFileName?.()), dumboFolder);
  const isByCapture = isDumbo(captured[0]) && captured[0]?.getFunctionName() === CAPTURE_NAME;
  const trace = isByCapture ? captured.slice(1) : captured;
  const frames: StackFrame[] = [];
  /** The last frame of the program, and its place among the frames that are shown. */
  let above: { readonly site: NodeJS.CallSite; readonly at: number } | null = null;
  let hasDumbo = false;
  for (const [at, site] of trace.entries()) {
    if (isDumbo(site)) {
      hasDumbo = true;
      continue;
    }
    const inner = trace[at - 1];
    // Node's frame of an AsyncLocalStorage, between frames of dumbo's.
    if (isDumbo(inner) && isDumbo(trace[at + 1])) continue;
    const hasCalledGuard = isDumbo(inner) && inner?.getFunctionName() === GUARD_NAME;
    // No frame of the program stands above: `Error.captureStackTrace` was given the function, and has left out the run of its body, but not this frame.
    if (above === null && hasCalledGuard) continue;
    // This frame has called a guard: it is of the same function as the frame above, and only adds how that was called.
    if (above && hasCalledGuard && isSame(above.site, site)) {
      frames[above.at] = { shown: calledAs(site, above.site), site: above.site };
    } else {
      above = { site, at: frames.length };
      frames.push({ shown: withOrigin(site, dumboFolder), site });
    }
  }
  const noted = capturedLimit(error);
  const limit = noted === undefined ? framesToShow(hasDumbo, trace.length) : noted;
  const reported = limit === null ? frames : asReported(error, frames, limit);
  return reported.slice(0, limit ?? frames.length).map(({ shown, site }) => asTyped(shown, site));
}

/** A frame of code that was made of a text. dumbo's tap has called the constructor: the place in the program that made it is shown. */
function withOrigin(site: NodeJS.CallSite, dumboFolder: string): Shown {
  const origin = site.getEvalOrigin?.();
  if (origin === undefined || !(isInOwnFile(origin, dumboFolder) || isMadeNear(origin))) return site;
  const text = site.toString().replace(origin, () => originOf((site as HashedSite).getScriptHash()));
  return { toString: () => text };
}

/** Whether two frames are of one function. */
function isSame(a: NodeJS.CallSite, b: NodeJS.CallSite): boolean {
  return (
    a.getFunctionName() === b.getFunctionName() &&
    a.getFileName() === b.getFileName() &&
    a.getEnclosingLineNumber() === b.getEnclosingLineNumber() &&
    a.getEnclosingColumnNumber() === b.getEnclosingColumnNumber()
  );
}

/** A frame that shows how `call` was called, its receiver or its `new`, and the place in the body. */
function calledAs(call: NodeJS.CallSite, body: NodeJS.CallSite): Shown {
  const [called, ran] = [call.toString(), body.toString()];
  const [ofCall, ofBody] = [placeOf(call), placeOf(body)];
  if (!called.endsWith(ofCall) || !ran.endsWith(ofBody)) return body;
  const text = called.slice(0, -ofCall.length) + ofBody;
  return { toString: () => text };
}

function placeOf(site: NodeJS.CallSite): string {
  return `(${site.getFileName()}:${site.getLineNumber()}:${site.getColumnNumber()})`;
}

/**
 * Runs something before source maps are switched on. Node then formats stacks by them only if nobody has set a `prepareStackTrace`: dumbo's
 * has to be gone.
 */
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
