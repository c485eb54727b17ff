/**
 * The functions and classes that a reach leads to: those that its code means, in their order, and what a program can see
 * of each beside its code, once.
 */
import { type EarlierPart, type EarlierParts, shapeAt } from "./earlier-parts.ts";
import { isPlainFunction, recordOf } from "./function-shape.ts";
import type { LiveUnit } from "./live-module.ts";
import type { ReachedFunction, ReachedShape } from "./reached-shape.ts";

export class ReachedFunctions {
  readonly functions: ReachedFunction[] = [];
  readonly shapes: ReachedShape[] = [];
  /** Where the shape of each function stands. */
  readonly places = new Map<object, number>();
  /** Classes whose shape has all that is on them. */
  readonly #classes = new Set<LiveUnit>();
  readonly #earlier: EarlierParts | null;
  readonly #onEarlier: (part: EarlierPart) => void;

  /** @param onEarlier told of each shape that an earlier reach has, and that is therefore not among these */
  constructor(earlier: EarlierParts | null, onEarlier: (part: EarlierPart) => void) {
    this.#earlier = earlier;
    this.#onEarlier = onEarlier;
  }

  hasClass(unit: LiveUnit): boolean {
    return this.#classes.has(unit);
  }

  /**
   * Notes a function or class that code leads to. Returns a text that says which of them it is, and what the code does not tell of it:
   * names are made by computed keys, and by whatever a function is assigned to.
   */
  note(unit: LiveUnit, value: object): string {
    const shape = unit.shape?.constructor === value ? unit.shape : null;
    const earlier = this.#earlier === null ? null : this.#earlier.shape(value);
    // A class that was not known as one when the earlier reach was found is described there as a mere function.
    if (earlier !== null && (shapeAt(earlier).shape !== null) === (shape !== null)) {
      this.#onEarlier(earlier);
      return ` is ${earlier.index}:${earlier.place}`;
    }
    this.functions.push({ unit, value });
    const known = this.places.get(value);
    if (known !== undefined) return ` is ${known}`;
    if (shape) this.#classes.add(unit);
    const met: ReachedShape = shape ? { shape, name: unit.definition.name } : { shape: null, record: recordOf(value) };
    this.#add(value, met);
    return ` is new: ${met.shape ? met.shape.text : met.record.text}`;
  }

  /** Notes a function of the language or of Node, on which a program can put what it likes. */
  builtIn(value: object): string {
    if (!isPlainFunction(value)) return "";
    const record = recordOf(value);
    const place = this.places.get(value) ?? this.#add(value, { shape: null, record });
    return ` is ${place}: ${record.text}`;
  }

  #add(value: object, shape: ReachedShape): number {
    this.places.set(value, this.shapes.length);
    return this.shapes.push(shape) - 1;
  }
}
