/** The functions and classes of a reach, and what a program can see of each beside its code. */
import type { ClassSnapshot } from "./class-shape.ts";
import type { FunctionRecord } from "./function-shape.ts";
import type { LiveUnit } from "./live-module.ts";

/** A function of the reach, for what was put on it as on an object. */
export interface ReachedFunction {
  readonly unit: LiveUnit;
  readonly value: object;
}

/** What a program can see of a function or class of the reach beside its code. */
export type ReachedShape =
  | { readonly shape: null; readonly record: FunctionRecord }
  | { readonly shape: ClassSnapshot; readonly name: string };
