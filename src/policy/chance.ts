/**
 * A policy for tests, which answers each question at random, from a seed. So code runs often that otherwise needs a busy machine or a
 * large argument to run at all. Whatever the policy answers, the program has to do the same.
 */
import { OpenAccount, UNLIMITED } from "./always.ts";
import type { Account, Allowance, Declined, History, Policy, Prospect } from "./policy.ts";

// Captured before the program can replace it.
const { imul } = Math;

/** How often each answer is given. */
const SHARE = {
  hopeless: 0.04,
  paused: 0.04,
  /** No key is made. */
  declined: 0.12,
  /** A key is abandoned after up to {@link FEW} values. */
  limited: 0.1,
  timed: 0.6,
  /** A guard is switched off for this run. */
  idle: 0.05,
  /** A text that a call makes code of is not analysed. */
  unaffordable: 0.1,
  pays: 0.85,
  /** A guard is switched off, and the next run leaves it out. */
  cheap: 0.04,
  long: 0.3,
};
const FEW = 40;

export class Chance implements Policy {
  #state = 0x811c9dc5;

  /** @param seed any text: equal texts give equal answers to equal questions */
  constructor(seed: string) {
    for (let i = 0; i < seed.length; i++) this.#state = imul(this.#state ^ seed.charCodeAt(i), 16777619);
  }

  account(history: History | null): Account {
    return new ChanceAccount(history, this);
  }

  /** This policy does not depend on time. */
  spent(): void {}

  affords(): boolean {
    return this.next() >= SHARE.unaffordable;
  }

  mayFollow(): boolean {
    return this.next() >= SHARE.unaffordable;
  }

  /** A number from 0 to 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

class ChanceAccount extends OpenAccount {
  readonly #chance: Chance;
  readonly #prospect: Prospect;

  constructor(history: History | null, chance: Chance) {
    super(history);
    this.#chance = chance;
    this.#prospect = this.#is(SHARE.hopeless) ? "hopeless" : this.#is(SHARE.paused) ? "paused" : "open";
  }

  override get prospect(): Prospect {
    return this.#prospect;
  }

  override allowance(): Allowance | null {
    if (this.#is(SHARE.declined)) return null;
    return this.#is(SHARE.limited) ? { ...UNLIMITED, nodes: 1 + this.#chance.next() * FEW } : UNLIMITED;
  }

  override decline(): Declined {
    if (this.#is(SHARE.idle)) return "idle";
    return this.#is(SHARE.timed) ? "measure" : "bypass";
  }

  override pays(): boolean {
    return this.#is(SHARE.pays);
  }

  override recordLimit(): number {
    return this.#is(SHARE.pays) ? Number.POSITIVE_INFINITY : 0;
  }

  override judge(): boolean {
    return this.#is(SHARE.cheap);
  }

  override isLong(): boolean {
    return this.#is(SHARE.long);
  }

  #is(share: number): boolean {
    return this.#chance.next() < share;
  }
}
