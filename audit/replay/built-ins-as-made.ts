/**
 * That nobody has put anything on functions of the language and of Node which code may find by some names, as a question that can be asked
 * again: code that was made of a text may look at them as at objects.
 */
import { isAsMade, isPlainFunction, recordOf } from "../../src/code/function-shape.ts";
import type { Dependency } from "../../src/trace/trace.ts";
import { builtInsNamed } from "../builtins/natives.ts";
import { takenNamed } from "../builtins/pure-modules.ts";
import { digest } from "./answer-digest.ts";
import { AS_MADE, addOperation, type Query } from "./dependencies.ts";

/** Name and length of each function; null where anything else is on one. */
const shownOf = ([, ...names]: Query): readonly string[] | null => {
  const records = names.flatMap((name) => namedBy(name)).map(recordOf);
  return records.every((record) => isAsMade(record)) ? records.map(({ text }) => text) : null;
};

addOperation(AS_MADE, shownOf);

/** What code depends on that may look at such functions; null where something was put on one. */
export function builtInsAsMade(names: readonly string[]): Dependency | null {
  const query = [AS_MADE, ...names];
  const shown = shownOf(query);
  return shown && { query, answer: digest(shown), fingerprint: "" };
}

function namedBy(name: string): object[] {
  return [...builtInsNamed(name), ...takenNamed(name)].filter(isPlainFunction);
}
