/** Results that are texts: one byte a character if all are Latin-1, else two. */
import { type Encoding, textOf, writeInto } from "../text-encoding.ts";

/** First bytes. */
export const LATIN = 2;
export const WIDE = 3;

const CHARACTERS_AT = 1;

export function writeText(text: string): Uint8Array {
  const narrow = written(text, LATIN, text.length, "latin1");
  // Latin-1 keeps only one byte of each other character: then the text does not come back.
  if (textOf(narrow, "latin1", CHARACTERS_AT) === text) return narrow;
  return written(text, WIDE, 2 * text.length, "utf16le");
}

function written(text: string, first: number, size: number, encoding: Encoding): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(CHARACTERS_AT + size);
  bytes[0] = first;
  writeInto(bytes, CHARACTERS_AT, text, encoding);
  return bytes;
}

export function readText(bytes: Uint8Array): string {
  return textOf(bytes, bytes[0] === LATIN ? "latin1" : "utf16le", CHARACTERS_AT);
}
