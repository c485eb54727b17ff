/** The look-up of a call: its key, the entries that are stored under it, and what is to be done with the call. */
import { beginKey } from "../code/captured-scope.ts";
import type { Reach } from "../code/reach.ts";
import { decode } from "../codec/codec.ts";
import type { Key } from "../key/key.ts";
import { within } from "../reason/reason.ts";
import type { Store } from "../store/store.ts";
import { bookCall } from "../trace/booking.ts";
import { currentContext, type Tweak, type Tweaks } from "../trace/contexts.ts";
import { current, isCovered } from "../trace/frames.ts";
import { withinTime } from "../value/time-limit.ts";
import { TooLarge, Unkeyable } from "../value/unkeyable.ts";
import { type Call, holdsFunction, type KeyInTime, keyOf, type Miss, mayRunLater, nameOf } from "./call.ts";
import { snapshotOf } from "./changes.ts";
import { type Entry, readEntries } from "./entry.ts";
import { tellHit, tellMiss } from "./events.ts";
import { answerHit, countHit } from "./hit.ts";
import type { Host } from "./host.ts";
import { ContextKey, entriesAround, isKeptUnder } from "./in-context.ts";
import { Flight, type Flights } from "./in-flight.ts";
import { afterTurns } from "./microtask-turns.ts";
import type { OtherProcesses } from "./other-processes.ts";
import type { LiveSite } from "./site.ts";
import { findValid, type ValidEntry } from "./validate.ts";

/** What a look-up has found, for a call that has a key. */
export type KeyedLookup =
  /** An entry answers the call, and is counted: return the value. */
  | { readonly kind: "hit"; readonly key: Key; readonly value: unknown }
  /** An entry would answer the call, and is counted: run the body all the same, and compare. */
  | { readonly kind: "verify"; readonly miss: Miss; readonly valid: ValidEntry }
  /** Nothing answers the call: run the body and record it, and land the flight, if there is one, when the body has ended. */
  | { readonly kind: "miss"; readonly miss: Miss; readonly flight: Flight | null }
  /** Another call of this thread is computing this key: wait for its flight, then decode the value, or run the body. */
  | { readonly kind: "wait"; readonly miss: Miss; readonly flight: Flight }
  /** Another process is computing this key: wait for its entry, then look again, or run the body. */
  | { readonly kind: "other-process"; readonly miss: Miss }
  /** The recorded calls waited for what they read: read it again by waiting, then take an entry that holds, or run the body. */
  | { readonly kind: "revalidate"; readonly miss: Miss; readonly entries: readonly Entry[] };

export type Lookup =
  | KeyedLookup
  /** The call has no key: run the body from within the guard, to measure how long it takes. */
  | { readonly kind: "measure" }
  /** The call has no key: let the body run on in its own frame. */
  | { readonly kind: "bypass" };

// Captured before the program can replace it.
const { max } = Math;

/**
 * A function's first key is copied where its call is expected to take so many times as long, or where the key has taken so many
 * milliseconds for state, which others share.
 */
const INSURED = { share: 16, ms: 4 };

/** A key where the call is made, and what is kept elsewhere that holds there; undefined outside of all contexts. */
interface KeyHere extends KeyInTime {
  readonly around?: readonly Entry[];
}

export const BYPASS: Lookup = { kind: "bypass" };
const MEASURE: Lookup = { kind: "measure" };

export class Lookups {
  readonly #host: Host;
  readonly #flights: Flights;
  readonly #otherProcesses: OtherProcesses;
  readonly #onNoStore: () => void;
  #isOpen = false;
  /** How many calls run now that could not be afforded, but are preferred to those inside of them. */
  preferred = 0;

  /** @param onNoStore called when the store cannot be opened */
  constructor(host: Host, flights: Flights, otherProcesses: OtherProcesses, onNoStore: () => void) {
    this.#host = host;
    this.#flights = flights;
    this.#otherProcesses = otherProcesses;
    this.#onNoStore = onNoStore;
  }

  lookUp(call: Call): Lookup {
    const { live, args } = call;
    const { now, work, forbidden, store: openStore, outside } = this.#host;
    const context = currentContext();
    const tweaks = context?.tweaks ?? null;
    // What it calls after it has waited may be tweaked by then.
    if (context?.isFixed === false && live.site.async && !call.byHand) return BYPASS;
    const allowed = live.account.allowance(this.preferred > 0 ? "preferred" : isCovered() ? "recorded" : "nothing");
    if (allowed === null) return this.#decline(live);
    const reason = forbidden();
    if (reason !== null) {
      live.refuse(reason);
      return BYPASS;
    }
    const reach = this.#reach(live, allowed.reachMs);
    if (reach === null) return live.isTimed ? MEASURE : BYPASS;
    if (live.fn === null) return BYPASS;
    if (live.site.foreign && args.some(holdsFunction)) {
      live.noteRefusal({ kind: "given-function" });
      return BYPASS;
    }
    const store = this.#isOpen ? openStore() : this.#open();
    if (store === null) {
      this.#onNoStore();
      return BYPASS;
    }
    // Following the reach and opening the store is paid once: the time of a key starts after both.
    const started = now();
    let keyed: KeyInTime;
    try {
      keyed = withinTime(allowed.ms, work, () => keyOf(this.#host, call, reach, allowed.nodes));
    } catch (error) {
      const spent = work.since(started);
      live.stats.spent += spent;
      if (error instanceof TooLarge) live.account.abandoned(spent);
      return this.#withoutKey(live, error);
    }
    if (call.byHand) {
      const { hash } = keyed.key;
      bookCall(() => nameOf(call, hash));
      const tweak = tweaks?.find(hash);
      if (tweak) return { kind: "hit", key: keyed.key, value: tweakedTo(tweak, keyed.key) };
    }
    const { traits } = keyed.key.walk;
    const replaced = traits.has("outside") ? outside.replaced(traits.has("streams")) : null;
    if (replaced !== null) {
      live.noteRefusal({ kind: "replaced-api", api: replaced });
      return BYPASS;
    }
    return this.#readStore(
      store,
      call,
      tweaks === null ? keyed : this.#inContext(store, call, keyed, tweaks),
      reach,
      started,
    );
  }

  /** The same call as it is known where others are tweaked, with what is kept for it elsewhere. */
  #inContext(store: Store, { live, byHand }: Call, { key, whyNotLater }: KeyInTime, tweaks: Tweaks): KeyHere {
    const owner = byHand?.outside ?? live.owner;
    const sought = { form: "entry", worth: live.expected } as const;
    // Other machines are asked for one context only, and for what is outside of all.
    const get = (hash: string, isOutside: boolean) => store.get(hash, owner, isOutside ? sought : undefined);
    const around = byHand?.refreshes ? [] : entriesAround(tweaks, key.hash, get);
    return { key: new ContextKey(key, tweaks), whyNotLater, around };
  }

  /** Opens the store. That is a part of dumbo's start, which every run has once, and comes later only because it may be in vain. */
  #open(): Store | null {
    const { work, policy, store } = this.#host;
    const began = work.begin();
    this.#isOpen = true;
    const opened = store();
    policy.spent(-work.taken(began));
    return opened;
  }

  /** @param started when the key was begun */
  #readStore(
    store: Store,
    { live, byHand }: Call,
    { key, whyNotLater, around }: KeyHere,
    reach: Reach,
    started: number,
  ): KeyedLookup {
    const refreshes = byHand?.refreshes === true;
    const { now, work, reachCache, verifies: mayVerify } = this.#host;
    const readAt = now();
    const { waited } = store;
    const isAsked = !refreshes && isKeptUnder(key);
    const stored = isAsked ? store.get(key.hash, live.owner, { form: "entry", worth: live.expected }) : undefined;
    const mayClaim = stored === undefined && isAsked && around === undefined && !live.isStream;
    const claims = mayClaim && this.#otherProcesses.isWorthClaiming(live) && !this.#flights.find(key.hash);
    const begun = claims ? this.#otherProcesses.begin(live, key.hash, live.expected) : null;
    const hasWaited = claims || store.waited !== waited;
    const waitedMs = hasWaited ? now() - readAt : 0;
    if (hasWaited) this.#host.policy.spent(-waitedMs);
    const record = begun?.kind === "found" ? begun.record : stored;
    const isClaimed = begun?.kind === "ours";
    const own = record ? readEntries(record) : [];
    const known = around === undefined ? own : [...own, ...around];
    // Others could change what a call reads that goes on.
    const entries = whyNotLater === null ? known : known.filter(({ goesOn }) => !goesOn);
    const waiting = entries.filter(({ waits }) => waits);
    if (waiting.length > 0 && mayRunLater(live, key, reach, reachCache)) {
      return {
        kind: "revalidate",
        miss: { key, reach, keyMs: now() - started, before: null, whyNotLater, isClaimed },
        entries: waiting,
      };
    }
    const verifies = entries.length > 0 && mayVerify();
    const valid = findValid(this.#host, live, key, entries, verifies);
    if (valid && verifies) {
      const { entry, bytes } = valid;
      countHit(live, entry.cost, work.since(started), bytes.byteLength);
      tellHit(live.label, key, entry.cost, bytes.byteLength);
      const before = live.keepsChanges || valid.changes.length > 0 ? snapshotOf(this.#host, live, key, reach) : null;
      return { kind: "verify", miss: { key, reach, keyMs: 0, before, whyNotLater, isClaimed }, valid };
    }
    if (valid) {
      const value = answerHit(this.#host, live, key, valid, started);
      return { kind: "hit", key, value: live.isStream ? value : afterTurns(value, valid.entry.turns) };
    }
    // What a first call changes is mostly a cache that it fills. The key would be lost, and made in vain in the next run.
    const isFirst = live.stats.keys + live.stats.hits === 0;
    const isInsured = isFirst && isWorthACopy(live, key, work.since(started));
    const before = live.keepsChanges || isInsured ? snapshotOf(this.#host, live, key, reach) : null;
    const keyMs = max(0, work.since(started) - waitedMs);
    live.keyed(keyMs);
    tellMiss(live.label, key);
    return this.join(live, { key, reach, keyMs, before, whyNotLater, isClaimed }, begun?.kind === "theirs");
  }

  /**
   * Has a call that missed wait for one with the same key that is running, or has later ones wait for this one.
   * @param isElsewhere another process is computing the key
   */
  join(live: LiveSite, miss: Miss, isElsewhere: boolean): KeyedLookup {
    const { key, reach, whyNotLater, isClaimed } = miss;
    const onLanding = () => isClaimed && this.#otherProcesses.finishLater(key.hash);
    // Inside of a recorded call a wait may never end: the call that it waits for may be waiting for the recorded one.
    // Output may not be delayed either: calls that look outside never join another.
    const mayJoin = current() === null && !key.walk.traits.has("outside") && isKeptUnder(key) && !live.isStream;
    if (!mayJoin || whyNotLater !== null || !mayRunLater(live, key, reach, this.#host.reachCache)) {
      return { kind: "miss", miss, flight: isClaimed && live.site.async ? new Flight(onLanding) : null };
    }
    const flight = this.#flights.find(key.hash);
    if (flight) {
      flight.isAwaited = true;
      return { kind: "wait", miss, flight };
    }
    if (isElsewhere && !this.#host.verifies()) return { kind: "other-process", miss };
    return { kind: "miss", miss, flight: this.#flights.begin(key.hash, onLanding) };
  }

  /** Tells other processes that this one computes a key after all, unless a call of this thread does. Answers whether it did. */
  claimAgain(live: LiveSite, { hash }: Key): boolean {
    return !this.#flights.find(hash) && this.#otherProcesses.begin(live, hash, 0).kind === "ours";
  }

  /** What a function reaches; null if that refuses the function, takes more than so many milliseconds, or is not there yet. */
  #reach(live: LiveSite, ms: number): Reach | null {
    const { reachCache, now, work } = this.#host;
    const started = now();
    beginKey();
    try {
      const reach = withinTime(ms, work, () => reachCache.reach(live.unit));
      if (reach.refusal === null) return reach;
      // A later run may know what it reaches: how long its calls take decides then what a key may cost.
      live.refuseFor(reach.refusal, true);
    } catch (error) {
      if (error instanceof TooLarge) live.account.unlinked(now() - started);
      this.#withoutKey(live, error);
    } finally {
      live.account.linked(now() - started);
    }
    return null;
  }

  /** @param error why there is no key */
  #withoutKey(live: LiveSite, error: unknown): Lookup {
    if (error instanceof TooLarge) {
      live.lastReason = within({ step: "call" }, error.reason);
      return this.#decline(live);
    }
    if (error instanceof Unkeyable) live.noteRefusal(within({ step: "call" }, error.reason));
    // A binding in its dead zone, or an export that is not there yet: the next call may find it.
    else if (!(error instanceof ReferenceError)) throw error;
    return BYPASS;
  }

  /** A call whose key is too expensive is measured, if it can be and the policy has a use for its time. */
  #decline(live: LiveSite): Lookup {
    return live.decline() ? MEASURE : BYPASS;
  }
}

/** Whether a key is copied in case that its call changes what it was made of: a copy takes about as long as the key. */
function isWorthACopy(live: LiveSite, { state, walk }: Key, keyMs: number): boolean {
  if (keyMs * INSURED.share < live.expected) return true;
  const isMostlyState = state !== null && 2 * walk.stateSize > walk.seen.size;
  return isMostlyState && keyMs > INSURED.ms;
}

/** A value of its own for each call that is tweaked. */
function tweakedTo({ bytes, given }: Tweak, { walk }: Key): unknown {
  const decoded = bytes && decode(bytes, walk);
  return decoded ? decoded.value : given;
}
