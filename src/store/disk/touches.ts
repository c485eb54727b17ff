/** Which records a process has found since it last wrote: noted when something is written anyway, or at the end. */
import { foldUses, type Touch } from "./uses.ts";

/** Records of which it is noted that they were found, until the next {@link Touches.fold}. */
const MOST = 65536;

export class Touches {
  #touches = new Map<string, Touch>();

  /** Cost: one Map insert. */
  add(key: string, owner: number): void {
    if (this.#touches.size >= MOST) return;
    this.#touches.set(key, { owner, count: (this.#touches.get(key)?.count ?? 0) + 1 });
  }

  /** Notes all in the store's table of uses. */
  fold(folder: string): void {
    foldUses(folder, this.#touches);
    this.#touches = new Map();
  }
}
