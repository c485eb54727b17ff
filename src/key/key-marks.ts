/**
 * Digests of the values in a key, by their places: which argument, which property of it, which variable. With them, `dumbo why` can say what
 * has changed. They are made in the walk after the body of a stored call; keys of look-ups have none.
 */
import { hash128 } from "../hash.ts";
import type { KeyWriter } from "./key-writer.ts";

/** Down to this level, properties and elements have digests of their own; the argument itself is the first level. */
const DEEPEST = 3;
/** So many digests are made for one key. */
const MOST = 48;
/** Hexadecimal digits of a digest. Two values with the same digits look the same to `dumbo why`: nothing else depends on them. */
export const MARK_DIGITS = 8;

// Captured before the program can replace them.
const { apply } = Reflect;
const slice = String.prototype.slice;

export class KeyMarks {
  /** `argument 1`, `argument 1.title`, `\`options\``. */
  readonly places: string[] = [];
  /** The digests one after another, in the order of the places. */
  digests = "";
  readonly #out: KeyWriter;
  /** The values that are being written, each with where it began and its place; null for one that gets no digest. */
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

  /** Adds the digests of other parts of the key, as many as there is room for. */
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
