/** Which records this process has found or stored since it last noted that on disk: when it writes a batch, or at its end. */
import { appendUsed } from "./used-log.ts";
import { foldUses, type Touch } from "./uses.ts";

/** How many records are noted until the next {@link Touches.fold}. */
const MOST_NOTED = 65536;

export class Touches {
  #touches = new Map<string, Touch>();
  /** The keys of records that were put. */
  #stored = new Set<string>();

  /** Cost: one Map insert. */
  add(key: string, owner: number): void {
    if (this.#touches.size >= MOST_NOTED) return;
    this.#touches.set(key, { owner, count: (this.#touches.get(key)?.count ?? 0) + 1 });
  }

  addStored(key: string): void {
    if (this.#stored.size < MOST_NOTED) this.#stored.add(key);
  }

  /** Writes all of them into the table of uses (uses.ts), and into the log that `dumbo export --used` reads (used-log.ts). */
  fold(folder: string): void {
    foldUses(folder, this.#touches);
    for (const key of this.#touches.keys()) this.#stored.add(key);
    appendUsed(folder, this.#stored);
    this.#stored = new Set();
    this.#touches = new Map();
  }
}
