/**
 * Digests of the parts of a key, by where they came from: which argument, which property of it, which variable. They are
 * made in the walk after a body that is stored, so that `dumbo why` can say what changed; keys of look-ups do without.
 */
import { hash128 } from "../hash.ts";
import type { KeyWriter } from "./key-writer.ts";

/** How deep properties and elements have a digest of their own, the argument itself being the first level. */
const DEEPEST = 3;
/** Digests of one key. */
const MOST = 48;
/** Hexadecimal digits of a digest. Two values with the same digits look the same to `dumbo why`. */
export const MARK_DIGITS = 8;

// Captured before the program can replace them.
const { apply } = Reflect;
const slice = String.prototype.slice;

export class KeyMarks {
  /** `argument 1`, `argument 1.title`, `\`options\``. */
  readonly places: string[] = [];
  /** One after another, in the order of the places. */
  digests = "";
  readonly #out: KeyWriter;
  /** What is being written: where it began, and its place; null where it gets no digest. */
  readonly #open: { readonly from: number; readonly place: string | null }[] = [];

  constructor(out: KeyWriter) {
    this.#out = out;
  }

  enter(place: string): void {
    this.#begin(place);
  }

  member(name: string | symbol): void {
    this.#begin(typeof name === "string" ? `.${name}` : "[symbol]");
  }

  element(index: number): void {
    this.#begin(`[${index}]`);
  }

  leave(): void {
    const last = this.#open.pop();
    if (!last || last.place === null) return;
    this.places.push(last.place);
    this.digests += apply(slice, hash128(this.#out.since(last.from)), [0, MARK_DIGITS]) as string;
  }

  /** Puts the digests of other parts of the key behind these, as many as there is room for. */
  add({ places, digests }: KeyMarks): void {
    for (let i = 0; i < places.length && this.places.length < MOST; i++) {
      this.places.push(places[i] as string);
      this.digests += apply(slice, digests, [i * MARK_DIGITS, (i + 1) * MARK_DIGITS]) as string;
    }
  }

  #begin(step: string): void {
    const outer = this.#open[this.#open.length - 1];
    const isNoted =
      this.#open.length < DEEPEST && this.places.length + this.#open.length < MOST && outer?.place !== null;
    this.#open.push({ from: this.#out.length, place: isNoted ? (outer?.place ?? "") + step : null });
  }
}
