/** What a function is to dumbo. */
import type { Unseen } from "../reason/reason.ts";
import type { LiveUnit } from "./live-module.ts";

/** A function that `bind` made. */
export interface BoundFunction {
  readonly target: object;
  readonly self: unknown;
  readonly args: readonly unknown[];
}

/** What a function is. */
export type Identity =
  | { readonly kind: "unit"; readonly unit: LiveUnit }
  /** A method or accessor that a class's body has: its place among them. */
  | { readonly kind: "method"; readonly unit: LiveUnit; readonly index: number }
  | { readonly kind: "bound"; readonly bound: BoundFunction }
  /** `outside`: it reads, prints or writes, and programs put others in its place. `isChanged`: something may have been put on it. */
  | { readonly kind: "built-in"; readonly name: string; readonly outside?: true; readonly isChanged?: true }
  /**
   * One of Node's whose calls are all noticed, or touch nothing outside of values. What is done to it later makes it unknown.
   * `isBase`: as a base class, it returns no other object than the one that it is to make.
   */
  | { readonly kind: "noticed"; readonly name: string; readonly isBase?: true }
  | { readonly kind: "unknown"; readonly why: Unseen };

export function unknown(why: Unseen): Identity {
  return { kind: "unknown", why };
}
