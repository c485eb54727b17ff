/** `cell`: a block of a notebook, memoized by its inputs. */
import type * as declared from "./declared.ts";
import type { AnyFunction, MemoOptions } from "./declared.ts";
import { memo } from "./memo.ts";

/** Options that mean nothing here. Each evaluation of a cell is a function of its own: of `samples`, each would take the first draw. */
const UNFIT = ["lazy", "samples"] as const;

function cellOf(name: unknown, inputs: unknown, block: AnyFunction, options: MemoOptions = {}): unknown {
  if (typeof name !== "string" || name === "") throw new TypeError("a cell needs a name");
  if (!Array.isArray(inputs)) throw new TypeError("the inputs of a cell are a list of what its block is called with");
  if (typeof block !== "function") throw new TypeError("a cell needs a block: a function");
  const unfit = UNFIT.find((option) => option in options);
  if (unfit !== undefined) throw new TypeError(`a cell has no option "${unfit}"`);
  return Reflect.apply(memo(block, { ...options, name }), undefined, inputs);
}

export const cell = cellOf as typeof declared.cell;
