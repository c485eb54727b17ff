/** Where a run draws random numbers. What the code does with them there is for others to find out (loader/whole-run/random-proof.ts). */
import type { CodePlace } from "./clock-reads.ts";

/** A run that draws at more places depends on chance, as far as anybody can tell. */
const MOST = 50;

export class RandomDraws {
  /** By path and line. */
  readonly #places = new Map<string, CodePlace>();

  get all(): readonly CodePlace[] {
    return [...this.#places.values()];
  }

  /**
   * @param find finds the line of the program that draws
   * @returns false where that is not known, or not the first time: numbers that are drawn again and again decide something
   */
  note(find: () => CodePlace | null): boolean {
    const place = this.#places.size < MOST ? find() : null;
    if (place === null) return false;
    const name = `${place.path}:${place.line}`;
    if (this.#places.has(name)) return false;
    this.#places.set(name, place);
    return true;
  }
}
