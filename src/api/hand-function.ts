/** One function that is memoized by hand: whether its calls are looked up, and the steps that answer or run them. */
import { types } from "node:util";
import type { Call, CallByHand } from "../call/call.ts";
import type { Engine } from "../call/engine.ts";
import type { Key } from "../key/key.ts";
import type { Tweak, Tweaks } from "../trace/contexts.ts";
import { startedEngine, theEngine, whyNoEngine } from "./connection.ts";
import { copyOf } from "./copy-of.ts";
import { currentContext, findTweaked, laterInContext, runFixed } from "./current-context.ts";
import {
  FAILED,
  type FoundCall,
  findCall,
  findOld,
  type KeyedCall,
  keyOfCall,
  type NotCached,
  noGuard,
  notCached,
} from "./find-call.ts";
import { thawed } from "./freezing.ts";
import { asDraw, type GivenArguments, givenTo, seedOf } from "./given-arguments.ts";
import { argumentValue, isInput } from "./inputs.ts";
import { linkedHere } from "./kept-here.ts";
import { digestIn, KeptResults, LazyResult } from "./lazy.ts";
import {
  isTransparent,
  isUncachedInContext,
  type Linked,
  linkFunction,
  type MemoizedByHand,
  type Unlinked,
} from "./link.ts";
import { noteQuestion } from "./note-finding.ts";
import { noteOptions } from "./note-options.ts";
import type { CheckedOptions } from "./options.ts";
import { returned } from "./outcome.ts";
import { RecomputeLater } from "./recompute-later.ts";
import { recordedBody } from "./recorded-body.ts";
import { seeded } from "./seed.ts";
import { StoredResults, unwrapped } from "./stored-results.ts";

/** A call of a stream as it was found in the store: its body goes on when the call has returned. */
export type PreparedCall = KeyedCall & {
  readonly engine: Engine;
  readonly linked: Linked;
  readonly given: GivenArguments;
};

const DISABLED: Unlinked = { why: "it, or its group, is disabled" };

const IN_CONTEXT: Unlinked = { why: "in a context in which something is tweaked, its calls are not kept" };

/** How many tweaks have a value that cannot be encoded: each gets a digest of its own, which no other process has. */
let unencoded = 0;

export class HandFunction implements MemoizedByHand {
  readonly fn: MemoizedByHand["fn"];
  readonly options: CheckedOptions;
  readonly isAsync: boolean;
  readonly isStream: boolean;
  /** Its own switch. */
  isEnabled = true;
  readonly #isTransparent: boolean;
  #linked: Linked | Unlinked | null = null;
  /** How many modules were loaded when the thread did not know the function. */
  #modulesThen = -1;
  readonly #stale = new RecomputeLater();
  /** With `samples`: the number of the next draw, by the key of the call that it is a draw of. */
  readonly #nextDraw = new Map<string, number>();

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
    const given = this.#drawn(engine, linked, givenTo(this.options, engine, self, args), true);
    if (!this.#isTransparent || given.hasInputs) noteOptions(engine, this);
    const tweaks = engine.tools.currentContext()?.tweaks ?? null;
    if (tweaks !== null) return this.#callTweaked(engine, linked, self, given, tweaks);
    if (this.options.stale === 0) return this.#run(linked, self, given, false);
    const old = engine.memoizer.work(() => findOld(engine, linked, given), null);
    if (old === null || old.kind === "expired") return this.#run(linked, self, given, old !== null);
    const recompute = () => this.#run(linked, self, given, true);
    this.#stale.start(old.hash, recompute);
    return this.#taken(new StoredResults(this, null), old.stored, recompute);
  }

  /** Calls it whatever is stored. */
  refresh(self: unknown, args: readonly unknown[]): unknown {
    return runFixed(() => this.#refresh(self, args));
  }

  #refresh(self: unknown, args: readonly unknown[]): unknown {
    const engine = theEngine();
    const linked = this.#linkedNow(self);
    if (!engine || "why" in linked) return this.runUncached(self, args);
    const given = this.#drawn(engine, linked, givenTo(this.options, engine, self, args), false);
    return this.#run(linkedHere(engine, linked), self, given, true);
  }

  /** Finds a call of a stream. A recorded call around it is not kept: it may take more of the stream, or less, another time. */
  prepare(self: unknown, args: readonly unknown[]): PreparedCall | NotCached {
    const engine = theEngine();
    const linked = this.#linkedNow(self);
    if (!engine || "why" in linked) return notCached(linked);
    noteOptions(engine, this);
    const given = givenTo(this.options, engine, self, args);
    const found = engine.memoizer.work(() => findCall(engine, linked, given), FAILED);
    return found.kind === "keyed" ? { ...found, engine, linked, given } : found;
  }

  /** Has a prepared call answered, or its body run and recorded; null where it is to run as if there were no dumbo. */
  begin({ linked: { live, place }, given }: PreparedCall, byHand: CallByHand): { readonly value: unknown } | null {
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
    return isUncachedInContext(this) && currentContext()?.tweaks ? IN_CONTEXT : this.linkedOn(self);
  }

  #link(engine: Engine, self: unknown): Linked | Unlinked {
    const known = this.#linked;
    // A method that the thread does not know may become known by the class of the object that it is called on.
    const isSettled = this.#modulesThen === engine.registry.size && typeof self !== "object";
    if (known !== null && (!("why" in known) || isSettled)) return known;
    const unknown: Unlinked = { why: "dumbo failed" };
    this.#linked = engine.memoizer.work(() => linkFunction(engine, this, self), unknown);
    this.#modulesThen = engine.registry.size;
    return this.#linked;
  }

  /** As it was known at the last call, also if it is switched off. */
  get lastLinked(): Linked | Unlinked | null {
    return this.#linked;
  }

  /** What a call would find, without a call. Nothing is printed or written again. */
  find(self: unknown, args: readonly unknown[]): FoundCall {
    const engine = theEngine();
    const linked = this.#linkedNow(self);
    if (!engine || "why" in linked) return notCached(linked);
    const given = this.#drawn(engine, linked, givenTo(this.options, engine, self, args), false);
    noteQuestion(engine);
    return engine.memoizer.work(() => findCall(engine, linked, given), FAILED);
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
    const given = givenTo(this.options, engine, self, args);
    const stored = this.options.cacheErrors === null ? value : returned(value);
    const { encode, hash128 } = engine.tools;
    return engine.memoizer.work(() => {
      const keyed = keyOfCall(engine, linked, given.self, given.keyArgs);
      if ("kind" in keyed) return null;
      const { walk, hash } = keyed.key;
      const encoded = encode(stored, { before: walk, after: walk }, linked.place.host.valueLimit);
      if ("bytes" in encoded)
        return { key: hash, tweak: { given: stored, bytes: encoded.bytes, digest: hash128(encoded.bytes) } };
      return { key: hash, tweak: { given: stored, bytes: null, digest: `not kept ${++unencoded}` } };
    }, null);
  }

  runUncached(self: unknown, args: readonly unknown[]): unknown {
    startedEngine()?.tools.bookCall(null);
    const looked = args.some(isInput) ? args.map(argumentValue) : args;
    return this.#runBody(self, looked, seedOf(this.options, self, looked));
  }

  /**
   * With `samples` and without `seed`: a call becomes the next draw of its key. Draws of other arguments have other numbers.
   * @param isCall whether the next call gets the draw after this one; a question does not take a draw
   */
  #drawn(engine: Engine, linked: Linked, given: GivenArguments, isCall: boolean): GivenArguments {
    const { seed, samples } = this.options;
    if (samples === 0 || seed !== null) return given;
    const keyed = engine.memoizer.work(() => keyOfCall(engine, linked, given.self, given.keyArgs), FAILED);
    // Without a key the call is not kept, and draws from the random numbers of the process.
    if ("kind" in keyed) return given;
    const { hash } = keyed.key;
    const draw = this.#nextDraw.get(hash) ?? 0;
    if (isCall) this.#nextDraw.set(hash, (draw + 1) % samples);
    return asDraw(given, draw, hash);
  }

  /** Has the body run as if there were no dumbo, unless the call is tweaked. @param args as the body gets them */
  #runBody(self: unknown, args: readonly unknown[], seed: number | string | null): unknown {
    const tweaked = findTweaked(this.fn, self, args, false);
    const result = tweaked === null ? Reflect.apply(seeded(this.fn, seed), self, args) : this.#copied(tweaked.value);
    if (!this.options.lazy) return result;
    return this.isAsync ? Promise.resolve(result).then(LazyResult.held) : LazyResult.held(result);
  }

  /** What a tweaked call returns. */
  #copied(value: unknown): unknown {
    const copy = copyOf(value);
    return this.isAsync ? new Promise((resolve) => resolve(copy)) : copy;
  }

  /** A call in a context. Results that are older than `ttl` are not used there. */
  #callTweaked(engine: Engine, linked: Linked, self: unknown, given: GivenArguments, { withoutKey }: Tweaks): unknown {
    const tweaked = withoutKey === 0 ? null : findTweaked(this.fn, self, given.argsOf(), true);
    if (tweaked !== null) return this.#copied(tweaked.value);
    return this.#run(linkedHere(engine, linked), self, given, false);
  }

  #run(linked: Linked, self: unknown, given: GivenArguments, refreshes: boolean): unknown {
    const { live, fresh, place } = linked;
    const results = new StoredResults(this, this.#lazyResults(linked, self, given));
    const byHand = recordedBody(this, { self, given, results }, refreshes, fresh);
    const call: Call = { live, guard: noGuard, self: given.self, args: given.keyArgs, byHand };
    const answered = place.memoizer.callByHand(call);
    if (answered === null) return this.#runBody(self, given.argsOf(), given.seed);
    return this.#taken(results, answered.value, () => this.#run(linked, self, given, true));
  }

  /** Where the results of a lazy function's call are kept; null where its entry holds them. */
  #lazyResults(linked: Linked, self: unknown, given: GivenArguments): KeptResults | null {
    const engine = theEngine();
    if (!this.options.lazy || engine === null) return null;
    const keyed = engine.memoizer.work(() => keyOfCall(engine, linked, given.self, given.keyArgs), FAILED);
    if ("kind" in keyed) return null;
    // A lost result is computed when somebody asks for it, maybe in a context with other tweaks, where the function returns something else.
    const inContext = laterInContext();
    const again = this.isAsync
      ? null
      : () => inContext(() => Reflect.apply(seeded(this.fn, given.seed), self, given.argsOf()));
    return new KeptResults({ engine, live: linked.live, place: linked.place, key: keyed.key, again });
  }

  /** What the caller gets for what the engine has answered. @param again as in {@link StoredResults.take} */
  #taken(results: StoredResults, answer: unknown, again: () => unknown): unknown {
    if (!this.isAsync) return results.take(answer, again);
    const promise = types.isPromise(answer) ? answer : new Promise((resolve) => resolve(answer));
    return promise.then((settled) => results.take(settled, again));
  }

  /**
   * The result that a value of an entry stands for; null where it is lost.
   * @throws an error that is stored with `cacheErrors`, and what a class throws that thaws its instances
   */
  valueOf(stored: unknown, self: unknown, key: Key): { readonly value: unknown } | null {
    const linked = this.linkedOn(self);
    const engine = theEngine();
    const digest = this.options.lazy ? digestIn(stored) : null;
    if (digest === null || engine === null || "why" in linked) {
      return { value: thawed(unwrapped(this.options, stored)) };
    }
    return new KeptResults({ engine, live: linked.live, place: linked.place, key, again: null }).find(digest);
  }
}
