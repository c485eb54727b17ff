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
import { type Asked, holdsFunction, keyOf, type Miss, mayRunLater, type Surroundings } from "./call.ts";
import { type Entry, readEntries } from "./entry.ts";
import { isTraced, tellHit, tellMiss, traced } from "./events.ts";
import { Flight, Flights } from "./in-flight.ts";
import { type Looked, PASS } from "./lookup.ts";
import { afterTicks } from "./microtask-turns.ts";
import { Elsewhere } from "./other-processes.ts";
import { probesOf } from "./probe.ts";
import { Recorder } from "./record.ts";
import { LiveSite } from "./site.ts";
import { choose, type Found, restore, valueOf } from "./validate.ts";

/** What guards are called on the stack: the frame below one is the function that it stands in. */
export const GUARD_NAME = "dumboGuard";

export class Memoizer {
  readonly #around: Surroundings;
  readonly #sites: LiveSite[] = [];
  /** Where results are handed over; emptied at the next call, so as not to keep the last one alive for long. */
  readonly #box: Box = { value: undefined };
  readonly #recorder: Recorder;
  readonly #flights = new Flights();
  readonly #elsewhere: Elsewhere;
  #busy = false;
  #hasFailed = false;
  #down = false;

  constructor(around: Surroundings) {
    this.#around = around;
    const own = <T>(work: () => T, otherwise: T) => this.#own(work, otherwise);
    this.#recorder = new Recorder(around, own);
    this.#elsewhere = new Elsewhere(around, own);
  }

  /** Looks again now at what waits for it: the event loop has nothing left to do. */
  settle(): void {
    this.#recorder.settle();
  }

  /** Gives up the entries that were not looked at again: the program ends, whatever its promises still had to do. */
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
    this.#around.registry.register(module);
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
      if (live === null || live.state.kind !== "asking" || this.#down) {
        module.instance.set(index, undefined);
        return false;
      }
      const list = live.site.form === "arguments" ? [...(args[0] as unknown[])] : args;
      const asked: Asked = { live, guard: dumboGuard, self, args: list };
      const looked = this.#ask(asked);
      if (isTraced()) return this.#trace(asked, looked);
      return live.site.inPlace ? this.#answerInPlace(asked, looked) : this.#answer(asked, looked);
    };
    return dumboGuard;
  }

  #find(module: LiveModule, index: number): LiveSite | null {
    const site = module.manifest?.sites[index];
    if (!site) return null;
    const { known: find, isDistrusted, policy, owner } = this.#around;
    const known = find(module, site);
    const live = new LiveSite(module, index, site, policy.account(known), known, owner(module, site));
    this.#sites.push(live);
    if (isDistrusted(module, index)) live.refuse({ text: "was found wrong by DUMBO_VERIFY in an earlier run" });
    else if (!live.account.isPromising) live.switchOff({ kind: "cheap" });
    return live;
  }

  #ask(asked: Asked): Looked {
    asked.live.stats.calls++;
    return this.#own(() => this.#lookUp(asked), PASS);
  }

  /** Like {@link #answer}, for those who listen to calls. */
  #trace(asked: Asked, looked: Looked): boolean {
    if (looked.kind === "time" || looked.kind === "pass") return this.#answer(asked, looked);
    const { hash } = looked.kind === "hit" ? looked.key : looked.miss.key;
    const answer = () => {
      this.#answer(asked, looked);
      return this.#box.value;
    };
    const outcome = looked.kind === "ask" || looked.kind === "elsewhere" ? "wait" : looked.kind;
    return this.#hand(
      traced(
        { function: asked.live.label, isAsync: asked.live.site.async, self: asked.self, args: asked.args },
        outcome,
        hash,
        answer,
      ),
    );
  }

  /** Like {@link #answer}, for a body that need not be run a second time: it runs on, and tells what it does. */
  #answerInPlace(asked: Asked, looked: Looked): boolean | CallInPlace {
    switch (looked.kind) {
      case "verify":
        return this.#recorder.verifyInPlace(asked, looked.miss, looked.stored) ?? false;
      case "miss": {
        const call = this.#recorder.runInPlace(asked, looked.miss, looked.flight);
        if (call === null) looked.flight?.land(null);
        return call ?? false;
      }
      default:
        return this.#answer(asked, looked);
    }
  }

  #answer(asked: Asked, looked: Looked): boolean {
    switch (looked.kind) {
      case "hit":
        return this.#hand(looked.value);
      case "verify":
        return this.#hand(this.#recorder.verify(asked, looked.miss, looked.stored));
      case "miss":
        return this.#hand(this.#run(asked, looked.miss, looked.flight));
      case "wait":
        return this.#hand(this.#wait(asked, looked.miss, looked.flight));
      case "elsewhere":
        return this.#hand(this.#waitElsewhere(asked, looked.miss));
      case "ask":
        return this.#hand(this.#askOutside(asked, looked.miss, looked.entries));
      case "time":
        return this.#time(asked);
      case "pass":
        return false;
    }
  }

  /** dumbo's own work: unaudited, and whatever goes wrong in it the body just runs. */
  #own<T>(work: () => T, otherwise: T): T {
    this.#busy = true;
    try {
      return this.#around.unaudited(work);
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
    if (!this.#hasFailed) this.#around.log(`internal error: ${(error as Error)?.stack ?? error}`);
    this.#hasFailed = true;
  }

  #lookUp({ live, self, args }: Asked): Looked {
    const { now, forbidden, store: openStore, outside } = this.#around;
    const nodes = live.account.nodeLimit(isCovered());
    if (nodes === 0) return this.#decline(live);
    const reason = forbidden();
    if (reason !== null) {
      live.refuse({ text: reason });
      return PASS;
    }
    const reach = this.#reach(live);
    if (reach === null || live.fn === null) return PASS;
    if (live.site.foreign && args.some(holdsFunction)) {
      live.strike({ text: "is given a function, which it may call later" });
      return PASS;
    }
    const store = openStore();
    if (store === null) {
      this.shutDown();
      return PASS;
    }
    // What was paid once, for following the reach and opening the store, says nothing of the calls to come.
    const linked = now();
    let key: Key;
    try {
      key = keyOf(this.#around, live, reach, self, args, nodes);
    } catch (error) {
      const spent = now() - linked;
      if (error instanceof TooLarge) live.account.abandoned(spent);
      else live.account.lost(spent);
      return this.#noKey(live, error);
    }
    const { traits } = key.walk;
    const replaced = traits.has("outside") ? outside.replaced(traits.has("streams")) : null;
    if (replaced !== null) {
      live.strike({ text: `runs in a program that replaced ${replaced}` });
      return PASS;
    }
    const asked = now();
    const known = store.get(key.hash, live.owner);
    const asks = known === undefined && this.#elsewhere.isWorthAsking(live) && !this.#flights.find(key.hash);
    const begun = asks ? this.#elsewhere.begin(live, key.hash, live.expected) : null;
    const waited = asks ? now() - asked : 0;
    const record = begun?.kind === "found" ? begun.record : known;
    const isClaimed = begun?.kind === "ours";
    const entries = record ? readEntries(record) : [];
    const late = entries.filter(({ waits }) => waits);
    if (late.length > 0 && mayRunLater(live, key, reach, this.#around.book)) {
      return { kind: "ask", miss: { key, reach, keyMs: now() - linked, isClaimed }, entries: late };
    }
    const verifies = entries.length > 0 && this.#around.verifies();
    const found = choose(this.#around, live, key, entries, verifies);
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

  #run(asked: Asked, miss: Miss, flight: Flight | null): unknown {
    try {
      return this.#recorder.run(asked, miss, flight);
    } finally {
      if (miss.isClaimed && flight === null) this.#elsewhere.finish(miss.key.hash);
    }
  }

  /** Asks again for what a call has waited for, one by one as it did; if it changed, the body runs after all. */
  async #askOutside(asked: Asked, miss: Miss, entries: readonly Entry[]): Promise<unknown> {
    const { outside, now, verifies } = this.#around;
    for (const entry of entries) {
      const trace = unpackTrace(entry.trace);
      let changed: Observation | null = null;
      for (const observation of trace.observations) {
        if (observation.own || (await outside.verifyLater(observation))) continue;
        changed = observation;
        break;
      }
      if (changed) {
        asked.live.lastChange = outside.describe(changed);
        continue;
      }
      if (trace.writes) await outside.wait();
      const started = now();
      const isVerified = verifies();
      const found = this.#own(() => {
        const bytes = valueOf(this.#around, asked.live, entry);
        const value = bytes && decode(bytes, miss.key.walk);
        if (!value || !restore(this.#around, trace, isVerified)) return null;
        const { live } = asked;
        this.#take(live, miss.key, { entry, trace, bytes, value }, started - miss.keyMs);
        return { bytes, value: value.value };
      }, null);
      if (found && !isVerified) return found.value;
      if (found) return this.#recorder.verify(asked, miss, { value: found.bytes, trace });
    }
    tellMiss(asked.live.label, miss.key.hash);
    return this.#recorder.run(asked, miss, null);
  }

  /**
   * Has a call wait for one with the same key that is under way, or others for this one.
   * @param isElsewhere another process is at it
   */
  #join(live: LiveSite, miss: Miss, isElsewhere: boolean): Looked {
    const { key, reach, isClaimed } = miss;
    const landed = () => isClaimed && this.#elsewhere.finishLater(key.hash);
    // A call that is waited for by one that is being recorded could be waiting for that one. Whoever prints does so at
    // its own time.
    const mayJoin = current() === null && !key.walk.traits.has("outside");
    if (!mayJoin || !mayRunLater(live, key, reach, this.#around.book)) {
      return { kind: "miss", miss, flight: isClaimed && live.site.async ? new Flight(landed) : null };
    }
    const flight = this.#flights.find(key.hash);
    if (flight) {
      flight.isAwaited = true;
      return { kind: "wait", miss, flight };
    }
    if (isElsewhere && !this.#around.verifies()) return { kind: "elsewhere", miss };
    return { kind: "miss", miss, flight: this.#flights.begin(key.hash, landed) };
  }

  /** What another process stores of a call; if that cannot be used, the body runs after all. */
  async #waitElsewhere(asked: Asked, miss: Miss): Promise<unknown> {
    const { live, key } = { ...asked, ...miss };
    const record = await this.#elsewhere.wait(live, key.hash);
    const started = this.#around.now();
    const looked = this.#own((): Looked => {
      const entries = record ? readEntries(record) : [];
      const late = entries.filter(({ waits }) => waits);
      if (late.length > 0) return { kind: "ask", miss, entries: late };
      const found = choose(this.#around, live, key, entries, false);
      if (found) return { kind: "hit", key, value: this.#take(live, key, found, started) };
      const isClaimed = !this.#flights.find(key.hash) && this.#elsewhere.begin(live, key.hash, 0).kind === "ours";
      return this.#join(live, { ...miss, isClaimed }, false);
    }, PASS);
    if (looked.kind === "pass") return this.#recorder.run(asked, miss, null);
    this.#answer(asked, looked);
    return this.#box.value;
  }

  /** A value of its own from what another call recorded; if nothing may be kept of that one, the body runs after all. */
  async #wait(asked: Asked, miss: Miss, flight: Flight): Promise<unknown> {
    const bytes = await flight.landing;
    const found = this.#own(() => {
      const value = bytes && decode(bytes, miss.key.walk);
      if (value) {
        this.#count(asked.live, asked.live.expected, 0, bytes.byteLength);
        tellHit(asked.live.label, miss.key.hash, asked.live.expected, bytes.byteLength);
      }
      return value;
    }, null);
    return found === null ? this.#recorder.run(asked, miss, null) : found.value;
  }

  /** What a function reaches, or null: refused, or not ready yet. */
  #reach(live: LiveSite): Reach | null {
    const started = this.#around.now();
    beginKey();
    try {
      const reach = this.#around.book.reach(live.unit);
      if (reach.refusal === null) return reach;
      live.refuse(reach.refusal);
    } catch (error) {
      this.#noKey(live, error);
    } finally {
      live.account.linked(this.#around.now() - started);
    }
    return null;
  }

  #noKey(live: LiveSite, error: unknown): Looked {
    if (error instanceof TooLarge) {
      live.lastReason = { text: `a call ${error.reason}` };
      return this.#decline(live);
    }
    if (error instanceof Unkeyable) live.strike({ text: `a call ${error.reason}` });
    // A binding in its dead zone, or an export that is not there yet: too early, not wrong.
    else if (!(error instanceof ReferenceError)) throw error;
    return PASS;
  }

  /**
   * A call that is too dear to key is timed, if that is of use. Its body runs a second time for that, without a key to say
   * what it was given: a pattern would take apart what may be an iterator or an accessor of the program.
   */
  #decline(live: LiveSite): Looked {
    const isTimed = live.decline() && live.site.levels === undefined && live.fn !== null;
    return isTimed ? { kind: "time" } : PASS;
  }

  /** What a call returns that is answered from the store, and all that goes with that. */
  #take(live: LiveSite, key: Key, { entry, trace, bytes, value }: Found, started: number): unknown {
    if (trace.output.length > 0) this.#around.outside.print(trace.output);
    if (trace !== NO_TRACE) bookTrace(trace);
    this.#count(live, entry.cost, this.#around.now() - started, bytes.byteLength);
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
  #time({ live, guard, self, args }: Asked): boolean {
    const { now } = this.#around;
    const fn = live.fn as (...args: unknown[]) => unknown;
    const started = now();
    const result = live.runPassed(guard, () => Reflect.apply(fn, self, args));
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
