/** The functions of a pipeline's calls: whether each has a guard that is on, and may be asked about in the place of its call. */
import { MARK } from "../code/guard-text.ts";
import type { Site } from "../code/manifest.ts";
import { isInVain } from "../policy/earlier-runs.ts";
import { LEAST_BYTES } from "./given-value.ts";
import type { GuardedFunction, OpenedSites } from "./opened-sites.ts";
import type { LiveSite } from "./site.ts";

// Captured before the program can replace them.
const { min } = Math;
const sourceText = Function.prototype.toString;

/** What the text of a function with a guard has. */
const GUARD = /\$dumbo\d/;

interface KnownFunction {
  readonly fn: unknown;
  readonly guarded: GuardedFunction;
  /** Null while it is not open. */
  live: LiveSite | null;
}

/** The function of the first call, once it is open. */
interface FirstFunction {
  readonly live: LiveSite;
  /** Whether earlier runs lead to expect large results. */
  readonly wasLarge: boolean;
}

export interface FunctionEvents {
  /** Nothing is left to ask about: a call that is left alone has its guard. */
  readonly onEnd: () => void;
  /** A function has a guard, but while its module begins to run, it is not known yet. */
  readonly onUnknown: () => void;
}

export class PipelineFunctions {
  readonly #sites: OpenedSites;
  readonly #events: FunctionEvents;
  /** In the order of the calls, as far as they are known. */
  readonly #known: KnownFunction[] = [];
  #first: FirstFunction | null = null;
  /** How many calls, from the first one on, may be asked about: of the next one, the function has no guard or no place here. */
  #length = Number.POSITIVE_INFINITY;
  #isOver = false;

  constructor(sites: OpenedSites, events: FunctionEvents) {
    this.#sites = sites;
    this.#events = events;
  }

  /** How many calls may be asked about. @param calls of the pipeline */
  length(calls: number): number {
    return min(calls, this.#length);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether results of the first function may be large. Where it is known that they are not, and its guard is off, the pipeline ends. */
  mayBeLarge(): boolean {
    if (this.#first === null || isLarge(this.#first)) return true;
    if (this.#first.live.state.kind !== "active") this.#endBefore(0);
    return false;
  }

  /**
   * Null where a call may not be asked about, now or at all.
   * @param n the number of the call, from 0 on
   */
  liveAt(n: number, fn: unknown): LiveSite | null {
    const known = this.#knownAt(n, fn);
    if (known === null) return null;
    if (known.live === null) {
      const wasLarge = mayComeBack(known.guarded);
      // Its guard opens it, where nothing is expected of it.
      if (n === 0 && !wasLarge && !this.#sites.isOpen(known.guarded)) return null;
      known.live = this.#sites.open(known.guarded.module, known.guarded.index);
      if (n === 0 && known.live !== null) this.#first = { live: known.live, wasLarge };
      if (n === 0 && this.#first !== null && !isLarge(this.#first)) return null;
    }
    const { live } = known;
    if (live === null || live.state.kind !== "active") return this.#endBefore(n);
    return live.skip === 0 && live.fn === fn ? live : null;
  }

  #knownAt(n: number, fn: unknown): KnownFunction | null {
    const known = this.#known[n];
    if (known?.fn === fn) return known as KnownFunction;
    const guarded = this.#identify(n, fn);
    if (guarded === null) return null;
    if (n === 0) this.#first = null;
    const found = { fn, guarded, live: null };
    this.#known[n] = found;
    return found;
  }

  /** Ends the pipeline before a function that has no guard which is on, or is called in a way that has no place here. */
  #identify(n: number, fn: unknown): GuardedFunction | null {
    const text = typeof fn === "function" ? sourceText.call(fn) : "";
    const hasGuard = GUARD.test(text);
    const guarded = hasGuard ? this.#sites.find(fn as object) : null;
    if (hasGuard && guarded === null) {
      this.#events.onUnknown();
      return null;
    }
    const isIt = guarded !== null && isPlain(guarded.site) && text.includes(`${MARK}${guarded.index}(`);
    return isIt ? guarded : this.#endBefore(n);
  }

  /** From now on, the pipeline ends before a call. */
  #endBefore(n: number): null {
    if (n < 2) {
      this.#isOver = true;
      this.#events.onEnd();
    } else {
      this.#length = n;
    }
    return null;
  }
}

/** Whether a call of a function is made of nothing but its arguments, one for each name, and ends when it returns. */
function isPlain({ takes, async: isAsync, usesThis, foreign }: Site): boolean {
  return takes !== undefined && !isAsync && !usesThis && !foreign;
}

function isLarge({ live, wasLarge }: FirstFunction): boolean {
  return wasLarge || live.stats.bytes >= LEAST_BYTES;
}

/** Whether earlier runs lead to expect that calls of a function are answered, with large results. */
function mayComeBack({ history }: GuardedFunction): boolean {
  return history !== null && history.bytes >= LEAST_BYTES && !isInVain(history);
}
