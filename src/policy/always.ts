/** The policy that stores each call that may be stored, whatever it costs: for tests, and to find out what dumbo could store. */
import {
  type Account,
  type Allowance,
  type Declined,
  type History,
  LONG,
  type Policy,
  type Prospect,
} from "./policy.ts";

export const UNLIMITED: Allowance = {
  nodes: Number.POSITIVE_INFINITY,
  ms: Number.POSITIVE_INFINITY,
  reachMs: Number.POSITIVE_INFINITY,
};

/** An account without limits. */
export class OpenAccount implements Account {
  readonly record = 0;
  readonly skip = 0;
  readonly keyOver = 0;
  expected: number;
  #runs = 0;

  constructor(history: History | null) {
    this.expected = history?.run ?? 0;
  }

  get prospect(): Prospect {
    return "open";
  }

  get isPreferred(): boolean {
    return false;
  }

  allowance(): Allowance | null {
    return UNLIMITED;
  }

  decline(): Declined {
    return "bypass";
  }

  timed(ms: number): void {
    this.#runs++;
    this.expected = this.#runs === 1 ? ms : this.expected + (ms - this.expected) / this.#runs;
  }

  pays(_cost: number, _keyMs: number): boolean {
    return true;
  }

  recordLimit(): number {
    return Number.POSITIVE_INFINITY;
  }

  judge(_paid: boolean): boolean {
    return false;
  }

  judgeMeasured(paid: boolean): boolean {
    return this.judge(paid);
  }

  isLong(): boolean {
    return this.expected >= LONG;
  }

  linked(): void {}
  unlinked(): void {}
  keyed(): void {}
  abandoned(): void {}
  foreseen(): void {}
  unkeyable(): void {}
  stored(): void {}
  unrecorded(): void {}
  hit(): void {}
}

export const ALWAYS: Policy = {
  account: (history) => new OpenAccount(history),
  spent: () => undefined,
  affords: () => true,
  mayFollow: () => true,
};
