/**
 * Has one process at a time compute a call that takes long. A process that begins one claims it by a file, and other processes that need
 * the same entry wait. A wait stops the thread, as the call itself would. It ends when the entry is there, when the other process has
 * given up or died, and at the latest when the call would have ended. It also ends when the call in the other process waits for
 * something: the thread here must be free then, too.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Begun } from "../store.ts";
import { holding, pause, relabel, release, take } from "./lock.ts";

const PLACE = "claims";
/** A claim counts as stuck when it is this many times as old as the call is expected to take. */
const SLACK = 1.25;
/** The label of a claim whose call waits for something, so that its thread is free. */
const LEFT = "left";

/** Looks for the entry of a call. @param isOver whether no process is computing the call any more */
type Look = (isOver: boolean) => Uint8Array | undefined;

export class Claims {
  readonly #folder: string;
  readonly #held = new Map<string, string>();

  /** @param folder the store's */
  constructor(folder: string) {
    this.#folder = join(folder, PLACE);
  }

  /**
   * Claims a call, or waits for another process that has claimed it.
   * @param cost milliseconds that the call is expected to take; the wait is no longer
   */
  begin(key: string, cost: number, look: Look): Begun {
    if (this.#held.has(key)) return { kind: "nobody's" };
    const path = this.#pathOf(key);
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const name = take(path);
    if (name === undefined) return this.#waitFor(key, cost, look);
    this.#held.set(key, name);
    // Another process may have had the claim until now, and written the entry.
    const record = look(false);
    if (record === undefined) return { kind: "ours" };
    this.end(key);
    return { kind: "found", record };
  }

  /** Whether this process has claimed a call. */
  has(key: string): boolean {
    return this.#held.has(key);
  }

  /** Notes in the claim that the call waits for something, so that its thread is free. */
  leave(key: string): void {
    const name = this.#held.get(key);
    if (name !== undefined) this.#held.set(key, relabel(this.#pathOf(key), name, LEFT));
  }

  /** Whether another process has claimed a call, and the claim is not stuck. */
  isUnderWay(key: string, cost: number): boolean {
    const holder = holding(this.#pathOf(key));
    return holder !== undefined && Date.now() - holder.since <= SLACK * cost;
  }

  /** Gives a claim back. To be called when the call has ended, with an entry or without. */
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
      // This process holds another claim. If it waited, two processes could wait for each other.
      if (this.#held.size > 0) break;
      pause(next);
    }
    return { kind: "nobody's" };
  }

  #pathOf(key: string): string {
    return join(this.#folder, key);
  }
}
