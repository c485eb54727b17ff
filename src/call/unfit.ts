/** Why a call that has ended cannot be stored: a hit could not do all that the body did. */
import type { BuiltInChange } from "../code/reach-context.ts";
import type { Reason } from "../reason/reason.ts";
import { type Frame, hasBegunWork } from "../trace/frames.ts";
import { CHANGED, type Dependency, hasWaited, type Trace } from "../trace/trace.ts";
import type { BodyResult } from "./body-end.ts";
import { type Miss, mayRunLater } from "./call.ts";
import type { Host } from "./host.ts";
import { whyNotKeyed } from "./made-code.ts";
import type { LiveSite } from "./site.ts";
import { limitOfProgram } from "./stack-limit.ts";

/** Node tells the program of a promise that is rejected while nobody waits for it, and a hit would not. */
const DROPPED: Reason = { kind: "dropped-promise" };
const UNCOUNTED: Reason = { kind: "uncounted-turns" };

/** Null if nothing forbids it. @param trace of the call, as it would be stored */
export function whyUnfit(host: Host, live: LiveSite, miss: Miss, frame: Frame, trace: Trace): Reason | null {
  return (
    frame.effect ??
    // The streams of the web make promises of their own to which nothing is attached.
    (!live.isStream && frame.loose.isAnyDropped ? DROPPED : null) ??
    (frame.made && whyNotKeyed(frame.made, miss, hasBegunWork(frame))) ??
    whyNotAgain(host, live, miss, trace) ??
    // The call may have put something on a built-in, by whatever name it has that: a hit would leave it out.
    host.forbidden(true) ??
    whyBuiltInsDiffer(host, miss) ??
    // Code that has `Error` by another name can set it without a probe.
    (limitOfProgram() === miss.limit ? null : { kind: "changed-built-in", name: "Error.stackTraceLimit" })
  );
}

/**
 * The same for an async call that waited for nothing outside, and took more turns than were counted: a hit would come back in another one. Whoever memoizes
 * a function by hand is told so in docs/soundness.md; what a function on the assumePure list waits for is not known.
 */
export function whyOutOfTurn(live: LiveSite, frame: Frame, { turns }: BodyResult, trace: Trace): Reason | null {
  const isVouched = live.isByHand || frame.vouched || frame.overrode > 0;
  return turns === null && !isVouched && !hasWaited(trace) ? UNCOUNTED : null;
}

/** The same for promises that something was attached to, when Node has told of those that were rejected. */
export function whyDropped({ isStream }: LiveSite, { loose }: Frame): Reason | null {
  return !isStream && loose.wasAnyDropped ? DROPPED : null;
}

/** Why a hit could not do again what the call did outside, or null. */
function whyNotAgain(host: Host, live: LiveSite, miss: Miss, trace: Trace): Reason | null {
  const { valueLimit, outside } = host;
  if (trace.writes?.some(({ size }) => size > valueLimit)) {
    return { kind: "large-write", limit: valueLimit };
  }
  if (trace.dependencies.some(isOfConsole) && outside.consoleTaken() === null) return CHANGED;
  return hasWaited(trace) ? whyWaitUnfit(host, live, miss, trace) : null;
}

/**
 * Why a call that waited for its reads or writes cannot be stored, or null. A look-up waits for the same reads, and if a dependency has
 * changed, the body starts only after that: so it has to do the same when it runs later.
 */
function whyWaitUnfit(
  { outside, reachCache }: Host,
  live: LiveSite,
  { key, reach }: Miss,
  { dependencies, output, writes = [] }: Trace,
): Reason | null {
  const doesWrite = writes.length > 0;
  if (output.length > 0 || [...dependencies, ...writes].some(({ waits }) => !waits)) {
    return { kind: "mixed-waits", writes: doesWrite };
  }
  if (!mayRunLater(live, key, reach, reachCache)) {
    return { kind: "changeable-input", writes: doesWrite };
  }
  if (!outside.wrote(writes)) return { kind: "others-wrote" };
  // A file may have changed between the question and the answer: only an answer that still holds is kept.
  const isSame = dependencies.every((one) => outside.revalidate(one) !== null);
  return isSame ? null : CHANGED;
}

/** What the program has done to built-in objects since a call's key was made, or null: the call may have done it, and a hit would not. */
function whyBuiltInsDiffer({ reachCache }: Host, { key }: Miss): Reason | null {
  const before = key.walk.builtInChanges;
  const now = reachCache.builtInChanges();
  if (now === before) return null;
  const isNew = (list: readonly BuiltInChange[]) => (one: BuiltInChange) => !list.some(({ path }) => path === one.path);
  const other = now.find(isNew(before)) ?? before.find(isNew(now)) ?? now[0];
  return { kind: "changed-built-in", name: other?.path ?? "a built-in" };
}

/** Whether a dependency says that the console is Node's own: it is asked again at the end, because the call may have changed it. */
function isOfConsole({ query }: Dependency): boolean {
  return query[0] === "console";
}
