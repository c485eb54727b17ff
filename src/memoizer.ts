/**
 * A memoized call: key, look up, hit or run and record.
 *
 * The guard in a function's body asks {@link Memoizer}; "no" lets the body run on in its own frame. Nothing here may
 * throw into the program, and nothing of the program runs here but the function itself.
 */
import { beginKey } from "./closures.ts";
import type { ReachBook } from "./code-book.ts";
import { decode, encode } from "./codec.ts";
import { readEntry, writeEntry } from "./entry.ts";
import { closeFollowed, current, type Frame, openFrame, runFollowed, runSync } from "./frames.ts";
import type { Box, GuardFunction, Handed } from "./guards.ts";
import { type Call, changedPart, type Key, makeKey } from "./key.ts";
import { LiveSite } from "./live-site.ts";
import type { Manifest, ModuleInstance, Site } from "./manifest.ts";
import type { Known, Policy } from "./policy.ts";
import type { Reach } from "./reach.ts";
import { LiveModule, type Registry } from "./registry.ts";
import type { Store } from "./store/store.ts";
import { TooLarge, Unkeyable } from "./values.ts";

/** What the memoizer needs from outside of the core. */
export interface Surroundings {
  readonly registry: Registry;
  readonly book: ReachBook;
  readonly policy: Policy;
  /** Opened at the first look-up; null when it cannot be. */
  readonly store: () => Store | null;
  /** Milliseconds since the process started, unaudited. */
  readonly now: () => number;
  readonly env: () => NodeJS.ProcessEnv;
  /** Why nothing can be cached at the moment (a built-in was replaced), or null. */
  readonly forbidden: () => string | null;
  /** What earlier runs know of a function: expected milliseconds of a call, and what its hits saved; null if nothing. */
  readonly known: (module: LiveModule, site: Site) => Known | null;
  /** Bytes of the largest value that is stored. */
  readonly valueLimit: number;
  /** Runs dumbo's own work with the audit suspended. */
  readonly unaudited: <T>(work: () => T) => T;
  /** Brings the audit up to date, before a body runs in a frame. */
  readonly beforeRun: () => void;
  /** Runs something on the next turn of the event loop, without keeping the process for it. */
  readonly later: (work: () => void) => void;
  readonly log: (line: string) => void;
}

/** What guards are called on the stack: the frame below one is the function that it stands in. */
export const GUARD_NAME = "dumboGuard";
/** Frames of dumbo on the stack of a recorded call. */
const OWN_FRAMES = 7;

/** One call of a guarded function. */
interface Asked {
  readonly live: LiveSite;
  readonly guard: GuardFunction;
  readonly self: unknown;
  readonly args: readonly unknown[];
}

type Looked =
  | { readonly kind: "hit"; readonly value: unknown }
  | { readonly kind: "miss"; readonly key: Key; readonly reach: Reach; readonly keyMs: number }
  /** The body runs, and is timed. */
  | { readonly kind: "time" }
  /** The body runs. */
  | { readonly kind: "pass" };
type Miss = Extract<Looked, { kind: "miss" }>;
const PASS: Looked = { kind: "pass" };

export class Memoizer {
  readonly #around: Surroundings;
  readonly #sites: LiveSite[] = [];
  /** Where results are handed over; emptied at the next call, so as not to keep the last one alive for long. */
  readonly #box: Box = { value: undefined };
  /** Entries that are looked at again, with what gives them up. */
  readonly #unsettled = new Map<() => void, () => void>();
  #busy = false;
  #down = false;

  constructor(around: Surroundings) {
    this.#around = around;
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
      return this.#ask({ live, guard: dumboGuard, self, args: list });
    };
    return dumboGuard;
  }

  #find(module: LiveModule, index: number): LiveSite | null {
    const site = module.manifest?.sites[index];
    if (!site) return null;
    const known = this.#around.known(module, site);
    const live = new LiveSite(module, index, site, this.#around.policy, known?.run ?? 0);
    this.#sites.push(live);
    if (known && !this.#around.policy.isPromising(known)) live.switchOff({ kind: "cheap" });
    return live;
  }

  #ask(asked: Asked): boolean {
    asked.live.stats.calls++;
    const looked = this.#own(() => this.#lookUp(asked), PASS);
    switch (looked.kind) {
      case "hit":
        return this.#hand(looked.value);
      case "miss":
        return this.#run(asked, looked);
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
      if (!(error instanceof RangeError)) this.#around.log(`internal error: ${(error as Error)?.stack ?? error}`);
      return otherwise;
    } finally {
      this.#busy = false;
    }
  }

  #lookUp({ live, self, args }: Asked): Looked {
    const { now, forbidden, store: openStore, env, book, policy } = this.#around;
    const started = now();
    const reason = forbidden();
    if (reason !== null) {
      live.refuse({ text: reason });
      return PASS;
    }
    const isNew = live.expected === 0;
    if (!policy.affords(live.expected, live.overhead, current() !== null)) return this.#decline(live);
    const reach = this.#reach(live);
    if (reach === null || live.fn === null) return PASS;
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
    } catch (error) {
      policy.spend(now() - linked);
      return this.#noKey(live, error);
    }
    const record = store.get(key.hash);
    const entry = record && readEntry(record);
    if (entry) {
      const value = decode(entry.value);
      this.#count(live, entry.cost, now() - started, entry.value.byteLength);
      return { kind: "hit", value };
    }
    const keyMs = now() - linked;
    live.overhead = keyMs;
    live.stats.keyTotal += keyMs;
    live.stats.keys++;
    policy.spend(keyMs);
    if (isNew) policy.explore(now() - started);
    return { kind: "miss", key, reach, keyMs };
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

  /** Runs the body in a frame, with its guard passed, and records the result. */
  #run(asked: Asked, miss: Miss): boolean {
    const { live, guard, self, args } = asked;
    const { now, beforeRun } = this.#around;
    beforeRun();
    const isAsync = live.site.async;
    const follows = isFollowed(live, miss);
    const frame = openFrame(miss.reach.assumed, live.unit.unit.traits.includes("assumed"));
    const fn = live.fn as (...args: unknown[]) => unknown;
    const started = now();
    const { stackTraceLimit } = Error;
    let result: unknown;
    let completed = false;
    // The program's own frames are to fit in beside dumbo's, which are taken out again (loader/stack.ts).
    Error.stackTraceLimit = stackTraceLimit + OWN_FRAMES;
    try {
      const body = () => Reflect.apply(fn, self, args);
      result = live.runPassed(guard, () => (follows ? runFollowed(frame, body) : runSync(frame, body)));
      completed = true;
    } finally {
      // No catch: throwing again would change where Node says that an uncaught error was thrown.
      Error.stackTraceLimit = stackTraceLimit;
      if (!completed) {
        if (follows) closeFollowed(frame);
        live.strike({ text: "throws" });
      }
    }
    if (isAsync) {
      this.#settle(asked, miss, frame, result as Promise<unknown>, started);
    } else {
      const ran = now() - started;
      if (follows) closeFollowed(frame);
      this.#own(() => this.#record(asked, miss, frame, result, ran), undefined);
    }
    return this.#hand(result);
  }

  /** The promise goes on to the async function that asked: whoever handles that one handles this one. */
  #settle(asked: Asked, miss: Miss, frame: Frame, promise: Promise<unknown>, started: number): void {
    promise.then(
      (value) => {
        closeFollowed(frame);
        const ran = this.#around.now() - started;
        this.#own(() => this.#record(asked, miss, frame, value, ran), undefined);
      },
      () => {
        closeFollowed(frame);
        asked.live.strike({ text: "throws" });
      },
    );
  }

  #record(asked: Asked, miss: Miss, frame: Frame, value: unknown, ran: number): void {
    const { live } = asked;
    const started = this.#around.now();
    const cost = ran + frame.saved;
    live.stats.misses++;
    live.timed(cost);
    if (frame.parent) frame.parent.saved += frame.saved;
    if (frame.mark !== null) return live.strike({ text: frame.mark });
    // A first key pays for things that later ones find ready.
    const paid = this.#around.policy.pays(cost, live.stats.keys > 1 ? miss.keyMs : 0);
    live.judge(paid);
    if (!paid) return;
    const refused = this.#store(asked, miss, frame, value, cost);
    if (refused !== null) live.strike({ text: refused });
    else live.succeed();
    if (refused === null && isFollowed(live, miss)) this.#lookAgain(asked, miss, frame);
    const spent = this.#around.now() - started;
    live.overhead = miss.keyMs + spent;
    this.#around.policy.spend(spent);
  }

  /**
   * What a body left to promises may still change its arguments or state: looked at again on the next turn of the event
   * loop, when promises have had theirs.
   */
  #lookAgain({ live, self, args }: Asked, { key, reach }: Miss, frame: Frame): void {
    const { book, env, later } = this.#around;
    const look = () => {
      if (!this.#unsettled.delete(look)) return;
      this.#own(() => {
        let changed: string | null;
        try {
          const after = makeKey(callOf(live, reach, self, args), book, Number.POSITIVE_INFINITY, env(), key);
          // What others did to the state meanwhile is no fault of a body that left nothing behind.
          const state = key.walk.traits.has("floating") ? after.parts.state : key.parts.state;
          changed = changedPart(key.parts, { ...after.parts, state });
        } catch (error) {
          changed = error instanceof Unkeyable ? error.reason : "changes what it reads";
        }
        if (changed !== null) frame.onLate?.(changed);
      }, undefined);
    };
    this.#unsettled.set(look, () => frame.onLate?.("leaves work to promises, and the program ended"));
    later(look);
  }

  /** Looks again now at what waits for it: the event loop has nothing left to do. */
  settle(): void {
    for (const look of [...this.#unsettled.keys()]) look();
  }

  /** Gives up the entries that were not looked at again: the program ends, whatever its promises still had to do. */
  giveUpUnsettled(): void {
    for (const giveUp of this.#unsettled.values()) giveUp();
    this.#unsettled.clear();
  }

  /** Stores a result, or says why not. */
  #store({ live, self, args }: Asked, { key, reach }: Miss, frame: Frame, value: unknown, cost: number): string | null {
    const { book, store, valueLimit, env } = this.#around;
    try {
      const after = makeKey(callOf(live, reach, self, args), book, Number.POSITIVE_INFINITY, env(), key);
      const changed = changedPart(key.parts, after.parts);
      if (changed !== null) return changed;
      // The walk after the call has seen everything that the result could share.
      const encoded = encode(value, after.walk, valueLimit);
      if ("refused" in encoded) return encoded.refused;
      store()?.put(key.hash, writeEntry(key, { cost, value: encoded.bytes }));
      live.stats.bytes = Math.max(live.stats.bytes, encoded.bytes.byteLength);
      frame.onLate = (mark) => {
        store()?.remove(key.hash);
        live.strike({ text: `${mark} after it returned` });
      };
      return null;
    } catch (error) {
      if (error instanceof Unkeyable) return `after the call, ${error.reason}`;
      throw error;
    }
  }

  #hand(value: unknown): boolean {
    this.#box.value = value;
    return true;
  }
}

/** Whether the body may leave work behind. */
function isFollowed({ site }: LiveSite, { key }: Miss): boolean {
  return site.async || key.walk.traits.has("async");
}

function callOf({ site }: LiveSite, reach: Reach, self: unknown, args: readonly unknown[]): Call {
  // The path tells a static method from another of the same name.
  const path = site.access.kind === "path" ? site.access.path.join(".") : "";
  return { name: `${site.name} ${path}`, reach, self, args };
}
