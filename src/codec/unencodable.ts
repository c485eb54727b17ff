import type { ValueCause } from "../reason/reason.ts";

/** Thrown while a graph is written, when the result cannot be encoded; `writeGraph` catches it. */
export class Unencodable {
  readonly cause: ValueCause;
  constructor(cause: ValueCause) {
    this.cause = cause;
  }
}

/** The result holds an object of arguments, `this` or state that a hit could not find again: a copy would be another object. */
export const SHARED = { kind: "shares-object" } as const;
