/** The look-up of a call: makes its key, reads the entries that are stored under it, and decides what is to be done with the call. */
import { beginKey } from "../code/captured-scope.ts";
import type { Reach } from "../code/reach.ts";
import { decode } from "../codec/codec.ts";
import type { Key } from "../key/key.ts";
import type { Allowance } from "../policy/policy.ts";
import { within } from "../reason/reason.ts";
import type { Store } from "../store/store.ts";
import { bookCall } from "../trace/booking.ts";
import { currentContext, type Tweak, type Tweaks } from "../trace/contexts.ts";
import { current, isCovered } from "../trace/frames.ts";
import { withinTime } from "../value/time-limit.ts";
import { TooLarge, Unkeyable } from "../value/unkeyable.ts";
import { aliasOf, keepAlias, passOn } from "./alias.ts";
import { type Call, holdsFunction, type KeyInTime, keyOf, type Miss, mayRunLater, nameOf } from "./call.ts";
import { snapshotOf } from "./changes.ts";
import { type Entry, readEntries } from "./entry.ts";
import { tellHit, tellMiss } from "./events.ts";
import type { Alias, GivenValue } from "./given-value.ts";
import { answerHit, countHit } from "./hit.ts";
import type { Host } from "./host.ts";
import { ContextKey, entriesAround, isKeptUnder } from "./in-context.ts";
import { Flight, type Flights } from "./in-flight.ts";
import { afterTurns } from "./microtask-turns.ts";
import type { OtherProcesses } from "./other-processes.ts";
import type { LiveSite } from "./site.ts";
import { limitOfProgram } from "./stack-limit.ts";
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
 * What a function's first key was made of is copied, in case that the call changes it, where the call is expected to take so many times as
 * long as the key, or where the key has taken so many milliseconds, mostly for state: other keys share that copy.
 */
const INSURED = { share: 16, ms: 4 };

/** A key in the context of the call, with the entries of outer contexts that hold there; `around` is undefined outside of all contexts. */
interface KeyHere extends KeyInTime {
  readonly alias?: Alias | undefined;
  readonly around?: readonly Entry[];
}

/** What the store has for a key. */
interface ReadRecord {
  readonly record: Uint8Array | undefined;
  /** Other processes were told that this one computes the key. */
  readonly isClaimed: boolean;
  /** Another process is computing the key. */
  readonly isElsewhere: boolean;
  /** How long this thread stood still for others: that is no work of dumbo's. */
  readonly waitedMs: number;
}

export const BYPASS: Lookup = { kind: "bypass" };
const MEASURE: Lookup = { kind: "measure" };

export class Lookups {
  readonly #host: Host;
  readonly #flights: Flights;
  readonly #otherProcesses: OtherProcesses;
  readonly #onNoStore: () => void;
  #isOpen = false;
  /** What the next call that is looked up was perhaps given by a pipeline. */
  given: GivenValue | null = null;
  /** How many calls run now whose keys could not be afforded, but are preferred to those of calls inside of them. */
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
    const { now, work, forbidden, outside } = this.#host;
    const { given } = this;
    this.given = null;
    const context = currentContext();
    const tweaks = context?.tweaks ?? null;
    // After the function has waited, what it calls may be tweaked: an entry of before would not hold.
    if (context?.isFixed === false && live.site.async && !call.byHand) return BYPASS;
    const allowed = this.allowance(live);
    if (allowed === null) return this.#decline(live);
    const reason = forbidden();
    if (reason !== null) {
      live.refuse(reason);
      return BYPASS;
    }
    const reach = this.reach(live, allowed.reachMs);
    if (reach === null) return live.isTimed ? MEASURE : BYPASS;
    if (live.fn === null) return BYPASS;
    if (live.site.foreign && args.some(holdsFunction)) {
      live.noteRefusal({ kind: "given-function" });
      return BYPASS;
    }
    const store = this.store();
    if (store === null) {
      this.#onNoStore();
      return BYPASS;
    }
    const foreseen = live.stats.keys > 0 ? 0 : this.#host.reachCache.functions.times.least(reach);
    if (foreseen > allowed.ms) {
      live.account.foreseen(foreseen);
      return this.#withoutKey(live, new TooLarge({ kind: "large-key" }));
    }
    // Finding the reach and opening the store are paid for once: the time of the key starts after both.
    const started = now();
    let keyed: KeyInTime;
    try {
      keyed = withinTime(allowed.ms, work, () => keyOf(this.#host, call, reach, allowed.nodes));
    } catch (error) {
      const spent = work.since(started);
      live.stats.spent += spent;
      if (error instanceof TooLarge) live.account.abandoned(spent, error.values);
      else live.account.unkeyable(spent);
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
    const here = tweaks === null ? keyed : this.#inContext(store, call, keyed, tweaks);
    const alias = given && tweaks === null ? aliasOf(this.#host, call, given, reach, allowed.nodes) : undefined;
    return this.#readStore(store, call, { ...here, alias }, reach, started);
  }

  /** What the look-up of the next call of a function may cost; null if there may be none. */
  allowance({ account }: LiveSite): Allowance | null {
    return account.allowance(this.preferred > 0 ? "preferred" : isCovered() ? "recorded" : "nothing");
  }

  /** Opened if need be; null where it cannot be opened. */
  store(): Store | null {
    return this.#isOpen ? this.#host.store() : this.#open();
  }

  /** The key of a call in a context with tweaks, and the entries of outer contexts that hold there. */
  #inContext(store: Store, { live, byHand }: Call, { key, whyNotLater }: KeyInTime, tweaks: Tweaks): KeyHere {
    const owner = byHand?.outside ?? live.owner;
    const sought = { form: "entry", worth: live.expected } as const;
    // Shared caches are asked for the call outside of all contexts alone: each further question would cost a round trip.
    const get = (hash: string, isOutside: boolean) => store.get(hash, owner, isOutside ? sought : undefined);
    const around = byHand?.refreshes ? [] : entriesAround(tweaks, key.hash, get);
    return { key: new ContextKey(key, tweaks), whyNotLater, around };
  }

  /** Opens the store. The policy is not charged for it: it is a part of dumbo's start, put off because a run may need no store. */
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
    { key, whyNotLater, around, alias }: KeyHere,
    reach: Reach,
    started: number,
  ): KeyedLookup {
    const refreshes = byHand?.refreshes === true;
    const { now, work, reachCache, verifies: mayVerify } = this.#host;
    const asks = !refreshes && isKeptUnder(key);
    const { record, isClaimed, isElsewhere, waitedMs } = this.readRecord(store, live, key, asks, around === undefined);
    const own = record ? readEntries(record) : [];
    const known = around === undefined ? own : [...own, ...around];
    // A recorded call that went on while others ran: with this key, others could change what it reads then.
    const entries = whyNotLater === null ? known : known.filter(({ goesOn }) => !goesOn);
    const waiting = entries.filter(({ waits }) => waits);
    if (waiting.length > 0 && mayRunLater(live, key, reach, reachCache)) {
      return {
        kind: "revalidate",
        miss: { key, reach, keyMs: now() - started, before: null, whyNotLater, isClaimed, limit: limitOfProgram() },
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
      return {
        kind: "verify",
        miss: { key, reach, keyMs: 0, before, whyNotLater, isClaimed, limit: limitOfProgram() },
        valid,
      };
    }
    if (valid) {
      if (alias && valid.changes.length === 0) {
        keepAlias(store, live.owner, alias, key.hash, valid.entry.cost);
        this.given = passOn(alias, valid);
      }
      const value = answerHit(this.#host, live, key, valid, started);
      return { kind: "hit", key, value: live.isStream ? value : afterTurns(value, valid.entry.turns) };
    }
    // A function's first call often changes something, as a cache that it fills. Without a copy, its key would be made in vain, here and in
    // the next run.
    const isFirst = live.stats.keys + live.stats.hits === 0;
    const isInsured = isFirst && isWorthACopy(live, key, work.since(started));
    const before = live.keepsChanges || isInsured ? snapshotOf(this.#host, live, key, reach) : null;
    const keyMs = max(0, work.since(started) - waitedMs);
    live.keyed(keyMs);
    tellMiss(live.label, key);
    return this.join(
      live,
      { key, reach, keyMs, before, whyNotLater, isClaimed, limit: limitOfProgram(), alias },
      isElsewhere,
    );
  }

  /**
   * Reads the record of a key. Where there is none, other processes are told that this one computes the key, if that is worth it.
   * @param asks whether the store is asked at all
   * @param mayClaim whether other processes may be told
   */
  readRecord(store: Store, live: LiveSite, key: Pick<Key, "hash">, asks: boolean, mayClaim: boolean): ReadRecord {
    const { now, policy } = this.#host;
    const readAt = now();
    const { waited } = store;
    const stored = asks ? store.get(key.hash, live.owner, { form: "entry", worth: live.expected }) : undefined;
    const isMissing = stored === undefined && asks && mayClaim && !live.isStream;
    const claims = isMissing && this.#otherProcesses.isWorthClaiming(live) && !this.#flights.find(key.hash);
    const begun = claims ? this.#otherProcesses.begin(live, key.hash, live.expected) : null;
    const hasWaited = claims || store.waited !== waited;
    const waitedMs = hasWaited ? now() - readAt : 0;
    if (hasWaited) policy.spent(-waitedMs);
    return {
      record: begun?.kind === "found" ? begun.record : stored,
      isClaimed: begun?.kind === "ours",
      isElsewhere: begun?.kind === "theirs",
      waitedMs,
    };
  }

  /**
   * What a call that missed does: it waits for a running one with the same key, or runs, and later ones may wait for it.
   * @param isElsewhere whether another process is computing the key
   */
  join(live: LiveSite, miss: Miss, isElsewhere: boolean): KeyedLookup {
    const { key, reach, whyNotLater, isClaimed } = miss;
    const onLanding = () => isClaimed && this.#otherProcesses.finishLater(key.hash);
    // Inside of a recorded call a wait may never end: the other call may be waiting for the recorded one.
    // A call that looks outside may print, and output may not come later than without dumbo: it never joins another.
    const mayJoin = current() === null && !key.walk.traits.has("outside") && isKeptUnder(key) && !live.isStream;
    if (!mayJoin || whyNotLater !== null || !mayRunLater(live, key, reach, this.#host.reachCache)) {
      return { kind: "miss", miss, flight: isClaimed && live.site.async ? new Flight(onLanding) : null };
    }
    const flight = this.#flights.find(key.hash);
    if (flight && live.mayBeAwaited) {
      flight.isAwaited = true;
      return { kind: "wait", miss, flight };
    }
    if (isElsewhere && !this.#host.verifies()) return { kind: "other-process", miss };
    return { kind: "miss", miss, flight: this.#flights.begin(key.hash, onLanding) };
  }

  /** Tells other processes that this one computes a key now, unless a call of this thread does so already. Answers whether it has told them. */
  claimAgain(live: LiveSite, { hash }: Key): boolean {
    return !this.#flights.find(hash) && this.#otherProcesses.begin(live, hash, 0).kind === "ours";
  }

  /** What a function reaches; null if that refuses the function, takes longer than `ms`, or is not there yet. */
  reach(live: LiveSite, ms: number): Reach | null {
    const { reachCache, now, work } = this.#host;
    const started = now();
    beginKey();
    try {
      const reach = withinTime(ms, work, () => reachCache.reach(live.unit));
      if (reach.refusal === null) return reach;
      // Its calls are timed all the same: a later run, which may see into what this one cannot, then knows what a key may cost.
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
    // A ReferenceError: a binding in its dead zone, or an export that is not there yet. The next call may find it.
    else if (!(error instanceof ReferenceError)) throw error;
    return BYPASS;
  }

  /** A call whose key is too expensive is measured, if it can be and the policy has a use for its time. */
  #decline(live: LiveSite): Lookup {
    return live.decline() ? MEASURE : BYPASS;
  }
}

/** Whether it is worth to copy what a key was made of, in case that the call changes it: a copy takes about as long as the key. */
function isWorthACopy(live: LiveSite, { state, walk }: Key, keyMs: number): boolean {
  if (keyMs * INSURED.share < live.expected) return true;
  const isMostlyState = state !== null && 2 * walk.stateSize > walk.seen.size;
  return isMostlyState && keyMs > INSURED.ms;
}

/** The value that a call is tweaked to: each call gets its own copy. */
function tweakedTo({ bytes, given }: Tweak, { walk }: Key): unknown {
  const decoded = bytes && decode(bytes, walk);
  return decoded ? decoded.value : given;
}
