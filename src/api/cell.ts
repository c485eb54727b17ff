/** `cell`: a block of a notebook, memoized by its inputs. */
import type * as declared from "./declared.ts";
import type { AnyFunction, MemoOptions } from "./declared.ts";
import { memo } from "./memo.ts";

function cellOf(name: unknown, inputs: unknown, block: AnyFunction, options: MemoOptions = {}): unknown {
  if (typeof name !== "string" || name === "") throw new TypeError("a cell needs a name");
  if (!Array.isArray(inputs)) throw new TypeError("the inputs of a cell are a list of what its block is called with");
  if (typeof block !== "function") throw new TypeError("a cell needs a block: a function");
  return Reflect.apply(memo(block, { ...options, name }), undefined, inputs);
}

export const cell = cellOf as typeof declared.cell;
