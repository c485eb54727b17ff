/** What can be asked of a memoized function, and done to its results. */
import type { SiteStats } from "../call/site.ts";
import type { Store } from "../store/store.ts";
import { theEngine } from "./connection.ts";
import type * as declared from "./declared.ts";
import type { AnyFunction, CallKey, Explanation, KeyParts, MemoStats, Queries } from "./declared.ts";
import type { HandFunction } from "./hand.ts";

/** What `peek` answers where nothing is kept. */
export const missing: typeof declared.missing = Symbol.for("dumbo.missing") as typeof declared.missing;

const PARTS = ["code", "self", "args", "state", "env"] as const;

const functions = new WeakMap<object, HandFunction>();
/** Counts when they were last reset. */
const resets = new WeakMap<HandFunction, MemoStats>();

export function standFor(memoized: object, hand: HandFunction): void {
  functions.set(memoized, hand);
}

/** @throws TypeError for a value that is no memoized function */
export function handOf(memoized: unknown): HandFunction {
  const hand = typeof memoized === "function" ? functions.get(memoized) : undefined;
  if (hand === undefined) throw new TypeError("this is no memoized function");
  return hand;
}

/** The questions about calls with one `this`. */
class CallQueries implements Queries<AnyFunction> {
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
    return found.kind === "keyed" && found.hit !== null ? this.#hand.valueOf(found.hit.decoded.value) : missing;
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
    return found.kind === "keyed" ? { key: found.key.hash, parts: { ...found.key.parts } } : null;
  }

  explain(...args: unknown[]): Explanation {
    const found = this.#hand.find(this.#self, args);
    if (found.kind !== "keyed") return { outcome: "not-cached", reason: found.reason };
    const { key, hit, changed } = found;
    const known = { key: key.hash, parts: { ...key.parts } };
    if (hit !== null) return { outcome: "hit", ...known, cost: hit.entry.cost };
    const linked = this.#hand.linkedOn(this.#self);
    const engine = theEngine();
    const reason = "live" in linked ? linked.live.lastReason : null;
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

/** What is stored of a function, as far as it was written. */
function itemsOf(hand: HandFunction) {
  const linked = hand.linkedOn(undefined);
  const engine = theEngine();
  if (engine === null || "why" in linked) return [];
  const { live, place } = linked;
  const items = () => engine.listItems(place.directory).filter(({ owner }) => owner === live.owner.id);
  return engine.memoizer.work(items, []);
}

function storeOf(hand: HandFunction): Store | null {
  const linked = hand.linkedOn(undefined);
  return "why" in linked ? null : linked.place.host.store();
}

export function statsOf(hand: HandFunction): MemoStats {
  const linked = hand.lastLinked;
  if (linked === null || "why" in linked) return { calls: 0, hits: 0, misses: 0, stored: 0, saved: 0, spent: 0 };
  const { calls, hits, misses, stored, saved, spent }: SiteStats = linked.live.stats;
  return { calls, hits, misses, stored, saved, spent };
}

/** What memoized functions inherit from. Each of these is called on one. */
const methods = {
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
    const hand = handOf(this);
    const store = storeOf(hand);
    for (const { key } of itemsOf(hand)) store?.remove(key);
  },
  stats(this: unknown): MemoStats {
    const hand = handOf(this);
    const now = statsOf(hand);
    const before = resets.get(hand);
    if (before === undefined) return now;
    return Object.fromEntries(
      Object.entries(now).map(([name, count]) => [name, count - before[name as keyof MemoStats]]),
    ) as unknown as MemoStats;
  },
  disable(this: unknown): void {
    handOf(this).isEnabled = false;
  },
  enable(this: unknown): void {
    handOf(this).isEnabled = true;
  },
  resetStats(this: unknown): void {
    const hand = handOf(this);
    resets.set(hand, statsOf(hand));
  },
};

function onItself(memoized: unknown): CallQueries {
  return new CallQueries(handOf(memoized), undefined);
}

export const MemoizedPrototype: object = Object.freeze(
  Object.create(
    Function.prototype,
    Object.fromEntries(Object.entries(methods).map(([name, value]) => [name, { value, writable: false }])),
  ),
);
