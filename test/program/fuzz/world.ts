/** The declarations of a program that is being rendered, and what an expression or statement sees of them. */

import type { Seen, Sight } from "./functions.ts";

/** Roughly the type of a value: programs that only throw TypeErrors would prove little. */
export type Sort =
  | ("num" | "str" | "list" | "obj" | "map" | "set" | "date" | "re" | "bytes" | "big" | "fn" | "any")
  | `K${number}`;

export interface Variable {
  /** As it is written in an expression. */
  readonly text: string;
  readonly sort: Sort;
  readonly kind: "local" | "let" | "param" | "state";
}

export interface State {
  readonly name: string;
  readonly sort: Sort;
  readonly module: number;
  readonly isLet: boolean;
}

export interface Param {
  readonly name: string;
  readonly sort: Sort;
  readonly form: "plain" | "default" | "rest" | "pattern";
}

export interface Callable {
  /** What a caller writes before the arguments; for a method, after the instance. */
  readonly call: string;
  readonly params: readonly Param[];
  readonly result: Sort;
  readonly kind: "sync" | "async" | "generator";
  /** May change state, arguments or `this`: the order of such calls is visible. */
  readonly changes: boolean;
  /** Looks that its body takes at functions. */
  sees: readonly Seen[];
  /** Waits for calls of the program's: when it comes back depends on whether another call is on its way. */
  waitsForCalls: boolean;
  /** Calls that a call of it makes at most, itself included: keeps programs short. */
  cost: number;
}

export interface Fn extends Callable {
  readonly index: number;
  readonly name: string;
  readonly module: number;
}

export interface Class {
  readonly index: number;
  readonly name: string;
  readonly module: number;
  readonly parent: Class | null;
  readonly methods: Callable[];
  readonly statics: Callable[];
}

export interface World {
  /** Tells the program's names from those of others in the process. */
  readonly suffix: string;
  readonly states: readonly State[];
  readonly functions: Fn[];
  readonly classes: Class[];
}

/** What is counted over a whole body. */
export interface Counter {
  names: number;
  cost: number;
  /** Functions that it looks at. */
  readonly seen: Seen[];
  waitsForCalls: boolean;
}

export function newCounter(): Counter {
  return { names: 0, cost: 1, seen: [], waitsForCalls: false };
}

/** Calls that one function may lead to. */
const MOST_CALLS = 120;

/** What can be used at one place of a program. */
export class Env {
  readonly world: World;
  /** The module that the text stands in; -1 for the script. */
  readonly module: number;
  readonly variables: Variable[];
  /** Functions with a lower number may be called: no call leads back. */
  readonly below: number;
  readonly isAsync: boolean;
  /** Whether statements may change what is not local. */
  readonly changes: boolean;
  /** Shared by all places of one body. */
  readonly counter: Counter;
  /** How often the place runs in one call. */
  readonly times: number;
  /** Functions that the place can look at under names of its own. */
  readonly own: readonly Sight[];

  constructor(from: Omit<Env, "with" | "fresh" | "afford" | "of">) {
    this.world = from.world;
    this.module = from.module;
    this.variables = from.variables;
    this.below = from.below;
    this.isAsync = from.isAsync;
    this.changes = from.changes;
    this.counter = from.counter;
    this.times = from.times;
    this.own = from.own;
  }

  /** The same place with something changed; new variables stay inside. */
  with(changed: Partial<Pick<Env, "below" | "isAsync" | "changes" | "times">>, more: readonly Variable[] = []): Env {
    return new Env({ ...this, ...changed, variables: [...this.variables, ...more] });
  }

  fresh(prefix = "v"): string {
    return `${prefix}${this.counter.names++}`;
  }

  /** Variables of a sort. */
  of(sort: Sort): Variable[] {
    return this.variables.filter((variable) => variable.sort === sort);
  }

  /** Takes a call of this cost out of the budget, or says that there is none left. */
  afford({ cost }: Callable): boolean {
    const total = this.counter.cost + cost * this.times;
    if (total > MOST_CALLS) return false;
    this.counter.cost = total;
    return true;
  }
}
