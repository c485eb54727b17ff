/** The names of a function's parameters, by its text. */
import type { AnyFunction } from "./declared.ts";

const sourceText = Function.prototype.toString;
const NAME = /^(?:async\b\s*)?(?:function\b\s*\*?\s*)?[\w$#]*\s*\(/;
const ARROW = /^(?:async\s+)?([A-Za-z_$][\w$]*)\s*=>/;

/** In order; a pattern has an empty name. The list ends with the first parameter whose default this cannot read. */
export function parameterNames(fn: AnyFunction): string[] {
  const text = sourceText.call(fn);
  const alone = ARROW.exec(text)?.[1];
  if (alone !== undefined) return [alone];
  const head = NAME.exec(text)?.[0];
  if (head === undefined) return [];
  return splitParameters(text, head.length).map(
    (parameter) => /^\s*(?:\.\.\.)?([A-Za-z_$][\w$]*)/.exec(parameter)?.[1] ?? "",
  );
}

/** The texts between the commas of a list, up to its closing parenthesis. Ends early at a text, a comment or a regular expression. */
function splitParameters(text: string, start: number): string[] {
  const found: string[] = [];
  let depth = 0;
  let from = start;
  for (let at = start; at < text.length; at++) {
    const letter = text[at] as string;
    if (`"'\`/`.includes(letter)) return [...found, text.slice(from, at)];
    if ("([{".includes(letter)) depth++;
    else if (depth > 0 && ")]}".includes(letter)) depth--;
    else if (depth === 0 && (letter === "," || letter === ")")) {
      found.push(text.slice(from, at));
      if (letter === ")") return found;
      from = at + 1;
    }
  }
  return found;
}
