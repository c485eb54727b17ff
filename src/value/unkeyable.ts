import type { Reason } from "../reason/reason.ts";

/** Thrown (without a stack, it is cheap) when a value cannot be part of a key. */
export class Unkeyable {
  readonly reason: Reason;
  constructor(reason: Reason) {
    this.reason = reason;
  }
}

/** The walk was abandoned: the key would cost more than the call is known to be worth. */
export class TooLarge extends Unkeyable {}

/** Whether an error says that something is not as it was: it cannot be copied or read any more. That the time is up says nothing. */
export function isDoubt(error: unknown): boolean {
  return !(error instanceof TooLarge) && (error instanceof Unkeyable || error instanceof ReferenceError);
}
