/**
 * A memoized call: key, look up, hit or run and record.
 *
 * The guard in a function's body asks {@link Memoizer}; "no" lets the body run on in its own frame. Nothing here may
 * throw into the program, and nothing of the program runs here but the function itself.
 */
import type { ReachBook } from "./code-book.ts";
import { decode, encode } from "./codec.ts";
import { readEntry, writeEntry } from "./entry.ts";
import { closeFollowed, current, type Frame, openFrame, runFollowed, runSync } from "./frames.ts";
import type { Box } from "./guards.ts";
import { changedPart, type Key, makeKey } from "./key.ts";
import type { ModuleInstance, Reason, Site } from "./manifest.ts";
import { affords, Budget, isCheap, isIdle, nodeLimit, pays } from "./policy.ts";
import type { Reach } from "./reach.ts";
import { LiveModule, type LiveUnit, type Registry } from "./registry.ts";
import type { Store } from "./store/store.ts";
import { TooLarge, Unkeyable } from "./values.ts";

/** What the guard calls: true when the box holds the result. */
type Guard = (self: unknown, ...args: unknown[]) => boolean;

/** Counters of one function in this run. */
export interface SiteStats {
  calls: number;
  hits: number;
  misses: number;
  saved: number;
  runTotal: number;
  keyTotal: number;
  keys: number;
  runs: number;
  bytes: number;
}

export type SiteState =
  | { readonly kind: "asking" }
  /** Too cheap to be worth a look-up. */
  | { readonly kind: "cheap" }
  /** Nothing was decided, but asking each time costs too much; the next run asks again. */
  | { readonly kind: "idle" }
  | { readonly kind: "refused"; readonly reason: Reason & { readonly url?: string } };

/** One guarded function of one loaded module. */
export interface LiveSite {
  readonly module: LiveModule;
  readonly index: number;
  readonly site: Site;
  readonly unit: LiveUnit;
  readonly stats: SiteStats;
  state: SiteState;
  fn: ((...args: unknown[]) => unknown) | null;
  /** Milliseconds that a call is expected to take, from this run or an earlier one; 0 when not known. */
  expected: number;
  /** Milliseconds of the last key. */
  keyMs: number;
  cheapInARow: number;
  /** Calls that could not be afforded. */
  declined: number;
  strikes: number;
  /** The last thing that forbade caching a single call. */
  lastReason: Reason | null;
}

/** What the memoizer needs from outside of the core. */
export interface Surroundings {
  readonly registry: Registry;
  readonly book: ReachBook;
  /** Opened at the first look-up; null when it cannot be. */
  readonly store: () => Store | null;
  /** Milliseconds since the process started, unaudited. */
  readonly now: () => number;
  readonly env: () => NodeJS.ProcessEnv;
  /** Why nothing can be cached at the moment (a built-in was replaced), or null. */
  readonly forbidden: () => string | null;
  /** What an earlier run knows of a function: expected milliseconds of a call. */
  readonly expected: (module: LiveModule, site: Site) => number;
  readonly valueLimit: number;
  /** Runs dumbo's own work with the audit suspended. */
  readonly unaudited: <T>(work: () => T) => T;
  readonly log: (line: string) => void;
}

/** What guards are called on the stack: the frame below one is the function that it stands in. */
export const GUARD_NAME = "dumboGuard";
/** Frames of dumbo on the stack of a recorded call. */
const OWN_FRAMES = 7;

/** A function whose calls cannot be keyed or fail so often in a row is left alone. */
const STRIKES = 4;

export class Memoizer {
  readonly #around: Surroundings;
  readonly #sites: LiveSite[] = [];
  readonly #budget: Budget;
  /** Where results are handed over; emptied at the next call, so as not to keep the last one alive for long. */
  readonly #box: Box = { value: undefined };
  #busy = false;
  #down = false;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#budget = new Budget(around.now);
  }

  /** All functions that were called at least once. */
  get sites(): readonly LiveSite[] {
    return this.#sites;
  }

  /** Takes a module from its prologue and switches its guards on. Cost: one closure a guard. */
  register(instance: ModuleInstance, guards: readonly number[], load: (id: string) => LiveModule["manifest"]): Box {
    const module = new LiveModule(instance, (id) => load(id) ?? undefined);
    this.#around.registry.register(module);
    if (!this.#down) for (const index of guards) instance.set(index, this.#guard(module, index));
    return this.#box;
  }

  /** Switches every guard that asks from now on off: the store is gone, or dumbo found itself at fault. */
  shutDown(): void {
    this.#down = true;
  }

  #guard(module: LiveModule, index: number): Guard {
    let live: LiveSite | null | undefined;
    const dumboGuard: Guard = (self, ...args) => {
      if (this.#busy) return false;
      this.#box.value = undefined;
      if (live === undefined) live = this.#around.unaudited(() => this.#find(module, index));
      if (live === null || this.#down) {
        module.instance.set(index, undefined);
        return false;
      }
      return this.#ask(live, dumboGuard, self, live.site.form === "arguments" ? [...(args[0] as unknown[])] : args);
    };
    return dumboGuard;
  }

  #find(module: LiveModule, index: number): LiveSite | null {
    const site = module.manifest?.sites[index];
    if (!site) return null;
    const live: LiveSite = {
      module,
      index,
      site,
      unit: module.unit(site.unit),
      stats: { calls: 0, hits: 0, misses: 0, saved: 0, runTotal: 0, keyTotal: 0, keys: 0, runs: 0, bytes: 0 },
      state: { kind: "asking" },
      fn: null,
      expected: this.#around.expected(module, site),
      keyMs: 0,
      cheapInARow: 0,
      declined: 0,
      strikes: 0,
      lastReason: null,
    };
    this.#sites.push(live);
    return live;
  }

  #ask(live: LiveSite, guard: Guard, self: unknown, args: unknown[]): boolean {
    live.stats.calls++;
    const started = this.#around.now();
    const looked = this.#unaudited(() => this.#lookUp(live, self, args, started));
    if (looked === null) return false;
    if ("hit" in looked) return this.#hand(looked.hit);
    if ("tooDear" in looked) return this.#time(live, guard, self, args);
    return this.#run(live, guard, self, args, looked);
  }

  /** dumbo's own work: unaudited, and whatever goes wrong in it the body just runs. */
  #unaudited<T>(work: () => T): T | null {
    this.#busy = true;
    try {
      return this.#around.unaudited(work);
    } catch (error) {
      // Close to the end of the stack anything can fail; the program will find out by itself.
      if (!(error instanceof RangeError)) this.#around.log(`internal error: ${(error as Error)?.stack ?? error}`);
      return null;
    } finally {
      this.#busy = false;
    }
  }

  #lookUp(live: LiveSite, self: unknown, args: unknown[], started: number): Looked {
    const forbidden = this.#around.forbidden();
    if (forbidden !== null) {
      this.#refuse(live, { text: forbidden });
      return null;
    }
    const left = this.#budget.left();
    if (!affords(left, live.expected, live.keyMs)) {
      // One slow key, or one large value, must not decide about all that come after.
      live.keyMs *= 0.7;
      return this.#tooDear(live);
    }
    const made = this.#key(live, self, args, left);
    if (made === null || "tooDear" in made) {
      this.#budget.spend(this.#around.now() - started);
      return made;
    }
    const { key, reach } = made;
    // Following the reach for the first time is paid once.
    const linked = made.linked;
    const store = this.#around.store();
    if (store === null) {
      this.shutDown();
      return null;
    }
    const record = store.get(key.hash);
    const entry = record && readEntry(record);
    const keyed = this.#around.now();
    if (entry) {
      const value = decode(entry.value);
      this.#count(live, entry.cost, this.#around.now() - started, entry.value.byteLength);
      return { hit: value };
    }
    this.#budget.spend(keyed - started);
    live.stats.keyTotal += keyed - started;
    live.stats.keys++;
    live.keyMs = keyed - linked;
    return { key, reach, keyMs: live.keyMs };
  }

  /** The key of a call, or null when there is none, with the reason noted. */
  #key(
    live: LiveSite,
    self: unknown,
    args: unknown[],
    left: number,
  ): { key: Key; reach: Reach; linked: number } | TooDear | null {
    const { book } = this.#around;
    try {
      const reach = book.reach(live.unit);
      if (reach.refusal) {
        this.#refuse(live, reach.refusal);
        return null;
      }
      if (!this.#resolve(live)) return null;
      const linked = this.#around.now();
      const call = { name: live.site.name, reach, self, args };
      const key = makeKey(call, book, nodeLimit(left, live.expected), this.#around.env());
      return { key, reach, linked };
    } catch (error) {
      if (error instanceof TooLarge) {
        live.lastReason = { text: `a call ${error.reason}` };
        return this.#tooDear(live);
      }
      if (error instanceof Unkeyable) this.#strike(live, { text: `a call ${error.reason}` });
      // Any other error is a binding in its dead zone, or an export that is not there yet: too early, not wrong.
      else if (!(error instanceof ReferenceError)) this.#strike(live, { text: `no key: ${(error as Error)?.message}` });
      return null;
    }
  }

  /** A call that is too dear to key is timed a few times: to know what it is worth, or that it is worth nothing. */
  #tooDear(live: LiveSite): TooDear | null {
    live.declined++;
    if (isIdle(live.declined)) this.#switchOff(live, { kind: "idle" });
    return isCheap(live.stats.runs) || live.site.async || !this.#resolve(live) ? null : { tooDear: true };
  }

  #time(live: LiveSite, guard: Guard, self: unknown, args: unknown[]): boolean {
    const { module, index, stats } = live;
    const started = this.#around.now();
    let result: unknown;
    module.instance.set(index, undefined);
    try {
      result = Reflect.apply(live.fn as (...args: unknown[]) => unknown, self, args);
    } finally {
      if (live.state.kind === "asking" && !this.#down) module.instance.set(index, guard);
    }
    const ran = this.#around.now() - started;
    stats.runs++;
    stats.runTotal += ran;
    live.expected = stats.runTotal / stats.runs;
    this.#judge(live, pays(ran, 0));
    return this.#hand(result);
  }

  /** Counts calls that were not worth it. */
  #judge(live: LiveSite, paid: boolean): void {
    live.cheapInARow = paid ? 0 : live.cheapInARow + 1;
    if (isCheap(live.cheapInARow)) this.#switchOff(live, { kind: "cheap" });
  }

  /** Finds the function object behind a guard; it has to be the one whose guard asks. */
  #resolve(live: LiveSite): boolean {
    if (live.fn !== null) return true;
    const { module, site, index } = live;
    const value = module.resolve(site.access);
    const isIt = typeof value === "function" && Function.prototype.toString.call(value).includes(`$dumbo${index}`);
    if (isIt) live.fn = value as LiveSite["fn"];
    else this.#refuse(live, { text: "was replaced by another function" });
    return isIt;
  }

  #count(live: LiveSite, cost: number, spent: number, bytes: number): void {
    const saved = cost - spent;
    live.stats.hits++;
    live.stats.saved += saved;
    live.stats.bytes = Math.max(live.stats.bytes, bytes);
    live.strikes = 0;
    this.#judge(live, saved > 0);
    this.#budget.save(saved);
    const frame = current();
    if (frame) frame.saved += cost;
  }

  /** Runs the body in a frame, with its guard passed, and records the result. */
  #run(live: LiveSite, guard: Guard, self: unknown, args: unknown[], miss: Miss): boolean {
    const { module, index, site, unit } = live;
    const { reach } = miss;
    const vouched = unit.unit.traits.includes("assumed");
    const frame = openFrame(reach.assumed, vouched);
    const isFollowed = site.async || reach.traits.has("async");
    const fn = live.fn as (...args: unknown[]) => unknown;
    const started = this.#around.now();
    let result: unknown;
    let completed = false;
    const { stackTraceLimit } = Error;
    // The program's own frames are to fit in beside dumbo's, which are taken out again (loader/stack.ts).
    Error.stackTraceLimit = stackTraceLimit + OWN_FRAMES;
    module.instance.set(index, undefined);
    try {
      const body = () => Reflect.apply(fn, self, args);
      result = isFollowed ? runFollowed(frame, body) : runSync(frame, body);
      completed = true;
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
      // A switch-off that happened meanwhile stays.
      if (live.state.kind === "asking" && !this.#down) module.instance.set(index, guard);
      if (!completed) {
        if (isFollowed) closeFollowed(frame);
        this.#strike(live, { text: "throws" });
      }
    }
    if (site.async) {
      this.#settle(live, self, args, miss, frame, result as Promise<unknown>, started);
    } else {
      const ran = this.#around.now() - started;
      if (isFollowed) closeFollowed(frame);
      this.#unaudited(() => this.#record(live, self, args, miss, frame, result, ran));
    }
    return this.#hand(result);
  }

  /** The promise goes on to the async function that asked: whoever handles that one handles this one. */
  #settle(
    live: LiveSite,
    self: unknown,
    args: unknown[],
    miss: Miss,
    frame: Frame,
    promise: Promise<unknown>,
    started: number,
  ): void {
    promise.then(
      (value) => {
        closeFollowed(frame);
        const ran = this.#around.now() - started;
        this.#unaudited(() => this.#record(live, self, args, miss, frame, value, ran));
      },
      () => {
        closeFollowed(frame);
        this.#strike(live, { text: "throws" });
      },
    );
  }

  #record(live: LiveSite, self: unknown, args: unknown[], miss: Miss, frame: Frame, value: unknown, ran: number): void {
    const { stats } = live;
    const started = this.#around.now();
    const cost = ran + frame.saved;
    stats.misses++;
    stats.runs++;
    stats.runTotal += cost;
    live.expected = stats.runTotal / stats.runs;
    if (frame.parent) frame.parent.saved += frame.saved;
    if (frame.mark !== null) return this.#strike(live, { text: frame.mark });
    const paid = pays(cost, miss.keyMs);
    this.#judge(live, paid);
    if (!paid) return;
    const refused = this.#store(live, self, args, miss, frame, value, cost);
    if (refused === null) live.strikes = 0;
    else this.#strike(live, { text: refused });
    this.#budget.spend(this.#around.now() - started);
  }

  /** Stores a result, or says why not. */
  #store(
    live: LiveSite,
    self: unknown,
    args: unknown[],
    { key, reach }: Miss,
    frame: Frame,
    value: unknown,
    cost: number,
  ): string | null {
    const { book, store, valueLimit } = this.#around;
    try {
      const call = { name: live.site.name, reach, self, args };
      const after = makeKey(call, book, Number.POSITIVE_INFINITY, this.#around.env());
      const changed = changedPart(key.parts, after.parts);
      if (changed !== null) return changed;
      // The walk after the call has seen everything that the result could share.
      const encoded = encode(value, after.walk, valueLimit);
      if ("refused" in encoded) return encoded.refused;
      const record = writeEntry(key, { cost, value: encoded.bytes });
      store()?.put(key.hash, record);
      live.stats.bytes = Math.max(live.stats.bytes, encoded.bytes.byteLength);
      frame.onLate = (mark) => {
        store()?.remove(key.hash);
        this.#strike(live, { text: `${mark} after it returned` });
      };
      return null;
    } catch (error) {
      return error instanceof Unkeyable ? `after the call, ${error.reason}` : `no record: ${(error as Error)?.message}`;
    }
  }

  #hand(value: unknown): boolean {
    this.#box.value = value;
    return true;
  }

  #strike(live: LiveSite, reason: Reason): void {
    live.lastReason = reason;
    if (++live.strikes >= STRIKES) this.#refuse(live, reason);
  }

  #refuse(live: LiveSite, reason: Reason & { url?: string }): void {
    live.lastReason = reason;
    this.#switchOff(live, { kind: "refused", reason });
  }

  #switchOff(live: LiveSite, state: SiteState): void {
    live.state = state;
    live.module.instance.set(live.index, undefined);
  }
}

type TooDear = { readonly tooDear: true };
type Looked = { readonly hit: unknown } | Miss | TooDear | null;

interface Miss {
  readonly key: Key;
  readonly reach: Reach;
  readonly keyMs: number;
}
