/**
 * Whether bytes from another machine are a value that the codec can read: to be asked before anything else looks at them. What passes is
 * read to its end without an error, sets no prototype by a name, and is only of classes of the language and of those that the code of the
 * call leads to.
 */
import { textOf } from "../../text-encoding.ts";
import { GRAPH, GRAPH_WITH_CHANGES, readSerialized, readTable, SERIALIZED, serializedVersion } from "../codec.ts";
import { readJson } from "../json.ts";
import { LATIN, WIDE } from "../text.ts";
import { graphFits } from "./graph-fits.ts";
import { endOfSerialized, varintAt } from "./serialized.ts";

const MAPPED = { singles: 8, numbers: 8, integers: 4, words: 4 } as const;

/** @param mayChange whether the value may come with changes that its call made: only their form is checked */
export function valueFits(bytes: Uint8Array, mayChange: boolean): boolean {
  switch (bytes[0]) {
    case GRAPH:
      return isTable(bytes) && succeeds(() => graphFits(readTable(bytes), false));
    case GRAPH_WITH_CHANGES:
      return mayChange && isTable(bytes) && succeeds(() => graphFits(readTable(bytes), true));
    case LATIN:
      return true;
    case WIDE:
      return bytes.length % 2 === 1;
    case SERIALIZED:
      return endOfSerialized(bytes, 0, serializedVersion()) === bytes.length && succeeds(() => [readSerialized(bytes)]);
    default:
      return isJson(bytes);
  }
}

/** The frame, the lengths of the blocks, the blocks, and nothing else. */
function isTable(bytes: Uint8Array): boolean {
  let at = endOfSerialized(bytes, 1, serializedVersion());
  if (at < 0) return false;
  let size = 0;
  for (const width of Object.values(MAPPED)) {
    const { value, end } = varintAt(bytes, at);
    if (value < 0) return false;
    size += value * width;
    at = end;
  }
  return at + size === bytes.length;
}

/** Whether reading succeeds: V8 may throw for flags of expressions, for dates and the like. */
function succeeds(read: () => unknown): boolean {
  try {
    return read() !== false;
  } catch {
    return false;
  }
}

/** The name `__proto__`, as it is or with escapes: a program that copies such a property by an assignment would set a prototype. */
const PROTO = /"__proto__"\s*:|\\u005f/i;

function isJson(bytes: Uint8Array): boolean {
  if (bytes.length === 0 || PROTO.test(textOf(bytes, "latin1"))) return false;
  return succeeds(() => [readJson(bytes)]);
}
