/**
 * One call at a time over all processes, for calls that take long: a process that begins one says so in a file, and others
 * that need the same entry wait for it. A wait stops the thread, just as the call itself would. It ends when the entry is
 * there, when the other process has given up or died, and at the latest when computing would have ended. It also ends when the
 * call there waits for something itself: then the thread here must be free, too.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Begun } from "../store.ts";
import { holding, pause, relabel, release, take } from "./lock.ts";

const PLACE = "claims";
/** How much longer than usual the other may take before it counts as stuck. */
const SLACK = 1.25;
/** What a claim says of a call that has left its thread to others. */
const LEFT = "left";

/** Looks for the entry of a call. @param isOver nobody is at the call any more */
type Look = (isOver: boolean) => Uint8Array | undefined;

export class Claims {
  readonly #folder: string;
  readonly #held = new Map<string, string>();

  /** @param folder the store's */
  constructor(folder: string) {
    this.#folder = join(folder, PLACE);
  }

  /**
   * Begins a call, or waits for another process that is at it.
   * @param cost milliseconds that it is expected to take, and to be waited for
   */
  begin(key: string, cost: number, look: Look): Begun {
    if (this.#held.has(key)) return { kind: "nobody's" };
    const path = this.#pathOf(key);
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const name = take(path);
    if (name === undefined) return this.#waitFor(key, cost, look);
    this.#held.set(key, name);
    // The process that had the claim until now may have written the entry.
    const record = look(false);
    if (record === undefined) return { kind: "ours" };
    this.end(key);
    return { kind: "found", record };
  }

  has(key: string): boolean {
    return this.#held.has(key);
  }

  /** Says that a call which was begun here goes on after others had their turn. */
  leave(key: string): void {
    const name = this.#held.get(key);
    if (name !== undefined) this.#held.set(key, relabel(this.#pathOf(key), name, LEFT));
  }

  /** Whether a call that was begun elsewhere can still be waited for. */
  isUnderWay(key: string, cost: number): boolean {
    const holder = holding(this.#pathOf(key));
    return holder !== undefined && Date.now() - holder.since <= SLACK * cost;
  }

  /** Says that a call is over, whether it left an entry or not. */
  end(key: string): void {
    const name = this.#held.get(key);
    if (name === undefined) return;
    this.#held.delete(key);
    release(this.#pathOf(key), name);
  }

  #waitFor(key: string, cost: number, look: Look): Begun {
    const path = this.#pathOf(key);
    for (let waited = 0, next = 1; waited < cost; waited += next, next = Math.min(2 * next, 16)) {
      const holder = holding(path);
      const record = look(holder === undefined);
      if (record !== undefined) return { kind: "found", record };
      if (holder === undefined || Date.now() - holder.since > SLACK * cost) break;
      if (holder.label === LEFT) return { kind: "theirs" };
      // This process holds a claim itself: two that wait for each other would both wait in vain.
      if (this.#held.size > 0) break;
      pause(next);
    }
    return { kind: "nobody's" };
  }

  #pathOf(key: string): string {
    return join(this.#folder, key);
  }
}
