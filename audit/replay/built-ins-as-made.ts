/**
 * The dependency that functions of the language and of Node which code can find by some names have no properties from the program. Calls
 * have it that make code of a text, because that code may read properties of these functions.
 */
import { isAsMade, isPlainFunction, recordOf } from "../../src/code/function-shape.ts";
import type { Dependency } from "../../src/trace/trace.ts";
import { builtInsNamed } from "../builtins/natives.ts";
import { takenNamed } from "../builtins/pure-modules.ts";
import { digest } from "./answer-digest.ts";
import { AS_MADE, addOperation, type Query } from "./dependencies.ts";

/** Name and length of each function; null if one of them has anything else. */
const shownOf = ([, ...names]: Query): readonly string[] | null => {
  const records = names.flatMap((name) => namedBy(name)).map(recordOf);
  return records.every((record) => isAsMade(record)) ? records.map(({ text }) => text) : null;
};

addOperation(AS_MADE, shownOf);

/** The dependency for some names; null if the program has put something on one of the functions. */
export function builtInsAsMade(names: readonly string[]): Dependency | null {
  const query = [AS_MADE, ...names];
  const shown = shownOf(query);
  return shown && { query, answer: digest(shown), fingerprint: "" };
}

function namedBy(name: string): object[] {
  return [...builtInsNamed(name), ...takenNamed(name)].filter(isPlainFunction);
}
