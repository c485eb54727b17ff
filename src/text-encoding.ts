/**
 * Bytes as texts and back, by Node's own functions, taken before the program runs: a program that replaces methods of
 * `Buffer.prototype` must not see dumbo's calls, and must not change dumbo's texts.
 */

type Slice = (this: Uint8Array, from: number, to: number) => string;
type Write = (this: Uint8Array, text: string, at: number) => number;

const { latin1Slice, ucs2Slice, utf8Slice, latin1Write, ucs2Write, utf8Write } = Buffer.prototype as unknown as Record<
  "latin1Slice" | "ucs2Slice" | "utf8Slice",
  Slice
> &
  Record<"latin1Write" | "ucs2Write" | "utf8Write", Write>;
const { apply } = Reflect;

/** Characters as 8 bits, as 16 bits, or in UTF-8, which cannot write a lone surrogate. */
export type Encoding = "latin1" | "utf16le" | "utf8";

const SLICE: Readonly<Record<Encoding, Slice>> = { latin1: latin1Slice, utf16le: ucs2Slice, utf8: utf8Slice };
const WRITE: Readonly<Record<Encoding, Write>> = { latin1: latin1Write, utf16le: ucs2Write, utf8: utf8Write };

export function textOf(bytes: Uint8Array, encoding: Encoding, from = 0, to = bytes.length): string {
  return apply(SLICE[encoding], bytes, [from, to]);
}

/** Writes a text from a position on, as far as there is space. */
export function writeInto(bytes: Uint8Array, at: number, text: string, encoding: Encoding): void {
  apply(WRITE[encoding], bytes, [text, at]);
}
