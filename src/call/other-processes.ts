/**
 * Long calls that several processes make at once: the first one computes, the others wait for its entry. A call that
 * keeps its thread busy is waited for by stopping the thread; one that has left it to others, by timers.
 */

import type { Begun } from "../store/store.ts";
import { current } from "../trace/frames.ts";
import type { Host } from "./host.ts";
import type { LiveSite } from "./site.ts";

/** Milliseconds between two looks, at most; for calls that take very long, that share of their time. */
const PAUSE = { most: 16, share: 1 / 50 };

export class OtherProcesses {
  readonly #host: Host;
  readonly #own: <T>(work: () => T, otherwise: T) => T;
  /** Keys of async calls that were begun here and are not over. */
  readonly #begun = new Set<string>();

  constructor(host: Host, own: <T>(work: () => T, otherwise: T) => T) {
    this.#host = host;
    this.#own = own;
  }

  /**
   * Whether other processes may be told, and waited for: an earlier run has kept results of the function, and no other
   * call that somebody waits for is under way here.
   */
  isWorthAsking(live: LiveSite): boolean {
    const isKept = live.wasKept || live.stats.bytes > 0;
    return isKept && live.account.isLong() && current() === null;
  }

  /** Begins a call. @param cost milliseconds that it may be waited for */
  begin(live: LiveSite, key: string, cost: number): Begun {
    const { store, later } = this.#host;
    const begun = store()?.begin(key, live.owner, cost) ?? { kind: "nobody's" };
    if (begun.kind === "ours" && live.site.async) {
      this.#begun.add(key);
      // A call that never leaves the thread to others is over by the next turn of the event loop.
      later(() => this.#begun.has(key) && this.#own(() => store()?.leave(key), undefined));
    }
    return begun;
  }

  /** Lets others see what a call that was begun has left. */
  finish(key: string): void {
    this.#own(() => this.#host.store()?.finish(key), undefined);
  }

  /** The same, when what is kept only after a second look is kept. */
  finishLater(key: string): void {
    this.#begun.delete(key);
    this.#host.later(() => this.finish(key));
  }

  /**
   * Waits for a call that another process is at. The timers keep the process, as the call would.
   * @returns its record; undefined if it is to be computed here
   */
  async wait({ owner, expected }: LiveSite, key: string): Promise<Uint8Array | undefined> {
    const { store, now, sleep } = this.#host;
    const most = Math.max(PAUSE.most, expected * PAUSE.share);
    const started = now();
    for (let next = 1; ; next = Math.min(2 * next, most)) {
      const isLate = now() - started > expected;
      // Asked first: who ends in between has written by then.
      const isUnderWay = !isLate && this.#own(() => store()?.isUnderWay(key, expected), false);
      const record = this.#own(() => store()?.get(key, owner), undefined);
      if (record !== undefined || !isUnderWay) return record;
      await sleep(next);
    }
  }
}
