/** What dumbo knows of a function. */
import type { Unseen } from "../reason/reason.ts";
import type { LiveUnit } from "./live-module.ts";
import type { Trait } from "./manifest.ts";

/** A function that `bind` made. */
export interface BoundFunction {
  readonly target: object;
  readonly self: unknown;
  readonly args: readonly unknown[];
}

/** A function that Node has made of another one, and that does nothing which that one and this do not tell. */
export interface WrappedFunction {
  /** What made it, and what it will do beside calling the other one: it may change as long as it is not settled. */
  readonly by: string;
  readonly target: object;
  readonly isSettled: boolean;
}

/** What a function or class is. */
export type Identity =
  | { readonly kind: "unit"; readonly unit: LiveUnit }
  /** A function of a method or accessor in the body of a class: its place among them. */
  | { readonly kind: "method"; readonly unit: LiveUnit; readonly index: number }
  | { readonly kind: "bound"; readonly bound: BoundFunction }
  | { readonly kind: "wrapped"; readonly wrapped: WrappedFunction }
  /**
   * A function of the language or of Node. `outside`: it reads, prints or writes, and a program may replace it. `isChanged`: the program may
   * have put something on it.
   */
  | {
      readonly kind: "built-in";
      readonly name: string;
      readonly outside?: true;
      readonly isChanged?: true;
      /** How its results depend on its surroundings: code that has it need not mention its name. */
      readonly traits?: readonly Trait[];
    }
  /**
   * A function of the language or of Node whose calls are all noticed, or touch only values. If the program changes it, it becomes unknown.
   * `isBase`: as a base class, it returns the object that it is to make. `opens`: it opens files, or uses what was opened: a call that has it as
   * a value may not use it.
   */
  | { readonly kind: "noticed"; readonly name: string; readonly isBase?: true; readonly opens?: true }
  | { readonly kind: "unknown"; readonly why: Unseen };

/** Adds the traits of a built-in function. By no iterator of arrays: that may be the program's. */
export function addTraits(
  { traits }: Extract<Identity, { readonly kind: "built-in" }>,
  add: (trait: Trait) => void,
): void {
  if (traits === undefined) return;
  for (let i = 0; i < traits.length; i++) add(traits[i] as Trait);
}

export function unknown(why: Unseen): Identity {
  return { kind: "unknown", why };
}
