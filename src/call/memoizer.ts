/**
 * A memoized call: key, look up, hit or run and record.
 *
 * The guard in a function's body asks {@link Memoizer}; "no" lets the body run on in its own frame. Nothing here may
 * throw into the program, and nothing of the program runs here but the function itself.
 */

import { beginKey } from "../code/closures.ts";
import type { Box, CallInPlace, GuardFunction, Handed } from "../code/guard-text.ts";
import type { Manifest, ModuleInstance } from "../code/manifest.ts";
import type { Reach } from "../code/reach.ts";
import { LiveModule } from "../code/registry.ts";
import { decode } from "../codec/codec.ts";
import type { Key } from "../key/key.ts";
import { TooLarge, Unkeyable } from "../key/value-walk.ts";
import { bookTrace, current, isCovered, state } from "../trace/frames.ts";
import { NO_TRACE, type Observation, unpackTrace } from "../trace/trace.ts";
import { type Call, holdsFunction, keyOf, type Miss, mayRunLater } from "./call.ts";
import { type Entry, readEntries } from "./entry.ts";
import { isTraced, tellHit, tellMiss, traced } from "./events.ts";
import type { Host } from "./host.ts";
import { Flight, Flights } from "./in-flight.ts";
import { BYPASS, type Lookup } from "./lookup.ts";
import { afterTicks } from "./microtask-turns.ts";
import { OtherProcesses } from "./other-processes.ts";
import { probesOf } from "./probe.ts";
import { Recorder } from "./record.ts";
import { LiveSite } from "./site.ts";
import { findValid, restore, type ValidEntry, valueOf } from "./validate.ts";

/** What guards are called on the stack: the frame below one is the function that it stands in. */
export const GUARD_NAME = "dumboGuard";

export class Memoizer {
  readonly #host: Host;
  readonly #sites: LiveSite[] = [];
  /** Where results are handed over; emptied at the next call, so as not to keep the last one alive for long. */
  readonly #box: Box = { value: undefined };
  readonly #recorder: Recorder;
  readonly #flights = new Flights();
  readonly #otherProcesses: OtherProcesses;
  #busy = false;
  #hasFailed = false;
  #down = false;

  constructor(host: Host) {
    this.#host = host;
    const own = <T>(work: () => T, otherwise: T) => this.#own(work, otherwise);
    this.#recorder = new Recorder(host, own);
    this.#otherProcesses = new OtherProcesses(host, own);
  }

  /** Looks again now at what waits for it: the event loop has nothing left to do. */
  settle(): void {
    this.#recorder.settle();
  }

  /** Gives up the entries that were not lookup at again: the program ends, whatever its promises still had to do. */
  giveUpUnsettled(): void {
    this.#recorder.giveUpUnsettled();
  }

  /** All functions that were called at least once. */
  get sites(): readonly LiveSite[] {
    return this.#sites;
  }

  /** Takes a module from its prologue, and hands it its guards. Cost: one closure a guard. */
  register(instance: ModuleInstance, guards: readonly number[], load: (id: string) => Manifest | undefined): Handed {
    const module = new LiveModule(instance, load);
    this.#host.registry.register(module);
    const handed: Handed = Object.setPrototypeOf({ box: this.#box, frames: state, ...probesOf(module) }, null);
    if (!this.#down) for (const index of guards) handed[index] = this.#guard(module, index);
    return handed;
  }

  /** Lets every call from now on pass: the store is gone, or the program is ending. */
  shutDown(): void {
    this.#down = true;
  }

  #guard(module: LiveModule, index: number): GuardFunction {
    let live: LiveSite | null | undefined;
    const dumboGuard: GuardFunction = (self, ...args) => {
      // Where the audit is suspended, nobody would see what the body touches.
      if (this.#busy || state.suspended > 0) return false;
      this.#box.value = undefined;
      if (live === undefined) live = this.#own(() => this.#find(module, index), null);
      if (live === null || live.state.kind !== "active" || this.#down) {
        module.instance.set(index, undefined);
        return false;
      }
      const list = live.site.form === "arguments" ? [...(args[0] as unknown[])] : args;
      const call: Call = { live, guard: dumboGuard, self, args: list };
      const lookup = this.#lookUpCall(call);
      if (isTraced()) return this.#trace(call, lookup);
      return live.site.inPlace ? this.#answerInPlace(call, lookup) : this.#answer(call, lookup);
    };
    return dumboGuard;
  }

  #find(module: LiveModule, index: number): LiveSite | null {
    const site = module.manifest?.sites[index];
    if (!site) return null;
    const { known: find, isDistrusted, policy, owner } = this.#host;
    const known = find(module, site);
    const live = new LiveSite(module, index, site, policy.account(known), known, owner(module, site));
    this.#sites.push(live);
    if (isDistrusted(module, index)) live.refuse({ text: "was found wrong by DUMBO_VERIFY in an earlier run" });
    else if (!live.account.isPromising) live.switchOff({ kind: "cheap" });
    return live;
  }

  #lookUpCall(call: Call): Lookup {
    call.live.stats.calls++;
    return this.#own(() => this.#lookUp(call), BYPASS);
  }

  /** Like {@link #answer}, for those who listen to calls. */
  #trace(call: Call, lookup: Lookup): boolean {
    if (lookup.kind === "measure" || lookup.kind === "bypass") return this.#answer(call, lookup);
    const { hash } = lookup.kind === "hit" ? lookup.key : lookup.miss.key;
    const answer = () => {
      this.#answer(call, lookup);
      return this.#box.value;
    };
    const outcome = lookup.kind === "revalidate" || lookup.kind === "other-process" ? "wait" : lookup.kind;
    return this.#hand(
      traced(
        { function: call.live.label, isAsync: call.live.site.async, self: call.self, args: call.args },
        outcome,
        hash,
        answer,
      ),
    );
  }

  /** Like {@link #answer}, for a body that need not be run a second time: it runs on, and tells what it does. */
  #answerInPlace(call: Call, lookup: Lookup): boolean | CallInPlace {
    switch (lookup.kind) {
      case "verify":
        return this.#recorder.verifyInPlace(call, lookup.miss, lookup.stored) ?? false;
      case "miss": {
        const inPlace = this.#recorder.runInPlace(call, lookup.miss, lookup.flight);
        if (inPlace === null) lookup.flight?.land(null);
        return inPlace ?? false;
      }
      default:
        return this.#answer(call, lookup);
    }
  }

  #answer(call: Call, lookup: Lookup): boolean {
    switch (lookup.kind) {
      case "hit":
        return this.#hand(lookup.value);
      case "verify":
        return this.#hand(this.#recorder.verify(call, lookup.miss, lookup.stored));
      case "miss":
        return this.#hand(this.#run(call, lookup.miss, lookup.flight));
      case "wait":
        return this.#hand(this.#wait(call, lookup.miss, lookup.flight));
      case "other-process":
        return this.#hand(this.#waitElsewhere(call, lookup.miss));
      case "revalidate":
        return this.#hand(this.#revalidate(call, lookup.miss, lookup.entries));
      case "measure":
        return this.#measure(call);
      case "bypass":
        return false;
    }
  }

  /** dumbo's own work: unaudited, and whatever goes wrong in it the body just runs. */
  #own<T>(work: () => T, otherwise: T): T {
    this.#busy = true;
    try {
      return this.#host.unaudited(work);
    } catch (error) {
      // Close to the end of the stack anything can fail; the program will find out by itself.
      if (!(error instanceof RangeError)) this.#fail(error);
      return otherwise;
    } finally {
      this.#busy = false;
    }
  }

  /** Says it once: what goes wrong at one call goes wrong at many. */
  #fail(error: unknown): void {
    if (!this.#hasFailed) this.#host.log(`internal error: ${(error as Error)?.stack ?? error}`);
    this.#hasFailed = true;
  }

  #lookUp({ live, self, args }: Call): Lookup {
    const { now, forbidden, store: openStore, outside } = this.#host;
    const nodes = live.account.nodeLimit(isCovered());
    if (nodes === 0) return this.#decline(live);
    const reason = forbidden();
    if (reason !== null) {
      live.refuse({ text: reason });
      return BYPASS;
    }
    const reach = this.#reach(live);
    if (reach === null || live.fn === null) return BYPASS;
    if (live.site.foreign && args.some(holdsFunction)) {
      live.noteRefusal({ text: "is given a function, which it may call later" });
      return BYPASS;
    }
    const store = openStore();
    if (store === null) {
      this.shutDown();
      return BYPASS;
    }
    // What was paid once, for following the reach and opening the store, says nothing of the calls to come.
    const linked = now();
    let key: Key;
    try {
      key = keyOf(this.#host, live, reach, self, args, nodes);
    } catch (error) {
      const spent = now() - linked;
      if (error instanceof TooLarge) live.account.abandoned(spent);
      else live.account.lost(spent);
      return this.#noKey(live, error);
    }
    const { traits } = key.walk;
    const replaced = traits.has("outside") ? outside.replaced(traits.has("streams")) : null;
    if (replaced !== null) {
      live.noteRefusal({ text: `runs in a program that replaced ${replaced}` });
      return BYPASS;
    }
    const begunAt = now();
    const known = store.get(key.hash, live.owner);
    const asks = known === undefined && this.#otherProcesses.isWorthAsking(live) && !this.#flights.find(key.hash);
    const begun = asks ? this.#otherProcesses.begin(live, key.hash, live.expected) : null;
    const waited = asks ? now() - begunAt : 0;
    const record = begun?.kind === "found" ? begun.record : known;
    const isClaimed = begun?.kind === "ours";
    const entries = record ? readEntries(record) : [];
    const late = entries.filter(({ waits }) => waits);
    if (late.length > 0 && mayRunLater(live, key, reach, this.#host.book)) {
      return { kind: "revalidate", miss: { key, reach, keyMs: now() - linked, isClaimed }, entries: late };
    }
    const verifies = entries.length > 0 && this.#host.verifies();
    const found = findValid(this.#host, live, key, entries, verifies);
    if (found) {
      const { entry, trace, bytes } = found;
      if (verifies) {
        this.#count(live, entry.cost, now() - linked, bytes.byteLength);
        tellHit(live.label, key.hash, entry.cost, bytes.byteLength);
        return { kind: "verify", miss: { key, reach, keyMs: 0, isClaimed }, stored: { value: bytes, trace } };
      }
      return { kind: "hit", key, value: afterTicks(this.#take(live, key, found, linked), entry.ticks) };
    }
    const keyMs = now() - linked - waited;
    live.keyed(keyMs);
    tellMiss(live.label, key.hash);
    return this.#join(live, { key, reach, keyMs, isClaimed }, begun?.kind === "theirs");
  }

  #run(call: Call, miss: Miss, flight: Flight | null): unknown {
    try {
      return this.#recorder.run(call, miss, flight);
    } finally {
      if (miss.isClaimed && flight === null) this.#otherProcesses.finish(miss.key.hash);
    }
  }

  /** Asks again for what a call has waited for, one by one as it did; if it changed, the body runs after all. */
  async #revalidate(call: Call, miss: Miss, entries: readonly Entry[]): Promise<unknown> {
    const { outside, now, verifies } = this.#host;
    for (const entry of entries) {
      const trace = unpackTrace(entry.trace);
      let changed: Observation | null = null;
      for (const observation of trace.observations) {
        if (observation.own || (await outside.verifyLater(observation))) continue;
        changed = observation;
        break;
      }
      if (changed) {
        call.live.lastChange = outside.describe(changed);
        continue;
      }
      if (trace.writes) await outside.wait();
      const started = now();
      const isVerified = verifies();
      const found = this.#own(() => {
        const bytes = valueOf(this.#host, call.live, entry);
        const value = bytes && decode(bytes, miss.key.walk);
        if (!value || !restore(this.#host, trace, isVerified)) return null;
        const { live } = call;
        this.#take(live, miss.key, { entry, trace, bytes, value }, started - miss.keyMs);
        return { bytes, value: value.value };
      }, null);
      if (found && !isVerified) return found.value;
      if (found) return this.#recorder.verify(call, miss, { value: found.bytes, trace });
    }
    tellMiss(call.live.label, miss.key.hash);
    return this.#recorder.run(call, miss, null);
  }

  /**
   * Has a call wait for one with the same key that is under way, or others for this one.
   * @param isElsewhere another process is at it
   */
  #join(live: LiveSite, miss: Miss, isElsewhere: boolean): Lookup {
    const { key, reach, isClaimed } = miss;
    const landed = () => isClaimed && this.#otherProcesses.finishLater(key.hash);
    // A call that is waited for by one that is being recorded could be waiting for that one. Whoever prints does so at
    // its own time.
    const mayJoin = current() === null && !key.walk.traits.has("outside");
    if (!mayJoin || !mayRunLater(live, key, reach, this.#host.book)) {
      return { kind: "miss", miss, flight: isClaimed && live.site.async ? new Flight(landed) : null };
    }
    const flight = this.#flights.find(key.hash);
    if (flight) {
      flight.isAwaited = true;
      return { kind: "wait", miss, flight };
    }
    if (isElsewhere && !this.#host.verifies()) return { kind: "other-process", miss };
    return { kind: "miss", miss, flight: this.#flights.begin(key.hash, landed) };
  }

  /** What another process stores of a call; if that cannot be used, the body runs after all. */
  async #waitElsewhere(call: Call, miss: Miss): Promise<unknown> {
    const { live, key } = { ...call, ...miss };
    const record = await this.#otherProcesses.wait(live, key.hash);
    const started = this.#host.now();
    const lookup = this.#own((): Lookup => {
      const entries = record ? readEntries(record) : [];
      const late = entries.filter(({ waits }) => waits);
      if (late.length > 0) return { kind: "revalidate", miss, entries: late };
      const found = findValid(this.#host, live, key, entries, false);
      if (found) return { kind: "hit", key, value: this.#take(live, key, found, started) };
      const isClaimed = !this.#flights.find(key.hash) && this.#otherProcesses.begin(live, key.hash, 0).kind === "ours";
      return this.#join(live, { ...miss, isClaimed }, false);
    }, BYPASS);
    if (lookup.kind === "bypass") return this.#recorder.run(call, miss, null);
    this.#answer(call, lookup);
    return this.#box.value;
  }

  /** A value of its own from what another call recorded; if nothing may be kept of that one, the body runs after all. */
  async #wait(call: Call, miss: Miss, flight: Flight): Promise<unknown> {
    const bytes = await flight.landing;
    const found = this.#own(() => {
      const value = bytes && decode(bytes, miss.key.walk);
      if (value) {
        this.#count(call.live, call.live.expected, 0, bytes.byteLength);
        tellHit(call.live.label, miss.key.hash, call.live.expected, bytes.byteLength);
      }
      return value;
    }, null);
    return found === null ? this.#recorder.run(call, miss, null) : found.value;
  }

  /** What a function reaches, or null: refused, or not ready yet. */
  #reach(live: LiveSite): Reach | null {
    const started = this.#host.now();
    beginKey();
    try {
      const reach = this.#host.book.reach(live.unit);
      if (reach.refusal === null) return reach;
      live.refuse(reach.refusal);
    } catch (error) {
      this.#noKey(live, error);
    } finally {
      live.account.linked(this.#host.now() - started);
    }
    return null;
  }

  #noKey(live: LiveSite, error: unknown): Lookup {
    if (error instanceof TooLarge) {
      live.lastReason = { text: `a call ${error.reason}` };
      return this.#decline(live);
    }
    if (error instanceof Unkeyable) live.noteRefusal({ text: `a call ${error.reason}` });
    // A binding in its dead zone, or an export that is not there yet: too early, not wrong.
    else if (!(error instanceof ReferenceError)) throw error;
    return BYPASS;
  }

  /**
   * A call that is too dear to key is timed, if that is of use. Its body runs a second time for that, without a key to say
   * what it was given: a pattern would take apart what may be an iterator or an accessor of the program.
   */
  #decline(live: LiveSite): Lookup {
    const isMeasured = live.decline() && live.site.levels === undefined && live.fn !== null;
    return isMeasured ? { kind: "measure" } : BYPASS;
  }

  /** What a call returns that is answered from the store, and all that goes with that. */
  #take(live: LiveSite, key: Key, { entry, trace, bytes, value }: ValidEntry, started: number): unknown {
    if (trace.output.length > 0) this.#host.outside.print(trace.output);
    if (trace !== NO_TRACE) bookTrace(trace);
    this.#count(live, entry.cost, this.#host.now() - started, bytes.byteLength);
    tellHit(live.label, key.hash, entry.cost, bytes.byteLength);
    return value;
  }

  #count(live: LiveSite, cost: number, spent: number, bytes: number): void {
    const saved = cost - spent;
    live.stats.hits++;
    live.stats.saved += saved;
    live.stats.bytes = Math.max(live.stats.bytes, bytes);
    live.succeed();
    live.judge(saved > 0);
    live.account.hit(saved);
    const frame = current();
    if (frame) frame.saved += cost;
  }

  /** Times a body that is too dear to key, to know what it is worth, or that it is worth nothing. */
  #measure({ live, guard, self, args }: Call): boolean {
    const { now } = this.#host;
    const fn = live.fn as (...args: unknown[]) => unknown;
    const started = now();
    const result = live.runWithGuardOff(guard, () => Reflect.apply(fn, self, args));
    const ran = now() - started;
    live.timed(ran);
    live.judge(live.account.pays(ran, 0));
    return this.#hand(result);
  }

  #hand(value: unknown): boolean {
    this.#box.value = value;
    return true;
  }
}
