/**
 * What a body did to `this`, its arguments and the state that it reads, and the bytes of its result. With a snapshot from before the
 * body, changes go into the entry, and hits make them again. Without one, the keys before and after are compared: a call that changed
 * anything is not stored, because a hit would leave the change out.
 */
import type { Change } from "../change/change.ts";
import { Snapshot } from "../change/snapshot.ts";
import type { Reach } from "../code/reach.ts";
import { type Encoded, encode, encodeWithChanges } from "../codec/codec.ts";
import { changeIn, changeInGiven, hasOtherZone, type Key, type KeyNotes } from "../key/key.ts";
import { type Reason, within } from "../reason/reason.ts";
import { TooLarge, Unkeyable } from "../value/unkeyable.ts";
import { type Call, keyAfter, type Miss, mayKeepChanges, type NoSnapshot } from "./call.ts";
import type { Host } from "./host.ts";
import type { LiveSite } from "./site.ts";

/** A result's bytes, or why the call may not be stored. `isChange`: the reason is a change, which could be kept with a snapshot. */
export type EncodedResult = Encoded & { readonly isChange?: boolean };

/** A key of more objects is not made once more to note what went into it. */
const NOTED = 1000;

const CHANGES_NOTHING: Reason = { kind: "changes-nothing" };

/** A copy of all that a call may change, made before its body; null where no change is kept, because the call may wait while others run. */
export function snapshotOf({ reachCache }: Host, live: LiveSite, key: Key, reach: Reach): Snapshot | NoSnapshot | null {
  if (!mayKeepChanges(live)) return null;
  try {
    return new Snapshot(key.walk, key.state === null ? null : reachCache.settled.settle(reach, key.state));
  } catch (error) {
    if (error instanceof Unkeyable) return { refused: error.reason };
    throw error;
  }
}

/**
 * A result's bytes, or why the call may not be stored.
 * @param wrote the code that wrote to state outside while the body ran, or null
 * @param notes takes digests of what went into the key
 * @throws TooLarge when the time is up
 */
export function encodeResult(
  host: Host,
  call: Call,
  miss: Miss,
  value: unknown,
  wrote: Reason | null = null,
  notes?: KeyNotes,
): EncodedResult {
  const { before } = miss;
  if (hasOtherZone(miss.key)) return { refused: { kind: "other-zone" } };
  if (before instanceof Snapshot) return encodeWithSnapshot(host, call, miss, { before, value, wrote, notes });
  try {
    const after = keyAfter(host, call, miss, notes);
    const what = changeIn(miss.key, after);
    if (what !== null && before !== null) return { refused: within({ step: "call" }, before.refused) };
    if (what !== null) return { refused: what, isChange: true };
    if (call.live.site.returnsNothing) return { refused: CHANGES_NOTHING };
    // The walks of both keys have met every object that the result may share with arguments and state: the result names those by number.
    return encode(value, { before: miss.key.walk, after: after.walk }, host.valueLimit);
  } catch (error) {
    if (error instanceof TooLarge) throw error;
    if (error instanceof Unkeyable) return { refused: within({ step: "after-call" }, error.reason) };
    throw error;
  }
}

/** With a snapshot, no key is made after the body, and nothing is noted for `dumbo why`: so a small key is made once more for that. */
function takeNotes(host: Host, call: Call, miss: Miss, notes: KeyNotes): void {
  if (miss.key.walk.seen.size > NOTED) return;
  try {
    keyAfter(host, call, miss, notes);
  } catch (error) {
    if (!(error instanceof Unkeyable)) throw error;
  }
}

interface Returned {
  readonly before: Snapshot;
  readonly value: unknown;
  readonly wrote: Reason | null;
  readonly notes: KeyNotes | undefined;
}

/** A result's bytes, with all that the body has changed. */
function encodeWithSnapshot(
  host: Host,
  call: Call,
  miss: Miss,
  { before, value, wrote, notes }: Returned,
): EncodedResult {
  const { walk } = miss.key;
  let changes: readonly Change[];
  try {
    changes = before.changes();
  } catch (error) {
    if (error instanceof TooLarge) throw error;
    if (error instanceof Unkeyable) return { refused: within({ step: "after-call" }, error.reason) };
    throw error;
  }
  const added = walk.traits.has("namespace") ? host.reachCache.addedToNamespaces() : null;
  if (added !== null) return { refused: { kind: "added-member", name: added } };
  const name = wrote !== null && "name" in wrote ? (wrote.name ?? "state") : null;
  if (changes.length > 0) return encodeWithChanges(value, { changes, wrote: name }, walk, host.valueLimit);
  if (call.live.site.returnsNothing) return { refused: CHANGES_NOTHING };
  if (notes) takeNotes(host, call, miss, notes);
  return encode(value, { before: walk, after: walk }, host.valueLimit);
}

/**
 * What an async body has changed when it first waits, or null. It has to be asked then: other code may see the change while the body
 * waits, even if the body has undone it by its end.
 */
export function changeAtFirstWait(host: Host, call: Call, miss: Miss): Reason | null {
  // Without objects in the key there is nothing to change; assignments to bindings run into probes.
  if (miss.key.walk.seen.size === 0) return null;
  try {
    return changeIn(miss.key, keyAfter(host, call, miss));
  } catch (error) {
    if (error instanceof Unkeyable) return within({ step: "after-call" }, error.reason);
    throw error;
  }
}

/** What a body that waited has done to `this` and its arguments, or null: asked on the turn after its end. */
export function changeOfArguments(host: Host, call: Call, miss: Miss): Reason | null {
  try {
    // Not the state: other calls may have changed it after this one returned.
    return changeInGiven(miss.key, keyAfter(host, call, miss));
  } catch (error) {
    return error instanceof Unkeyable ? error.reason : { kind: "changes", what: "reads" };
  }
}

/**
 * What work that a body left to promises has done to its arguments, state or result since the body returned, or null.
 * @param stored the result's bytes when the body returned
 */
export function changeSinceReturn(
  host: Host,
  call: Call,
  miss: Miss,
  stored: Uint8Array,
  value: unknown,
): Reason | null {
  const again = encodeResult(host, call, miss, value);
  if ("refused" in again) return again.refused;
  return Buffer.compare(again.bytes, stored) === 0 ? null : { kind: "changes", what: "result" };
}
