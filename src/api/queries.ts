/** The methods of memoized functions: questions about their calls, and what is done to their results. */
import type { HandSite } from "../call/hand-site.ts";
import type { SiteStats } from "../call/site.ts";
import type { Key } from "../key/key.ts";
import type { Store } from "../store/store.ts";
import { startedEngine, theEngine } from "./connection.ts";
import { currentContext } from "./current-context.ts";
import type * as declared from "./declared.ts";
import type { AnyFunction, CallKey, Explanation, KeyParts, MemoStats, Queries } from "./declared.ts";
import type { HandFunction } from "./hand-function.ts";
import { noteQuestion } from "./note-finding.ts";

/** What `peek` answers where nothing is kept. */
export const missing: typeof declared.missing = Symbol.for("dumbo.missing") as typeof declared.missing;

const PARTS = ["code", "self", "args", "state", "env"] as const;

const functions = new WeakMap<object, HandFunction>();
/** The counts at the last `resetStats`. */
const resets = new WeakMap<HandSite, MemoStats>();

export function standFor(memoized: object, hand: HandFunction): void {
  functions.set(memoized, hand);
}

/** @throws TypeError for a value that is no memoized function */
export function handOf(memoized: unknown): HandFunction {
  const hand = typeof memoized === "function" ? functions.get(memoized) : undefined;
  if (hand === undefined) throw new TypeError("this is no memoized function");
  return hand;
}

/**
 * The function and the `this` that a question is about.
 * @param fn a memoized function, or what its `of` has made
 * @throws TypeError for anything else
 */
export function callOf(fn: unknown): { readonly hand: HandFunction; readonly self: unknown } {
  return CallQueries.isOne(fn) ? CallQueries.callOf(fn) : { hand: handOf(fn), self: undefined };
}

/** The questions about calls with one `this`. */
class CallQueries implements Queries<AnyFunction> {
  static isOne(value: unknown): value is CallQueries {
    return typeof value === "object" && value !== null && #hand in value;
  }

  static callOf(one: CallQueries): { readonly hand: HandFunction; readonly self: unknown } {
    return { hand: one.#hand, self: one.#self };
  }

  readonly #hand: HandFunction;
  readonly #self: unknown;

  constructor(hand: HandFunction, self: unknown) {
    this.#hand = hand;
    this.#self = self;
  }

  wouldHit(...args: unknown[]): boolean {
    const found = this.#hand.find(this.#self, args);
    return found.kind === "keyed" && found.hit !== null;
  }

  peek(...args: unknown[]): unknown {
    const found = this.#hand.find(this.#self, args);
    if (found.kind !== "keyed" || found.hit === null) return missing;
    const kept = this.#hand.valueOf(found.hit.decoded.value, this.#self, found.key);
    return kept === null ? missing : kept.value;
  }

  refresh(...args: unknown[]): unknown {
    return this.#hand.refresh(this.#self, args);
  }

  forget(...args: unknown[]): boolean {
    const found = this.#hand.find(this.#self, args);
    if (found.kind !== "keyed") return false;
    storeOf(this.#hand)?.remove(found.key.hash);
    return found.hit !== null;
  }

  keyOf(...args: unknown[]): CallKey | null {
    const found = this.#hand.find(this.#self, args);
    return found.kind === "keyed" ? { key: outsideHash(found.key), parts: { ...found.key.parts } } : null;
  }

  explain(...args: unknown[]): Explanation {
    const found = this.#hand.find(this.#self, args);
    if (found.kind !== "keyed") return { outcome: "not-cached", reason: found.reason };
    const { key, hit, changed } = found;
    const known = { key: outsideHash(key), parts: { ...key.parts } };
    if (hit !== null) return { outcome: "hit", ...known, cost: hit.entry.cost };
    const linked = this.#hand.linkedOn(this.#self);
    const engine = theEngine();
    const reason = "live" in linked ? (countingSite(this.#hand)?.lastReason ?? null) : null;
    const lastRefusal = reason !== null && engine ? engine.tools.describe(reason) : null;
    return { outcome: "miss", ...known, changed, differs: this.#nearest(key.parts), lastRefusal };
  }

  /** Which parts differ from the most similar call that is kept. */
  #nearest(parts: KeyParts): readonly (keyof KeyParts)[] | null {
    let nearest: readonly (keyof KeyParts)[] | null = null;
    const engine = theEngine();
    for (const { key } of itemsOf(this.#hand)) {
      const record = storeOf(this.#hand)?.get(key);
      const others = record === undefined ? null : engine?.tools.readParts(record);
      if (!others) continue;
      const differs = PARTS.filter((part) => parts[part] !== others[part]);
      if (nearest === null || differs.length < nearest.length) nearest = differs;
    }
    return nearest;
  }
}

/** The key of a call as it is outside of all contexts. */
function outsideHash({ hash, outside }: Key): string {
  return outside ?? hash;
}

/** What is stored of a function, as far as it was written. In a context with tweaks, only what calls in contexts have stored. */
function itemsOf(hand: HandFunction) {
  const linked = hand.linkedOn(undefined);
  const engine = theEngine();
  if (engine === null || "why" in linked) return [];
  const { live, tweaked, place } = linked;
  const isInside = currentContext()?.tweaks;
  const isMeant = (owner: number) => owner === tweaked.owner.id || (!isInside && owner === live.owner.id);
  const items = () => engine.listItems(place.directory).filter(({ owner }) => isMeant(owner));
  return engine.memoizer.work(items, []);
}

function storeOf(hand: HandFunction): Store | null {
  const linked = hand.linkedOn(undefined);
  return "why" in linked ? null : linked.place.host.store();
}

/** Where calls that are made now are counted: in a context with tweaks, apart. Null as long as the function was not called. */
function countingSite({ lastLinked }: HandFunction): HandSite | null {
  if (lastLinked === null || "why" in lastLinked) return null;
  return currentContext()?.tweaks ? lastLinked.tweaked : lastLinked.live;
}

export function statsOf(hand: HandFunction): MemoStats {
  const site = countingSite(hand);
  if (site === null) return { calls: 0, hits: 0, misses: 0, stored: 0, saved: 0, spent: 0 };
  const { calls, hits, misses, stored, saved, spent }: SiteStats = site.stats;
  return { calls, hits, misses, stored, saved, spent };
}

/** The methods that memoized functions inherit. Each is called on a memoized function. */
export const methods = {
  wouldHit(this: unknown, ...args: unknown[]): boolean {
    return onItself(this).wouldHit(...args);
  },
  peek(this: unknown, ...args: unknown[]): unknown {
    return onItself(this).peek(...args);
  },
  refresh(this: unknown, ...args: unknown[]): unknown {
    return onItself(this).refresh(...args);
  },
  forget(this: unknown, ...args: unknown[]): boolean {
    return onItself(this).forget(...args);
  },
  keyOf(this: unknown, ...args: unknown[]): CallKey | null {
    return onItself(this).keyOf(...args);
  },
  explain(this: unknown, ...args: unknown[]): Explanation {
    return onItself(this).explain(...args);
  },
  of(this: unknown, self: unknown): CallQueries {
    return new CallQueries(handOf(this), self);
  },
  forgetAll(this: unknown): void {
    const hand = asked(this);
    const store = storeOf(hand);
    for (const { key } of itemsOf(hand)) store?.remove(key);
  },
  stats(this: unknown): MemoStats {
    const hand = asked(this);
    const now = statsOf(hand);
    const site = countingSite(hand);
    const before = site === null ? undefined : resets.get(site);
    if (before === undefined) return now;
    return Object.fromEntries(
      Object.entries(now).map(([name, count]) => [name, count - before[name as keyof MemoStats]]),
    ) as unknown as MemoStats;
  },
  disable(this: unknown): void {
    asked(this).isEnabled = false;
  },
  enable(this: unknown): void {
    asked(this).isEnabled = true;
  },
  resetStats(this: unknown): void {
    const hand = asked(this);
    const site = countingSite(hand);
    if (site !== null) resets.set(site, statsOf(hand));
  },
};

/** The function that a method was called on. The recorded calls around are told: the answer depends on more than any key holds. */
function asked(memoized: unknown): HandFunction {
  const hand = handOf(memoized);
  const engine = startedEngine();
  if (engine !== null) noteQuestion(engine);
  return hand;
}

function onItself(memoized: unknown): CallQueries {
  return new CallQueries(handOf(memoized), undefined);
}

export const MemoizedPrototype: object = prototypeWith(methods);

/** A prototype for memoized functions: a frozen one, below that of all functions. */
export function prototypeWith(members: Readonly<Record<string, unknown>>): object {
  const properties = Object.entries(members).map(([name, value]) => [name, { value, writable: false }]);
  return Object.freeze(Object.create(Function.prototype, Object.fromEntries(properties)));
}
