/** Writes big integers and symbols into keys. */
import { getterOf } from "../value/slots.ts";
import { WELL_KNOWN } from "../value/well-known.ts";
import { TAG } from "./tags.ts";
import type { Walk } from "./walk.ts";

// Captured before the program can replace them.
const { apply } = Reflect;
const { keyFor } = Symbol;
const bigintToString = BigInt.prototype.toString;
const symbolDescription = getterOf(Symbol.prototype, "description");

/** By its digits in base 16: V8 takes quadratic time for a base that is no power of two. */
export function writeBigint(value: bigint, walk: Walk): void {
  const digits = apply(bigintToString, value, [16]) as string;
  walk.spend(digits.length >> 7);
  walk.out.byte(TAG.bigint);
  walk.out.text(digits);
}

export function writeSymbol(value: symbol, walk: Walk): void {
  const { out } = walk;
  const name = keyFor(value) ?? WELL_KNOWN.get(value);
  if (name === undefined) {
    if (!walk.isSeen(value)) writeUniqueSymbol(value, walk);
    return;
  }
  out.byte(TAG.symbol);
  out.byte(WELL_KNOWN.has(value) ? 0 : 1);
  out.text(name);
}

/** By its description alone: code can only compare it with other symbols that it reads, and those are in the key with their numbers. */
function writeUniqueSymbol(value: symbol, { out }: Walk): void {
  const description = apply(symbolDescription, value, []) as string | undefined;
  out.byte(TAG.symbol);
  out.byte(description === undefined ? 2 : 3);
  out.text(description ?? "");
}
