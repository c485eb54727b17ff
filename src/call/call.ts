/** One call of a guarded function, and its key. */

import { types } from "node:util";
import type { Snapshot } from "../change/snapshot.ts";
import { beginKey } from "../code/captured-scope.ts";
import type { GuardFunction } from "../code/guard-text.ts";
import type { Reach } from "../code/reach.ts";
import { type Key, type KeyedCall, type KeyNotes, makeKey, type StandIn } from "../key/key.ts";
import type { ReachCache } from "../key/reach-cache.ts";
import { type Reason, within } from "../reason/reason.ts";
import type { Owner } from "../store/store.ts";
import type { CallName } from "../trace/made-calls.ts";
import type { Trace } from "../trace/trace.ts";
import { TooLarge, Unkeyable } from "../value/unkeyable.ts";
import type { Alias } from "./given-value.ts";
import type { Host } from "./host.ts";
import { noteArguments } from "./shown-arguments.ts";
import type { LiveSite } from "./site.ts";

/** One call of a guarded function. */
export interface Call {
  readonly live: LiveSite;
  readonly guard: GuardFunction;
  readonly self: unknown;
  readonly args: readonly unknown[];
  /** Set for a call of a function that is memoized by hand. */
  readonly byHand?: CallByHand;
}

/** What the library (src/api) says of one call: its key may be made of other values than the body gets. */
export interface CallByHand {
  /** Runs the body once. */
  readonly body: () => unknown;
  /** Whether the result is to be stored: asked when the body has ended, with what it has read and printed. */
  readonly isKept: (trace: Trace) => boolean;
  /** Files whose content is in the key: that the body reads them is no dependency. */
  readonly covered: ReadonlySet<string>;
  /** Whether the body runs even if an entry would answer, and its result takes the place of that. */
  readonly refreshes: boolean;
  /** The owner of the results that are kept outside of all contexts. */
  readonly outside: Owner;
  /** How long the body itself has run, in ms: for a stream, whose caller runs between its steps. */
  readonly ran?: () => number;
}

/** A call by name and key, for graphs of calls; its arguments are noted for readers. @param key outside of all contexts */
export function nameOf({ live, args }: Call, key: string): CallName {
  noteArguments(key, args);
  return { key, name: live.site.name };
}

/** Why there is no snapshot of what a call may change: a change is noticed then, but cannot be kept. */
export interface NoSnapshot {
  readonly refused: Reason;
}

/** A call that no entry answers so far. */
export interface Miss {
  readonly key: Key;
  readonly reach: Reach;
  /** Milliseconds that the key and the look-up took. */
  readonly keyMs: number;
  /** A snapshot of what the call may change; why there could be none; or null where none is made, because no change is kept. */
  readonly before: Snapshot | NoSnapshot | null;
  /** Why the call may not be stored if any work of it goes on while other code runs; null if it may. */
  readonly whyNotLater: Reason | null;
  /** Whether other processes were told of the call, and may wait for it: `OtherProcesses.finish` has to follow. */
  readonly isClaimed: boolean;
  /** The program's `Error.stackTraceLimit` before the call. */
  readonly limit: number | null;
  /** Where the call's entry is to be found without one of its arguments, too. */
  readonly alias?: Alias | undefined;
}

/** Whether the body may leave work to promises, so that its frame has to follow it through them. */
export function isFollowed({ site }: LiveSite, { walk }: Key): boolean {
  return site.async || walk.traits.has("async");
}

/**
 * Whether changes that the body makes may be kept with its result: only if it runs to its end before any other code, which an async function
 * that waits does not. Whether it leaves work that goes on is known only when it has ended, and is asked then.
 */
export function mayKeepChanges({ site }: LiveSite): boolean {
  return !site.async || site.late === undefined;
}

/**
 * Whether the body does the same if it runs later: nothing that it reads, or is given, can change until then, and it assigns to no
 * binding that other code may read in the meantime.
 */
export function mayRunLater({ site }: LiveSite, { walk }: Key, reach: Reach, reachCache: ReachCache): boolean {
  const isFixed = site.async && walk.seen.size === 0 && !walk.traits.has("floating");
  return isFixed && reachCache.isConstant(reach) && reach.assigned.every(({ isAssigned }) => !isAssigned);
}

/** The key of a call, and {@link Miss.whyNotLater}. */
export interface KeyInTime {
  readonly key: Key;
  readonly whyNotLater: Reason | null;
}

/**
 * The key of a call, before its body runs. To be made in the look-up that has found the reach: captured bindings are not read again here.
 * @param nodes abandon after so many values
 * @param standIn stands for one of the arguments
 * @throws {Unkeyable} and what reading the state throws
 */
export function keyOf(
  host: Host,
  { live, self, args }: Call,
  reach: Reach,
  nodes: number,
  standIn?: StandIn,
): KeyInTime {
  const { reachCache } = host;
  const key = makeKey({ ...keyedCall(live, reach, self, args), standIn }, reachCache, nodes);
  const { seen, reaches, traits } = key.walk;
  const { async: isAsync, late } = live.site;
  let why: Reason | null = null;
  const given = { self: live.site.usesThis ? self : undefined, args, seen, reaches };
  if (live.isStream) why = reachCache.changeableLater(live.unit, given);
  else if (isAsync) why = reachCache.changeable(live.unit, late, given);
  if (why === null && traits.has("changes") && isFollowed(live, key)) why = { kind: "changes-unseen" };
  // A function that waits could never be stored with this key: it is refused at once, and not recorded in vain.
  if (why !== null && isAsync && late !== undefined) throw new Unkeyable(why);
  return { key, whyNotLater: why && within({ step: "call" }, why) };
}

/**
 * The key of the same call after its body ran: a part that differs was changed by the body.
 * @param notes takes digests of what went into it
 * @throws {Unkeyable} and what reading the state throws
 */
export function keyAfter(
  { reachCache }: Host,
  { live, self, args }: Call,
  { key, reach }: Miss,
  notes?: KeyNotes,
): Key {
  beginKey();
  return makeKey(keyedCall(live, reach, self, args), reachCache, Number.POSITIVE_INFINITY, key, notes);
}

function keyedCall({ site }: LiveSite, reach: Reach, self: unknown, args: readonly unknown[]): KeyedCall {
  // With the path: a static method and an instance method may have the same name.
  const path = site.access.kind === "path" ? site.access.path.join(".") : "";
  return { name: `${site.name} ${path}`, reach, self: site.usesThis ? self : undefined, args, levels: site.levels };
}

/** Whether an argument is a function, or has a function or an accessor among its own properties. */
export function holdsFunction(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value === "function";
  if (types.isProxy(value) || ArrayBuffer.isView(value)) return false;
  return Object.values(Object.getOwnPropertyDescriptors(value)).some(
    ({ value: own, get, set }) => typeof own === "function" || get !== undefined || set !== undefined,
  );
}

/** Null where a call has no key, or none in time. @param make makes it */
export function unlessKeyless<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof TooLarge || error instanceof Unkeyable || error instanceof ReferenceError) return null;
    throw error;
  }
}
