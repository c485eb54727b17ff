/**
 * A memoized call: key, look up, hit or run and record.
 *
 * The guard in a function's body asks {@link Memoizer}; "no" lets the body run on in its own frame. Nothing here may
 * throw into the program, and nothing of the program runs here but the function itself.
 */
import { type Asked, callOf, holdsFunction, type Miss, mayRunLater, type Surroundings } from "./asked.ts";
import { choose, restore, valueOf } from "./choose.ts";
import { beginKey } from "./closures.ts";
import { decode } from "./codec.ts";
import { type Entry, readEntries } from "./entry.ts";
import { type Flight, Flights } from "./flights.ts";
import { bookTrace, current, isCovered } from "./frames.ts";
import type { Box, GuardFunction, Handed } from "./guards.ts";
import { type Key, makeKey } from "./key.ts";
import { LiveSite } from "./live-site.ts";
import type { Manifest, ModuleInstance } from "./manifest.ts";
import { isTraced, tellHit, tellMiss, traced } from "./messages.ts";
import type { Reach } from "./reach.ts";
import { Recorder, type Stored } from "./recorder.ts";
import { LiveModule } from "./registry.ts";
import { LONG } from "./store/store.ts";
import { afterTicks } from "./ticks.ts";
import { NO_TRACE, type Observation, unpackTrace } from "./trace.ts";
import { TooLarge, Unkeyable } from "./values.ts";

/** What guards are called on the stack: the frame below one is the function that it stands in. */
export const GUARD_NAME = "dumboGuard";

type Looked =
  | { readonly kind: "hit"; readonly key: Key; readonly value: unknown }
  /** The body runs and is compared with what is stored. */
  | { readonly kind: "verify"; readonly miss: Miss; readonly stored: Stored }
  /** Calls with the same key may wait for this one if it has a flight. */
  | { readonly kind: "miss"; readonly miss: Miss; readonly flight: Flight | null }
  /** Another call with the same key is under way. */
  | { readonly kind: "wait"; readonly miss: Miss; readonly flight: Flight }
  /** What the results depend on has to be waited for. */
  | { readonly kind: "ask"; readonly miss: Miss; readonly entries: readonly Entry[] }
  /** The body runs, and is timed. */
  | { readonly kind: "time" }
  /** The body runs. */
  | { readonly kind: "pass" };
const PASS: Looked = { kind: "pass" };

export class Memoizer {
  readonly #around: Surroundings;
  readonly #sites: LiveSite[] = [];
  /** Where results are handed over; emptied at the next call, so as not to keep the last one alive for long. */
  readonly #box: Box = { value: undefined };
  readonly #recorder: Recorder;
  readonly #flights = new Flights();
  #busy = false;
  #hasFailed = false;
  #down = false;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#recorder = new Recorder(around, (work, otherwise) => this.#own(work, otherwise));
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
    const handed: Handed = Object.setPrototypeOf({ box: this.#box }, null);
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
      if (this.#busy) return false;
      this.#box.value = undefined;
      if (live === undefined) live = this.#own(() => this.#find(module, index), null);
      if (live === null || live.state.kind !== "asking" || this.#down) {
        module.instance.set(index, undefined);
        return false;
      }
      const list = live.site.form === "arguments" ? [...(args[0] as unknown[])] : args;
      const asked: Asked = { live, guard: dumboGuard, self, args: list };
      const looked = this.#ask(asked);
      return isTraced() ? this.#trace(asked, looked) : this.#answer(asked, looked);
    };
    return dumboGuard;
  }

  #find(module: LiveModule, index: number): LiveSite | null {
    const site = module.manifest?.sites[index];
    if (!site) return null;
    const { known: find, isDistrusted, policy, owner } = this.#around;
    const known = find(module, site);
    const live = new LiveSite(module, index, site, policy, known?.run ?? 0, owner(module, site));
    live.wasKept = (known?.bytes ?? 0) > 0;
    this.#sites.push(live);
    if (isDistrusted(module, index)) live.refuse({ text: "was found wrong by DUMBO_VERIFY in an earlier run" });
    else if (known && !policy.isPromising(known)) live.switchOff({ kind: "cheap" });
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
    return this.#hand(traced(asked, looked.kind === "ask" ? "wait" : looked.kind, hash, answer));
  }

  #answer(asked: Asked, looked: Looked): boolean {
    switch (looked.kind) {
      case "hit":
        return this.#hand(looked.value);
      case "verify":
        return this.#hand(this.#recorder.verify(asked, looked.miss, looked.stored));
      case "miss":
        if (looked.miss.isClaimed) return this.#hand(this.#runClaimed(asked, looked.miss));
        return this.#hand(this.#recorder.run(asked, looked.miss, looked.flight));
      case "wait":
        return this.#hand(this.#wait(asked, looked.miss, looked.flight));
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
    const { now, forbidden, store: openStore, env, book, policy, outside } = this.#around;
    const started = now();
    const isNew = live.expected === 0;
    if (!policy.affords(live.expected, live.overhead, isCovered())) return this.#decline(live);
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
      key = makeKey(callOf(live, reach, self, args), book, policy.nodeLimit(live.expected), env());
      if (live.site.async) {
        const { seen, reaches } = key.walk;
        const changing = book.changeable(live.unit, live.site.late, { self, args, seen, reaches });
        if (changing !== null) throw new Unkeyable(changing);
      }
    } catch (error) {
      policy.spend(now() - linked);
      return this.#noKey(live, error);
    }
    const { traits } = key.walk;
    const replaced = traits.has("outside") ? outside.replaced(traits.has("streams")) : null;
    if (replaced !== null) {
      live.strike({ text: `runs in a program that replaced ${replaced}` });
      return PASS;
    }
    const asked = now();
    const isClaimed = this.#isWorthWaiting(live);
    const record =
      store.get(key.hash, live.owner) ?? (isClaimed ? store.begin(key.hash, live.owner, live.expected) : undefined);
    const waited = isClaimed ? now() - asked : 0;
    const entries = record ? readEntries(record) : [];
    const late = entries.filter(({ waits }) => waits);
    if (late.length > 0 && mayRunLater(live, key, reach, this.#around.book)) {
      return { kind: "ask", miss: { key, reach, keyMs: now() - linked, isClaimed }, entries: late };
    }
    const verifies = entries.length > 0 && this.#around.verifies();
    const found = choose(this.#around, live, key, entries, verifies);
    if (found) {
      if (isClaimed) store.finish(key.hash);
      const { entry, trace, bytes } = found;
      if (verifies) {
        this.#count(live, entry.cost, now() - started, bytes.byteLength);
        tellHit(live, key.hash, entry.cost, bytes.byteLength);
        return {
          kind: "verify",
          miss: { key, reach, keyMs: 0, isClaimed: false },
          stored: { value: bytes, trace },
        };
      }
      const value = afterTicks(found.value, entry.ticks);
      if (trace.output.length > 0) outside.print(trace.output);
      if (trace !== NO_TRACE) bookTrace(trace);
      this.#count(live, entry.cost, now() - started, bytes.byteLength);
      tellHit(live, key.hash, entry.cost, bytes.byteLength);
      return { kind: "hit", key, value };
    }
    const keyMs = now() - linked - waited;
    live.keyed(keyMs);
    policy.spend(keyMs);
    if (isNew) policy.explore(now() - started);
    tellMiss(live, key.hash);
    return this.#join(live, { key, reach, keyMs, isClaimed });
  }

  /**
   * Whether another process may be waited for: an earlier run has kept results of the function, the thread would be
   * busy with the call as long, and no other call that somebody waits for is under way here.
   */
  #isWorthWaiting(live: LiveSite): boolean {
    const isKept = live.wasKept || live.stats.bytes > 0;
    return isKept && live.expected >= LONG && !live.site.async && current() === null;
  }

  #runClaimed(asked: Asked, miss: Miss): unknown {
    try {
      return this.#recorder.run(asked, miss, null);
    } finally {
      this.#own(() => this.#around.store()?.finish(miss.key.hash), undefined);
    }
  }

  /** Asks again for what a call has waited for, one after the other as it did; if it changed, the body runs after all. */
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
        bookTrace(trace);
        this.#count(asked.live, entry.cost, now() - started + miss.keyMs, bytes.byteLength);
        tellHit(asked.live, miss.key.hash, entry.cost, bytes.byteLength);
        return { bytes, value: value.value };
      }, null);
      if (!found) continue;
      if (!isVerified) return found.value;
      return this.#recorder.verify(asked, miss, { value: found.bytes, trace });
    }
    tellMiss(asked.live, miss.key.hash);
    return this.#recorder.run(asked, miss, null);
  }

  /** Has a call wait for one with the same key that is under way, or others for this one. */
  #join(live: LiveSite, miss: Miss): Looked {
    const { key, reach } = miss;
    // A call that is waited for by one that is being recorded could be waiting for that one. Whoever prints does so at
    // its own time.
    const mayJoin = current() === null && !key.walk.traits.has("outside");
    if (!mayJoin || !mayRunLater(live, key, reach, this.#around.book)) return { kind: "miss", miss, flight: null };
    const flight = this.#flights.find(key.hash);
    if (!flight) return { kind: "miss", miss, flight: this.#flights.begin(key.hash) };
    flight.isAwaited = true;
    return { kind: "wait", miss, flight };
  }

  /** A value of its own from what another call recorded; if nothing may be kept of that one, the body runs after all. */
  async #wait(asked: Asked, miss: Miss, flight: Flight): Promise<unknown> {
    const bytes = await flight.landing;
    const found = this.#own(() => {
      const value = bytes && decode(bytes, miss.key.walk);
      if (value) {
        this.#count(asked.live, asked.live.expected, 0, bytes.byteLength);
        tellHit(asked.live, miss.key.hash, asked.live.expected, bytes.byteLength);
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
      this.#around.policy.spend(this.#around.now() - started);
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

  #decline(live: LiveSite): Looked {
    return live.decline() && live.fn !== null ? { kind: "time" } : PASS;
  }

  #count(live: LiveSite, cost: number, spent: number, bytes: number): void {
    const saved = cost - spent;
    live.stats.hits++;
    live.stats.saved += saved;
    live.stats.bytes = Math.max(live.stats.bytes, bytes);
    live.succeed();
    live.judge(saved > 0);
    this.#around.policy.save(saved);
    const frame = current();
    if (frame) frame.saved += cost;
  }

  /** Times a body that is too dear to key, to know what it is worth, or that it is worth nothing. */
  #time({ live, guard, self, args }: Asked): boolean {
    const { now, policy } = this.#around;
    const fn = live.fn as (...args: unknown[]) => unknown;
    const started = now();
    const result = live.runPassed(guard, () => Reflect.apply(fn, self, args));
    const ran = now() - started;
    live.timed(ran);
    live.judge(policy.pays(ran, 0));
    return this.#hand(result);
  }

  #hand(value: unknown): boolean {
    this.#box.value = value;
    return true;
  }
}
