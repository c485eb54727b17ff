import type { Reason } from "../reason/reason.ts";

/** Thrown when a value cannot be part of a key. It is no Error, because V8 would collect a stack trace for each. */
export class Unkeyable {
  readonly reason: Reason;
  constructor(reason: Reason) {
    this.reason = reason;
  }
}

/** Thrown when a walk is abandoned, because the key would cost more than the call is worth. */
export class TooLarge extends Unkeyable {
  /** About how many values the walk would have had, where that was foreseen; else 0. */
  readonly values: number;
  constructor(reason: Reason, values = 0) {
    super(reason);
    this.values = values;
  }
}

/**
 * Whether an error says that a value or a binding cannot be read, so that it cannot be taken for unchanged. `TooLarge` does not say
 * that: the walk has only run out of time.
 */
export function isUnreadable(error: unknown): boolean {
  return !(error instanceof TooLarge) && (error instanceof Unkeyable || error instanceof ReferenceError);
}
