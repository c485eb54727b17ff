/** Which records a process has found since it last wrote: noted when something is written anyway, or at the end. */
import { appendUsed } from "./used-log.ts";
import { foldUses, type Touch } from "./uses.ts";

/** Records of which it is noted that they were found, until the next {@link Touches.fold}. */
const MOST = 65536;

export class Touches {
  #touches = new Map<string, Touch>();
  /** Records that were put. */
  #stored = new Set<string>();

  /** Cost: one Map insert. */
  add(key: string, owner: number): void {
    if (this.#touches.size >= MOST) return;
    this.#touches.set(key, { owner, count: (this.#touches.get(key)?.count ?? 0) + 1 });
  }

  addStored(key: string): void {
    if (this.#stored.size < MOST) this.#stored.add(key);
  }

  /** Notes all in the store's table of uses, and for whoever exports what a run has used. */
  fold(folder: string): void {
    foldUses(folder, this.#touches);
    for (const key of this.#touches.keys()) this.#stored.add(key);
    appendUsed(folder, this.#stored);
    this.#stored = new Set();
    this.#touches = new Map();
  }
}
