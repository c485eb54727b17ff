/** Answers of the file system and the machine as short texts, which are equal only for equal answers. */
import { hash128, hashText } from "../../src/hash.ts";

/** A text of up to this length is its own digest. */
const SHORT = 64;

/** An error as an answer: its name, code and message. The stack is left out, because it differs each time. */
export function failure(error: unknown): string {
  const { name, code, message } = error as NodeJS.ErrnoException;
  return `error ${short(`${name} ${code} ${message}`)}`;
}

/** An answer as a text. */
export function digest(answer: unknown): string {
  if (typeof answer === "string") return `text ${short(answer)}`;
  if (Buffer.isBuffer(answer)) return `bytes ${hash128(answer)}`;
  if (Array.isArray(answer)) return `list ${short(answer.map(entry).join("\0"))}`;
  if (typeof answer === "object" && answer !== null) {
    const pairs = Object.keys(answer).map((key) => `${key} ${String(Reflect.get(answer, key))}`);
    return `object ${hashText(pairs.join("\0"))}`;
  }
  return `${typeof answer} ${String(answer)}`;
}

/** An item of a list: an entry of a directory, or its name. */
function entry(one: unknown): string {
  if (typeof one === "string") return one;
  if (Buffer.isBuffer(one)) return one.toString("latin1");
  const own = Reflect.ownKeys(one as object).map((key) => Reflect.get(one as object, key));
  return own.map((part) => (Buffer.isBuffer(part) ? part.toString("latin1") : String(part))).join("\x01");
}

function short(text: string): string {
  return text.length <= SHORT ? `=${text}` : `#${hashText(text)}`;
}
