/** One function that is memoized by hand: how the engine knows it, and what becomes of its calls. */
import { types } from "node:util";
import type { Call, CallByHand, KeyInTime } from "../call/call.ts";
import type { Engine } from "../call/engine.ts";
import type { Entry } from "../call/entry.ts";
import type { HandSite } from "../call/hand-site.ts";
import type { Host } from "../call/host.ts";
import type { DecodedEntry } from "../call/validate.ts";
import type { Reach } from "../code/reach.ts";
import { hashText } from "../hash.ts";
import type { Key } from "../key/key.ts";
import type { Owner } from "../store/store.ts";
import type { Tweak, Tweaks } from "../trace/contexts.ts";
import { startedEngine, theEngine, whyNoEngine } from "./connection.ts";
import { copyOf } from "./copy-of.ts";
import { currentContext, findTweaked, laterInContext, runFixed } from "./current-context.ts";
import { frozenForm, isFrozen, thawed } from "./freezing.ts";
import { isInput, lookAt, lookedAt, standingFor } from "./inputs.ts";
import { keptHere, linkedHere } from "./kept-here.ts";
import { digestIn, KeptResults, LazyResult } from "./lazy.ts";
import { isTransparent, type Linked, linkFunction, type MemoizedByHand, type Unlinked } from "./link.ts";
import { noteQuestion } from "./note-finding.ts";
import { type CheckedOptions, checkSeed } from "./options.ts";
import { failed, type Outcome, returned, unwrap } from "./outcome.ts";
import { withSeed } from "./seed.ts";

/** An entry that answers a call, with what it holds. */
interface Hit {
  readonly entry: Entry;
  readonly decoded: DecodedEntry;
}

/** A call as it is found in the store. */
export type Found =
  | { readonly kind: "not-cached"; readonly reason: string }
  | {
      readonly kind: "keyed";
      readonly key: Key;
      readonly hit: Hit | null;
      readonly changed: string | null;
    };

/** A call whose body goes on when it has returned, as it was found in the store. */
export type Prepared = Extract<Found, { kind: "keyed" }> & {
  readonly engine: Engine;
  readonly linked: Linked;
  readonly given: Given;
};

/** What a call was given. */
interface Given {
  /** What the body gets. Results that are loaded late are loaded then. */
  readonly argsOf: () => readonly unknown[];
  readonly keyArgs: readonly unknown[];
  /** What stands for `this` in the key. */
  readonly self: unknown;
  readonly hasInputs: boolean;
  readonly covered: ReadonlySet<string>;
  /** Of the random numbers that the body gets; null for those of the process. */
  readonly seed: number | string | null;
  /** Whether files whose content is in the key still have it. */
  readonly isSame: () => boolean;
}

const DISABLED: Unlinked = { why: "it, or its group, is disabled" };

const IN_CONTEXT: Unlinked = { why: "in a context in which something is tweaked, its calls are not kept" };

const noGuard = () => false;

/** A result that is older than `ttl`, and not too old for `staleWhileRevalidate`. */
type Old =
  /** It is the answer, and has to be computed anew. */
  | { readonly kind: "stale"; readonly hash: string; readonly outcome: unknown }
  /** It is no answer: the call has to run. */
  | { readonly kind: "expired" };

/** A call that is answered with what it is tweaked to, for those who ask. */
function tweakedHit(decoded: DecodedEntry): Hit {
  const nothing = new Uint8Array(0);
  const entry = { cost: 0, turns: 0, waits: false, goesOn: false, trace: nothing, value: nothing, valueAt: "" };
  return { entry, decoded };
}

/** Whether a call did more than to return: a stale result would leave that out. */
function doesMore({ tools }: Engine, { entry, decoded }: Hit): boolean {
  if (decoded.changes.length > 0) return true;
  if (entry.trace.byteLength === 0) return false;
  const { output, writes = [] } = tools.unpackTrace(entry.trace);
  return output.length > 0 || writes.length > 0;
}

/** Values of tweaks that no digest stands for. */
let unkept = 0;

/** Results of a call of which something else is stored. */
interface Results {
  /** By what is stored in their place, of those that the call itself has made. */
  readonly originals: WeakMap<object, unknown>;
  readonly kept: KeptResults | null;
}

const NO_RESULTS: Results = { originals: new WeakMap(), kept: null };

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Each seed leads to one of so many draws. */
function drawOf(seed: number | string, samples: number): number {
  if (Number.isSafeInteger(seed)) return (((seed as number) % samples) + samples) % samples;
  return Number.parseInt(hashText(String(seed)).slice(0, 8), 16) % samples;
}

const FAILED: Extract<Found, { kind: "not-cached" }> = { kind: "not-cached", reason: "dumbo failed" };

function notCached(linked: Linked | Unlinked): Extract<Found, { kind: "not-cached" }> {
  return { kind: "not-cached", reason: "why" in linked ? linked.why : whyNoEngine().why };
}

export class HandFunction implements MemoizedByHand {
  readonly fn: MemoizedByHand["fn"];
  readonly options: CheckedOptions;
  readonly isAsync: boolean;
  readonly isStream: boolean;
  /** Its own switch. */
  isEnabled = true;
  readonly #isTransparent: boolean;
  #linked: Linked | Unlinked | null = null;
  /** How many modules were loaded when it was not known. */
  #asked = -1;
  /** Keys of stale results that are being computed again. */
  readonly #underWay = new Set<string>();
  /** Which draw is the next one, by the key of what it is a draw of. */
  readonly #turns = new Map<string, number>();

  constructor(fn: MemoizedByHand["fn"], options: CheckedOptions, isStream = false) {
    this.fn = fn;
    this.options = options;
    this.isAsync = types.isAsyncFunction(fn);
    this.isStream = isStream;
    this.#isTransparent = isTransparent(options);
  }

  /** Whether neither it nor its group is switched off. */
  get isOn(): boolean {
    return this.isEnabled && this.options.group?.isEnabled !== false;
  }

  call(self: unknown, args: readonly unknown[]): unknown {
    return runFixed(() => this.#call(self, args));
  }

  #call(self: unknown, args: readonly unknown[]): unknown {
    const engine = this.isOn ? theEngine() : null;
    const linked = engine && this.#linkedNow(self);
    if (!engine || !linked || "why" in linked) return this.runUncached(self, args);
    const given = this.#drawn(engine, linked, this.#given(engine, self, args), true);
    if (!this.#isTransparent || given.hasInputs) this.#noteInside(engine);
    const tweaks = engine.tools.currentContext()?.tweaks ?? null;
    if (tweaks !== null) return this.#callTweaked(engine, linked, self, given, tweaks);
    if (this.options.stale === 0) return this.#run(linked, self, given, false);
    const old = engine.memoizer.work(() => this.#findOld(engine, linked, given), null);
    if (old === null || old.kind === "expired") return this.#run(linked, self, given, old !== null);
    this.#computeLater(linked, self, given, old.hash);
    return this.#settled(old.outcome, NO_RESULTS, () => this.#run(linked, self, given, true));
  }

  /** Calls it whatever is stored. */
  refresh(self: unknown, args: readonly unknown[]): unknown {
    return runFixed(() => this.#refresh(self, args));
  }

  #refresh(self: unknown, args: readonly unknown[]): unknown {
    const engine = theEngine();
    const linked = this.#linkedNow(self);
    if (!engine || "why" in linked) return this.runUncached(self, args);
    const given = this.#drawn(engine, linked, this.#given(engine, self, args), false);
    return this.#run(linkedHere(engine, linked), self, given, true);
  }

  /** A call of a stream, as it is found now. A recorded call around it is not kept: it may get more of the stream, or less, another time. */
  prepare(self: unknown, args: readonly unknown[]): Prepared | Extract<Found, { kind: "not-cached" }> {
    const engine = theEngine();
    const linked = this.#linkedNow(self);
    if (!engine || "why" in linked) return notCached(linked);
    this.#noteInside(engine);
    const given = this.#given(engine, self, args);
    const found = engine.memoizer.work(() => this.#find(engine, linked, given.self, given.keyArgs), FAILED);
    return found.kind === "keyed" ? { ...found, engine, linked, given } : found;
  }

  /** Has a prepared call answered, or its body run and recorded; null where it is to run as if there were no dumbo. */
  begin({ linked: { live, place }, given }: Prepared, byHand: CallByHand): { readonly value: unknown } | null {
    return place.memoizer.callByHand({ live, guard: noGuard, self: given.self, args: given.keyArgs, byHand });
  }

  /** The function as the thread knows it by now. Starts dumbo. */
  linkedOn(self: unknown): Linked | Unlinked {
    if (!this.isOn) return DISABLED;
    const engine = theEngine();
    return engine ? this.#link(engine, self) : whyNoEngine();
  }

  /** The same for a call that is made now. */
  #linkedNow(self: unknown): Linked | Unlinked {
    return this.isUncachedInside && currentContext()?.tweaks ? IN_CONTEXT : this.linkedOn(self);
  }

  /** Whether its calls run as without dumbo in a context with tweaks: what is kept of them does not tell which of them hold there. */
  get isUncachedInside(): boolean {
    return this.isStream || this.options.lazy || this.options.samples > 0;
  }

  /** As it was known at the last call, also if it is switched off. */
  get lastLinked(): Linked | Unlinked | null {
    return this.#linked;
  }

  /** What a call would find, without a call. Nothing is printed or written again. */
  find(self: unknown, args: readonly unknown[]): Found {
    const engine = theEngine();
    const linked = this.#linkedNow(self);
    if (!engine || "why" in linked) return notCached(linked);
    const given = this.#drawn(engine, linked, this.#given(engine, self, args), false);
    noteQuestion(engine);
    return engine.memoizer.work(() => this.#find(engine, linked, given.self, given.keyArgs), FAILED);
  }

  /** A value as a call would have kept it, and the key of the call outside of all contexts; null where it has none. */
  tweakTo(
    self: unknown,
    args: readonly unknown[],
    value: unknown,
  ): { readonly key: string; readonly tweak: Tweak } | null {
    const engine = theEngine();
    const linked = this.linkedOn(self);
    if (!engine || "why" in linked) return null;
    const given = this.#given(engine, self, args);
    const stored = this.options.cacheErrors === null ? value : returned(value);
    const { host } = linked.place;
    const { encode, hash128 } = engine.tools;
    return engine.memoizer.work(() => {
      const keyed = this.#key(engine, host, linked.live, given.self, given.keyArgs);
      if ("kind" in keyed) return null;
      const { walk, hash } = keyed.key;
      const encoded = encode(stored, { before: walk, after: walk }, host.valueLimit);
      if ("bytes" in encoded)
        return { key: hash, tweak: { given: stored, bytes: encoded.bytes, digest: hash128(encoded.bytes) } };
      return { key: hash, tweak: { given: stored, bytes: null, digest: `not kept ${++unkept}` } };
    }, null);
  }

  /** What such a call is answered with may be old, or that of other arguments: who is recorded around it may not be kept. */
  #noteInside({ tools, host }: Engine): void {
    if (tools.current() === null) return;
    // Whoever vouches for a call is not told of the finding: no context may answer it from outside.
    if (this.isUncachedInside) tools.bookCall(null);
    tools.bookFinding({ kind: "uses-api", api: `memo with options (${this.options.name})` }, host.callerFile, null);
  }

  runUncached(self: unknown, args: readonly unknown[]): unknown {
    startedEngine()?.tools.bookCall(null);
    const looked = args.some(isInput) ? args.map(lookedAt) : args;
    return this.#runBody(self, looked, this.#seedOf(self, looked));
  }

  /** The function with the random numbers of a call. One without a seed is called by nobody in between: the stacks of errors have few frames. */
  #seeded(seed: number | string | null): MemoizedByHand["fn"] {
    const { fn } = this;
    if (seed === null) return fn;
    return function (this: unknown, ...args) {
      return withSeed(seed, () => Reflect.apply(fn, this, args));
    };
  }

  /** The seed of a call, or the number of its draw, by the option. Runs code of the program. */
  #seedOf(self: unknown, args: readonly unknown[]): number | string | null {
    const { seed, samples } = this.options;
    if (seed === null) return null;
    const found = checkSeed(Reflect.apply(seed, self, args));
    return samples === 0 ? found : drawOf(found, samples);
  }

  /**
   * A call that is the next draw of those with its arguments, if nothing says which one it is. Draws of other arguments have other numbers.
   * @param isCall whether the next call gets another one
   */
  #drawn(engine: Engine, { live, place }: Linked, given: Given, isCall: boolean): Given {
    const { seed, samples } = this.options;
    if (samples === 0 || seed !== null) return given;
    const find = () => this.#key(engine, place.host, live, given.self, given.keyArgs);
    const keyed = engine.memoizer.work(find, FAILED);
    // It gets numbers of the process, and is not kept.
    if ("kind" in keyed) return given;
    const { hash } = keyed.key;
    const draw = this.#turns.get(hash) ?? 0;
    if (isCall) this.#turns.set(hash, (draw + 1) % samples);
    return { ...given, seed: `${draw} of ${hash}`, keyArgs: [...given.keyArgs, "draw", draw] };
  }

  /** Has the body run, unless the call is tweaked. @param args as the body gets them */
  #runBody(self: unknown, args: readonly unknown[], seed: number | string | null): unknown {
    const tweaked = findTweaked(this.fn, self, args, false);
    const result = tweaked === null ? Reflect.apply(this.#seeded(seed), self, args) : this.#handedOver(tweaked.value);
    if (!this.options.lazy) return result;
    return this.isAsync ? Promise.resolve(result).then(LazyResult.held) : LazyResult.held(result);
  }

  #handedOver(value: unknown): unknown {
    const copy = copyOf(value);
    return this.isAsync ? new Promise((resolve) => resolve(copy)) : copy;
  }

  /** A call in a context. Results that are too old for `ttl` are of no use there. */
  #callTweaked(engine: Engine, linked: Linked, self: unknown, given: Given, { withoutKey }: Tweaks): unknown {
    const tweaked = withoutKey === 0 ? null : findTweaked(this.fn, self, given.argsOf(), true);
    if (tweaked !== null) return this.#handedOver(tweaked.value);
    return this.#run(linkedHere(engine, linked), self, given, false);
  }

  #run(linked: Linked, self: unknown, given: Given, refreshes: boolean): unknown {
    const { live, fresh, place } = linked;
    const originals = new WeakMap<object, unknown>();
    const kept = this.#keptResults(linked, self, given);
    const byHand = this.#callByHand(self, given, refreshes, fresh, { originals, kept });
    const call: Call = { live, guard: noGuard, self: given.self, args: given.keyArgs, byHand };
    const answered = place.memoizer.callByHand(call);
    if (answered === null) return this.#runBody(self, given.argsOf(), given.seed);
    return this.#settled(answered.value, { originals, kept }, () => this.#run(linked, self, given, true));
  }

  /** Where results of a call are kept that are loaded late; null where they are not. */
  #keptResults({ live, place }: Linked, self: unknown, given: Given): KeptResults | null {
    const engine = theEngine();
    if (!this.options.lazy || engine === null) return null;
    const find = () => this.#key(engine, place.host, live, given.self, given.keyArgs);
    const keyed = engine.memoizer.work(find, FAILED);
    if ("kind" in keyed) return null;
    // Where something is tweaked, it may return something else.
    const inContext = laterInContext();
    const again = this.isAsync
      ? null
      : () => inContext(() => Reflect.apply(this.#seeded(given.seed), self, given.argsOf()));
    return new KeptResults({ engine, live, place, key: keyed.key, again });
  }

  /**
   * What the caller gets for what the engine answers with.
   * @param again runs the function, for a result that cannot be had from what is stored
   */
  #settled(answer: unknown, { originals, kept }: Results, again: () => unknown): unknown {
    const settle = (answer: unknown): unknown => {
      const stored = this.#unwrapped(answer);
      const isOwn = isObject(stored) && originals.has(stored);
      const digest = this.options.lazy && !isOwn ? digestIn(stored) : null;
      if (digest !== null && kept !== null) return LazyResult.kept(kept, digest);
      if (!isFrozen(stored)) return result(stored);
      const engine = theEngine();
      if (engine !== null) this.#noteInside(engine);
      if (isOwn) return result(originals.get(stored));
      let value: unknown;
      try {
        value = thawed(stored);
      } catch {
        return again();
      }
      return result(value);
    };
    const result = (value: unknown) => (this.options.lazy ? LazyResult.held(value) : value);
    if (!this.isAsync) return settle(answer);
    const promise = types.isPromise(answer) ? answer : new Promise((resolve) => resolve(answer));
    return promise.then(settle);
  }

  #unwrapped(answer: unknown): unknown {
    return this.options.cacheErrors === null ? answer : unwrap(answer as Outcome);
  }

  /** @param results takes those of which something else is stored */
  #callByHand(
    self: unknown,
    { argsOf, seed, covered, isSame }: Given,
    refreshes: boolean,
    outside: Owner,
    { originals, kept }: Results,
  ): CallByHand {
    const { keep, cacheErrors, replay } = this.options;
    let isKept = true;
    const end = (value: unknown): unknown => {
      if (keep !== null) isKept = keep(value);
      let stored = value;
      try {
        const frozen = frozenForm(value, [self, ...argsOf()]);
        if (frozen !== null) originals.set(frozen, value);
        stored = frozen ?? kept?.put(value) ?? value;
      } catch {
        isKept = false;
        // It may look like something that is stored in the place of a result.
        if (isObject(value)) originals.set(value, value);
      }
      return cacheErrors === null ? stored : returned(stored);
    };
    const fail = (error: unknown): unknown => {
      if (cacheErrors === null || !cacheErrors(error)) throw error;
      return failed(error);
    };
    const fn = this.#seeded(seed);
    const runSync = () => {
      let value: unknown;
      try {
        value = Reflect.apply(fn, self, argsOf());
      } catch (error) {
        return fail(error);
      }
      return end(value);
    };
    const runAsync = async () => {
      let value: unknown;
      try {
        value = await Reflect.apply(fn, self, argsOf());
      } catch (error) {
        return fail(error);
      }
      return end(value);
    };
    return {
      body: this.isAsync ? runAsync : runSync,
      isKept: ({ output }) => isKept && (replay || output.length === 0) && isSame(),
      covered,
      refreshes,
      outside,
    };
  }

  /** What stands for the arguments in the key, and what the body gets. Runs `key` and `state`, which are the program's. */
  #given(engine: Engine, self: unknown, all: readonly unknown[]): Given {
    const { key, ignored, state } = this.options;
    const looks = new Map(all.filter(isInput).map((one) => [one, lookAt(one, engine)]));
    const looked = all.map((one) => looks.get(one) ?? null);
    const inputs = looked.filter((one) => one !== null);
    let loaded: readonly unknown[] | null = inputs.length === 0 ? all : null;
    const argsOf = () => {
      loaded ??= all.map((one, index) => (looked[index] ? looked[index].value : one));
      return loaded;
    };
    const inKey = (one: unknown, index: number) =>
      ignored.has(index) ? undefined : looked[index] ? looked[index].key : standingFor(one);
    const values = key === null ? all.map(inKey) : [Reflect.apply(key, self, argsOf())];
    const seed = this.options.seed === null ? null : this.#seedOf(self, argsOf());
    const withState = state.length === 0 ? values : [...values, "state", ...state.map(({ read }) => read())];
    return {
      argsOf,
      keyArgs: seed === null ? withState : [...withState, "seed", seed],
      seed,
      self: standingFor(self),
      hasInputs: inputs.length > 0,
      covered: new Set(inputs.map(({ path }) => path).filter((path) => path !== null)),
      isSame: () => inputs.every(({ isSame }) => isSame()),
    };
  }

  #link(engine: Engine, self: unknown): Linked | Unlinked {
    const known = this.#linked;
    // A method that nobody knows may become known by what it is called on.
    const isSettled = this.#asked === engine.registry.size && typeof self !== "object";
    if (known !== null && (!("why" in known) || isSettled)) return known;
    const unknown: Unlinked = { why: "dumbo failed" };
    this.#linked = engine.memoizer.work(() => linkFunction(engine, this, self), unknown);
    this.#asked = engine.registry.size;
    return this.#linked;
  }

  #find(engine: Engine, linked: Linked, self: unknown, keyArgs: readonly unknown[]): Found {
    const { live, place } = linked;
    const keyed = this.#key(engine, place.host, live, self, keyArgs);
    if ("kind" in keyed) return keyed;
    const { key, whyNotLater } = keyed;
    const here = keptHere(engine, linked, key);
    if (here.tweaked !== null) return { kind: "keyed", key: here.key, hit: tweakedHit(here.tweaked), changed: null };
    const valid = this.#valid(engine, place.host, here.live, { key: here.key, whyNotLater }, here.entries);
    return { kind: "keyed", key: here.key, ...valid };
  }

  /** The key of a call, or why it has none. */
  #key(
    { tools, book }: Engine,
    host: Host,
    live: HandSite,
    self: unknown,
    args: readonly unknown[],
  ): KeyInTime | Extract<Found, { kind: "not-cached" }> {
    const forbidden = host.forbidden();
    if (forbidden !== null) return { kind: "not-cached", reason: tools.describe(forbidden) };
    tools.beginKey();
    try {
      const reach: Reach = book.reach(live.unit);
      if (reach.refusal !== null) return { kind: "not-cached", reason: tools.describe(reach.refusal.reason) };
      return tools.keyOf(host, { live, guard: noGuard, self, args }, reach, Number.POSITIVE_INFINITY);
    } catch (error) {
      if (error instanceof tools.Unkeyable) return { kind: "not-cached", reason: tools.describe(error.reason) };
      if (error instanceof ReferenceError) return { kind: "not-cached", reason: error.message };
      throw error;
    }
  }

  /** The entry that would answer, with its value. */
  #valid(
    { tools }: Engine,
    host: Host,
    live: HandSite,
    { key, whyNotLater }: KeyInTime,
    entries: readonly Entry[],
  ): Pick<Extract<Found, { kind: "keyed" }>, "hit" | "changed"> {
    let changed: string | null = null;
    for (const entry of entries) {
      // Others could change what a call reads that goes on.
      if (entry.goesOn && whyNotLater !== null) continue;
      const { dependencies } = entry.trace.byteLength === 0 ? tools.NO_TRACE : tools.unpackTrace(entry.trace);
      const other = dependencies.find((one) => !one.selfWritten && host.outside.revalidate(one) === null);
      if (other !== undefined) {
        changed ??= host.outside.describeDependency(other);
        continue;
      }
      const bytes = tools.valueBytes(host, live, entry);
      const decoded = bytes && tools.decodeEntry(bytes, key);
      if (decoded) return { hit: { entry, decoded }, changed: null };
    }
    return { hit: null, changed };
  }

  /** What is kept for a call that has no fresh result; null where it has one, or none at all. */
  #findOld(engine: Engine, linked: Linked, { self, keyArgs }: Given): Old | null {
    const { host } = linked.place;
    const keyed = this.#key(engine, host, linked.live, self, keyArgs);
    if ("kind" in keyed) return null;
    const { key } = keyed;
    const store = host.store();
    if (store === null || store.get(key.hash, linked.fresh) !== undefined) return null;
    const { hit } = this.#valid(engine, host, linked.live, keyed, keptHere(engine, linked, key).entries);
    if (hit === null) return null;
    engine.tools.bookCall(null);
    if (doesMore(engine, hit)) return { kind: "expired" };
    linked.live.stats.calls++;
    linked.live.stats.hits++;
    return { kind: "stale", hash: key.hash, outcome: hit.decoded.value };
  }

  /** Computes a result anew when the running code has ended. */
  #computeLater(linked: Linked, self: unknown, given: Given, hash: string): void {
    if (this.#underWay.has(hash)) return;
    this.#underWay.add(hash);
    setImmediate(() => this.#computeAgain(linked, self, given, hash));
  }

  /** Nobody waits for it: an error is that of no caller, and the stale result stays. */
  #computeAgain(linked: Linked, self: unknown, given: Given, hash: string): void {
    const end = () => this.#underWay.delete(hash);
    try {
      const result = this.#run(linked, self, given, true);
      if (types.isPromise(result)) result.then(end, end);
      else end();
    } catch {
      end();
    }
  }

  /**
   * What a stored value is of, or null where that is lost: `cacheErrors` keeps errors beside results.
   * @throws such an error, and what a class throws that thaws its instances
   */
  valueOf(stored: unknown, self: unknown, key: Key): { readonly value: unknown } | null {
    const linked = this.linkedOn(self);
    const engine = theEngine();
    const digest = this.options.lazy ? digestIn(stored) : null;
    if (digest === null || engine === null || "why" in linked) return { value: thawed(this.#unwrapped(stored)) };
    return new KeptResults({ engine, live: linked.live, place: linked.place, key, again: null }).find(digest);
  }
}
