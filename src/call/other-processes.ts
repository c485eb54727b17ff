/**
 * Long calls that several processes make at once: the first process computes, the others wait for its entry. While the call keeps the
 * first one's thread busy, the others stop their threads, too; once it waits for something, they wait by timers.
 */
import type { Begun } from "../store/store.ts";
import { current } from "../trace/frames.ts";
import type { Host } from "./host.ts";
import type { InternalWork } from "./internal-work.ts";
import type { LiveSite } from "./site.ts";

/** The longest time between two looks at the store: so many milliseconds, or for very long calls that share of their time. */
const PAUSE = { most: 16, share: 1 / 50 };

export class OtherProcesses {
  readonly #host: Host;
  readonly #internal: InternalWork;
  /** Keys of async calls that were begun here and have not ended. */
  readonly #begun = new Set<string>();

  constructor(host: Host, internal: InternalWork) {
    this.#host = host;
    this.#internal = internal;
  }

  /**
   * Whether other processes are told of a call: it is long, an earlier one of the function could be stored, and it is not inside of a
   * recorded call. There, a wait may never end: two processes could wait for each other.
   */
  isWorthClaiming(live: LiveSite): boolean {
    const isKept = live.wasKept || live.stats.bytes > 0;
    return isKept && live.account.isLong() && current() === null;
  }

  /**
   * Tells other processes that this one computes a key, or finds out that another one does.
   * @param cost milliseconds that this thread may be stopped to wait for the other one
   */
  begin(live: LiveSite, key: string, cost: number): Begun {
    const { store, onNextTurn } = this.#host;
    const begun = store()?.begin(key, live.owner, cost) ?? { kind: "nobody's" };
    if (begun.kind === "ours" && live.site.async) {
      this.#begun.add(key);
      // A call that is still running on the next turn has left its thread: the others may no longer stop theirs.
      onNextTurn(() => this.#begun.has(key) && this.#internal.run(() => store()?.leave(key), undefined));
    }
    return begun;
  }

  /** Ends a call that was begun: other processes see its entry now, or that there is none. */
  finish(key: string): void {
    this.#internal.run(() => this.#host.store()?.finish(key), undefined);
  }

  /** The same on the next turn: by then, an entry that needs a deferred check is stored. */
  finishLater(key: string): void {
    this.#begun.delete(key);
    this.#host.onNextTurn(() => this.finish(key));
  }

  /**
   * Waits for a call that another process is computing. The timers keep this process alive, as the call itself would.
   * @returns its record; undefined if the call has to be computed here
   */
  async wait({ owner, expected }: LiveSite, key: string): Promise<Uint8Array | undefined> {
    const { store, now, sleep } = this.#host;
    const most = Math.max(PAUSE.most, expected * PAUSE.share);
    const started = now();
    for (let next = 1; ; next = Math.min(2 * next, most)) {
      const isLate = now() - started > expected;
      // This has to come before `get`: a process that ends between the two has written its entry before it ended.
      const isUnderWay = !isLate && this.#internal.run(() => store()?.isUnderWay(key, expected), false);
      const record = this.#internal.run(
        () => store()?.get(key, owner, { form: "entry", worth: expected, onlyArrived: true, inPending: !isUnderWay }),
        undefined,
      );
      if (record !== undefined || !isUnderWay) return record;
      await sleep(next);
    }
  }
}
