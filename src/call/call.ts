/** One call of a guarded function, and its key. */

import { types } from "node:util";
import type { Snapshot } from "../change/snapshot.ts";
import { beginKey } from "../code/captured-scope.ts";
import type { GuardFunction } from "../code/guard-text.ts";
import type { Reach } from "../code/reach.ts";
import { type Key, type KeyedCall, type KeyNotes, makeKey } from "../key/key.ts";
import type { ReachCache } from "../key/reach-cache.ts";
import { type Reason, within } from "../reason/reason.ts";
import type { Owner } from "../store/store.ts";
import type { CallName } from "../trace/made-calls.ts";
import type { Trace } from "../trace/trace.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import type { Host } from "./host.ts";
import { noteArguments } from "./shown-arguments.ts";
import type { LiveSite } from "./site.ts";

/** One call of a guarded function. */
export interface Call {
  readonly live: LiveSite;
  readonly guard: GuardFunction;
  readonly self: unknown;
  readonly args: readonly unknown[];
  /** Of a function that is memoized by hand. */
  readonly byHand?: CallByHand;
}

/** A call of a function that is memoized by hand: its key may be made of other values than the body gets. */
export interface CallByHand {
  /** Runs the body, as often as it is called. */
  readonly body: () => unknown;
  /** Whether what the body has returned is to be stored: asked after it, with what it has read and printed. */
  readonly isKept: (trace: Trace) => boolean;
  /** Files whose content is in the key: that the body reads them is no dependency. */
  readonly covered: ReadonlySet<string>;
  /** It runs whatever is stored, and its result takes the place of that. */
  readonly refreshes: boolean;
  /** Whose results outside of all contexts are. */
  readonly outside: Owner;
  /** Milliseconds that the body has run, where others run while it waits for them. */
  readonly ran?: () => number;
}

/** A call by its key outside of all contexts; notes its arguments for readers. */
export function nameOf({ live, args }: Call, key: string): CallName {
  noteArguments(key, args);
  return { key, name: live.site.name };
}

/** Why nothing would tell what a call has changed. */
export interface NoSnapshot {
  readonly refused: Reason;
}

/** A call that no entry answers so far. */
export interface Miss {
  readonly key: Key;
  readonly reach: Reach;
  /** Milliseconds that the key and the look-up took. */
  readonly keyMs: number;
  /** What the key is made of, before the body changes it; null where a change is not kept; or why there is none. */
  readonly before: Snapshot | NoSnapshot | null;
  /** Why the call may not be stored if anything of it goes on after others may run; or null. */
  readonly whyNotLater: Reason | null;
  /** Other processes were told of the call and may wait for it: `OtherProcesses.finish` has to follow. */
  readonly isClaimed: boolean;
}

/** Whether the body may leave work to promises: its frame has to follow it through them. */
export function isFollowed({ site }: LiveSite, { walk }: Key): boolean {
  return site.async || walk.traits.has("async");
}

/**
 * Whether what the body changes may be kept: if it runs to its end before any other code does, and leaves nothing that goes on, which
 * is known when it has ended. An async function that waits itself does not.
 */
export function mayKeepChanges({ site }: LiveSite): boolean {
  return !site.async || site.late === undefined;
}

/**
 * Whether the body does the same when it runs later: nothing that it reads, or is given, can change until then, and it assigns to no
 * binding, which others may read meanwhile.
 */
export function mayRunLater({ site }: LiveSite, { walk }: Key, reach: Reach, reachCache: ReachCache): boolean {
  const isFixed = site.async && walk.seen.size === 0 && !walk.traits.has("floating");
  return isFixed && reachCache.isConstant(reach) && reach.assigned.every(({ isAssigned }) => !isAssigned);
}

/** A key, and why a call with it may not be stored if anything of it goes on after others may run; or null. */
export interface KeyInTime {
  readonly key: Key;
  readonly whyNotLater: Reason | null;
}

/**
 * The key of a call before its body runs, in the look-up that has found the reach: what closures have captured is not read again.
 * @param nodes abandon after so many values
 * @throws {Unkeyable} or what reading the state throws
 */
export function keyOf(host: Host, { live, self, args }: Call, reach: Reach, nodes: number): KeyInTime {
  const { reachCache, env } = host;
  const key = makeKey(keyedCall(live, reach, self, args), reachCache, nodes, env());
  const { seen, reaches, traits } = key.walk;
  const { async: isAsync, late } = live.site;
  let why: Reason | null = null;
  const given = { self: live.site.usesThis ? self : undefined, args, seen, reaches };
  if (live.isStream) why = reachCache.changeableLater(live.unit, given);
  else if (isAsync) why = reachCache.changeable(live.unit, late, given);
  if (why === null && traits.has("changes") && isFollowed(live, key)) why = { kind: "changes-unseen" };
  // A function that waits itself is not recorded in vain.
  if (why !== null && isAsync && late !== undefined) throw new Unkeyable(why);
  return { key, whyNotLater: why && within({ step: "call" }, why) };
}

/**
 * The key of the same call after its body ran: a part that differs was changed by the body.
 * @param notes takes digests of what went into it
 * @throws {Unkeyable} or what reading the state throws
 */
export function keyAfter(
  { reachCache, env }: Host,
  { live, self, args }: Call,
  { key, reach }: Miss,
  notes?: KeyNotes,
): Key {
  beginKey();
  return makeKey(keyedCall(live, reach, self, args), reachCache, Number.POSITIVE_INFINITY, env(), key, notes);
}

function keyedCall({ site }: LiveSite, reach: Reach, self: unknown, args: readonly unknown[]): KeyedCall {
  // The path tells a static method from an instance method of the same name.
  const path = site.access.kind === "path" ? site.access.path.join(".") : "";
  return { name: `${site.name} ${path}`, reach, self: site.usesThis ? self : undefined, args, levels: site.levels };
}

/** Whether an argument is a function, or has functions among its own properties. */
export function holdsFunction(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value === "function";
  if (types.isProxy(value) || ArrayBuffer.isView(value)) return false;
  return Object.values(Object.getOwnPropertyDescriptors(value)).some(
    ({ value: own, get, set }) => typeof own === "function" || get !== undefined || set !== undefined,
  );
}
