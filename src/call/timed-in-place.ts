/**
 * An async call that is only timed: its body runs where it was called and tells when it waits and ends. Nothing is wrapped, and
 * nothing is recorded. The time of a call whose promise cannot be waited for is not known, and not told.
 *
 * Nothing here may throw into the program, and nothing of the program runs here.
 */
import { types } from "node:util";
import type { CallInPlace } from "../code/guard-text.ts";
import { isPlainPromise, whenSettled } from "../node/plain-promise.ts";
import type { CallTimes, OpenCall } from "../trace/call-times.ts";
import { openCallAround } from "../trace/frames.ts";

const { isPromise } = types;

export class TimedInPlace implements CallInPlace {
  readonly #times: CallTimes;
  readonly #time: OpenCall;
  readonly #onEnd: (ran: number) => void;

  /** @param onEnd told what the call took when its promise is about to be settled */
  constructor(times: CallTimes, onEnd: (ran: number) => void) {
    this.#times = times;
    this.#onEnd = onEnd;
    this.#time = times.begin(openCallAround());
  }

  suspend(): void {
    this.#times.leave(this.#time);
  }

  resume(): void {
    this.#times.enter(this.#time);
  }

  loop(): void {}

  fail(): void {}

  end(value: unknown): boolean {
    this.#times.leave(this.#time);
    if (!isPromise(value)) this.#end();
    else if (isPlainPromise(value)) whenSettled(value, this.#end, this.#end);
    else this.#times.end(this.#time);
    return false;
  }

  readonly #end = (): void => this.#onEnd(this.#times.end(this.#time));
}
