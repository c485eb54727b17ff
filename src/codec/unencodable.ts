import type { ValueCause } from "../reason/reason.ts";

/** Why a result is no graph: thrown while one is written, and caught by who began it. */
export class Unencodable {
  readonly cause: ValueCause;
  constructor(cause: ValueCause) {
    this.cause = cause;
  }
}

/** What arguments, `this` or captured state hold is not copied. */
export const SHARED = { kind: "shares-object" } as const;
