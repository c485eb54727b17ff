/** One call of a guarded function, and its key. */

import { types } from "node:util";
import type { Snapshot } from "../change/snapshot.ts";
import { beginKey } from "../code/captured-scope.ts";
import type { GuardFunction } from "../code/guard-text.ts";
import type { Reach } from "../code/reach.ts";
import type { ReachCache } from "../key/functions.ts";
import { type Key, type KeyedCall, type KeyNotes, makeKey } from "../key/key.ts";
import type { Reason } from "../reason/reason.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import type { Host } from "./host.ts";
import type { LiveSite } from "./site.ts";

/** One call of a guarded function. */
export interface Call {
  readonly live: LiveSite;
  readonly guard: GuardFunction;
  readonly self: unknown;
  readonly args: readonly unknown[];
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
  /** Other processes were told of the call and may wait for it: `OtherProcesses.finish` has to follow. */
  readonly isClaimed: boolean;
}

/** Whether the body may leave work to promises: its frame has to follow it through them. */
export function isFollowed({ site }: LiveSite, { walk }: Key): boolean {
  return site.async || walk.traits.has("async");
}

/**
 * Whether what the body changes is kept. It runs to its end before any other code does: it is no async function, or one that waits for
 * nothing and reaches no code that could go on later.
 */
export function keepsChanges(live: LiveSite, key: Key): boolean {
  return !isFollowed(live, key) || isStraight(live, key);
}

/**
 * Whether an async function ends without having waited, unless it returns a promise: no code that it reaches is async or mentions
 * promises, or asks for files, which may be answered later.
 */
function isStraight({ site }: LiveSite, { walk: { traits } }: Key): boolean {
  return site.async && site.late === undefined && !traits.has("begins") && !traits.has("outside");
}

/**
 * Whether the body does the same when it runs later: nothing that it reads, or is given, can change until then, and it assigns to no
 * binding, which others may read meanwhile.
 */
export function mayRunLater({ site }: LiveSite, { walk }: Key, reach: Reach, book: ReachCache): boolean {
  const isFixed = site.async && walk.seen.size === 0 && !walk.traits.has("floating");
  return isFixed && book.isConstant(reach) && reach.assigned.every(({ isAssigned }) => !isAssigned);
}

/**
 * The key of a call before its body runs, in the look-up that has found the reach: what closures have captured is not read again.
 * @param nodes abandon after so many values
 * @throws {Unkeyable} or what reading the state throws
 */
export function keyOf(host: Host, { live, self, args }: Call, reach: Reach, nodes: number): Key {
  const { book, env } = host;
  const key = makeKey(keyedCall(live, reach, self, args), book, nodes, env());
  if (live.site.async) {
    const { seen, reaches } = key.walk;
    const changing = book.changeable(live.unit, live.site.late, { self, args, seen, reaches });
    if (changing !== null) throw new Unkeyable(changing);
  }
  if (key.walk.traits.has("changes") && isFollowed(live, key)) throw new Unkeyable({ kind: "changes-unseen" });
  return key;
}

/**
 * The key of the same call after its body ran: a part that differs was changed by the body.
 * @param notes takes digests of what went into it
 * @throws {Unkeyable} or what reading the state throws
 */
export function keyAfter({ book, env }: Host, { live, self, args }: Call, { key, reach }: Miss, notes?: KeyNotes): Key {
  beginKey();
  return makeKey(keyedCall(live, reach, self, args), book, Number.POSITIVE_INFINITY, env(), key, notes);
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
