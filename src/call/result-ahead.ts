/**
 * What a constant of a pipeline holds in the place of its value, which was not decoded: the result of a call further on. Only the code that the
 * rewrite puts in front of the next calls sees it, and the program never has it in its hands.
 */
export class ResultAhead {
  readonly #depth: number;
  readonly #value: unknown;

  /** @param depth of the call whose result it is: 1 for the first one */
  constructor(depth: number, value: unknown) {
    this.#depth = depth;
    this.#value = value;
  }

  /** Runs no code of the value's. */
  static is(value: unknown): value is ResultAhead {
    return typeof value === "object" && value !== null && #depth in value;
  }

  get depth(): number {
    return this.#depth;
  }

  get value(): unknown {
    return this.#value;
  }
}
