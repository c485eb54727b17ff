/** Edits between two runs: of the spec, where the program changes as a whole, and of the text, where little does. */
import { type Files, render } from "./render.ts";
import type { Declared, Spec } from "./spec.ts";
import { Tape } from "./tape.ts";

/** The program after its edits. */
export function renderEdited(spec: Spec, suffix: string): Files {
  const tapes = spec.edits.map((values) => new Tape(values));
  const kinds = tapes.map((tape) => tape.next(SPEC_EDITS.length + TEXT_EDITS.length));
  let edited = spec;
  tapes.forEach((tape, i) => {
    edited = SPEC_EDITS[(kinds[i] as number) - TEXT_EDITS.length]?.(edited, tape) ?? edited;
  });
  let files = render(edited, suffix);
  tapes.forEach((tape, i) => {
    const edit = TEXT_EDITS[kinds[i] as number];
    if (!edit) return;
    // The first file, from one on, that it changes.
    const paths = Object.keys(files).filter((name) => name !== "barrel.mjs");
    const from = tape.next(paths.length);
    for (const path of [...paths.slice(from), ...paths.slice(0, from)]) {
      const after = edit(files[path] as string, tape);
      if (after === files[path]) continue;
      files = { ...files, [path]: after };
      return;
    }
  });
  return files;
}

type TextEdit = (text: string, tape: Tape) => string;

const TEXT_EDITS: readonly TextEdit[] = [
  // A number.
  (text, tape) => replaceOne(text, /(?<![\w.$"'`/{])\d+(?![\w.$"'`])/g, tape, (found) => String(Number(found) + 1)),
  // What a function returns in the end.
  changeReturn,
  changeReturn,
  // An operator, not one that ends a loop or a recursion.
  (text, tape) =>
    replaceOne(text, /(?<!import) (?!- 1[,)])[-+*%] (?=[^;])/g, tape, (found) => (found === " + " ? " - " : " + ")),
  // A string.
  (text, tape) => replaceOne(text, /"[ab1]"/g, tape, () => '"z"'),
  // What is done to a function.
  (text, tape) => replaceOne(text, /"w\d"|(?<=\.extra = )\d|(?<=deep: )\d/g, tape, (found) => found.replace(/\d/, "9")),
  (text, tape) => replaceOne(text, /Object\.(?:freeze|seal|preventExtensions)\(/g, tape, () => "Object.keys("),
  // A comment, and layout.
  (text, tape) => replaceOne(text, /;\n/g, tape, () => ";\n\n  // A remark.\n"),
  // A local's name.
  (text) => text.replace(/\bv0\b/g, "renamed"),
  // A function more.
  (text) => `export function more${text.length}(x) {\n  return [x].map((y) => y);\n}\n${text}`,
  // `const` for `let`.
  (text, tape) => replaceOne(text, /export let (?=s)/g, tape, () => "export var "),
];

function changeReturn(text: string, tape: Tape): string {
  return replaceOne(text, /return [^;\n]*(?=;\n {2}\})/g, tape, (found) => `return [${found.slice(7)}, "changed"]`);
}

function replaceOne(text: string, pattern: RegExp, tape: Tape, to: (found: string) => string): string {
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return text;
  const { 0: old, index } = tape.pick(found) as RegExpExecArray;
  return text.slice(0, index) + to(old) + text.slice(index + old.length);
}

type SpecEdit = (spec: Spec, tape: Tape) => Spec;

const bodyEdit: SpecEdit = (spec, tape) => ({ ...spec, functions: editOne(spec.functions, tape, editBody) });

const SPEC_EDITS: readonly SpecEdit[] = [
  bodyEdit,
  bodyEdit,
  bodyEdit,
  bodyEdit,
  // Two steps of the script change places, ...
  (spec, tape) => {
    const at = tape.next(spec.script.length);
    const [first, ...rest] = [...spec.script.slice(at), ...spec.script.slice(0, at)];
    return { ...spec, script: first ? [...rest, first] : rest };
  },
  // ... one is left out, or the first comes again.
  (spec, tape) => {
    const at = tape.next(spec.script.length);
    return { ...spec, script: spec.script.filter((_, i) => i !== at) };
  },
  (spec) => ({ ...spec, script: [...spec.script, ...spec.script.slice(0, 1)] }),
  // ... or does something else.
  (spec, tape) => ({ ...spec, script: editOne(spec.script, tape, editNumbers) }),
  // What a module does to its functions and classes, ...
  (spec, tape) => ({ ...spec, functions: editOne(spec.functions, tape, editHead) }),
  (spec, tape) => ({ ...spec, classes: editOne(spec.classes, tape, editHead) }),
  // A method, a state, the modules.
  (spec, tape) => ({ ...spec, classes: editOne(spec.classes, tape, editBody) }),
  (spec, tape) => ({ ...spec, state: editOne(spec.state, tape, editNumbers) }),
  (spec, tape) => ({ ...spec, layout: editNumbers(spec.layout, tape) }),
];

function editHead(declared: Declared, tape: Tape): Declared {
  return { ...declared, head: editNumbers(declared.head, tape) };
}

function editBody(declared: Declared, tape: Tape): Declared {
  if (tape.next(2) === 0) return { ...declared, result: editNumbers(declared.result, tape) };
  if (declared.body.length === 0) return { ...declared, body: [[tape.next(99), tape.next(99), tape.next(99)]] };
  return { ...declared, body: editOne(declared.body, tape, editNumbers) };
}

function editNumbers(numbers: readonly number[], tape: Tape): readonly number[] {
  return editOne(numbers, tape, (value) => value + 1 + tape.next(3));
}

function editOne<T>(items: readonly T[], tape: Tape, edit: (item: T, tape: Tape) => T): readonly T[] {
  const at = tape.next(Math.max(1, items.length));
  return items.map((item, i) => (i === at ? edit(item, tape) : item));
}
