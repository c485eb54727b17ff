/** The names that a module imports, by its text: for Node up to 20, where no hook in the program's thread is told of them. */

import { types } from "node:util";

const { isModuleNamespaceObject } = types;

/** What may stand between two tokens. */
const SPACE = String.raw`(?:\s|\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/)*`;
const WORD = String.raw`(?<![\w$.#])`;

const IMPORTED = new RegExp(String.raw`${WORD}(?:from|import)${SPACE}(["'])((?:(?!\1)[^\\\n])*)\1`, "g");
const IMPORTED_LATE = new RegExp(
  String.raw`${WORD}import${SPACE}\(${SPACE}(["'${"`"}])((?:(?!\1)[^\\$\n])*)\1${SPACE}[),]`,
  "g",
);
/** A call of `import`, or what looks like one. */
export const IMPORT_CALLS = new RegExp(String.raw`${WORD}import${SPACE}\(`, "g");

/** Names with escapes in them, names behind a comment of one line, and `import.meta` where it is not asked for what the file's name says. */
const ODD = new RegExp(
  [
    String.raw`${WORD}(?:from|import)${SPACE}(["'])(?:(?!\1)[^\\\n])*\\[^\n]*\1\s*(?:[;\n\/]|$|with\b|assert\b)`,
    String.raw`${WORD}(?:from|import)\s*\/\/[^\n]*\n(?:\s|\/\/[^\n]*\n)*["']`,
    String.raw`${WORD}import${SPACE}\.${SPACE}meta(?!\s*\.\s*(?:url|dirname|filename|env|main|hot)\b)`,
  ].join("|"),
);

/** Code of which nobody knows the text before it runs. */
const OF_TEXTS = /\beval\s*\(|\(\s*0\s*,\s*eval\b/;

/** What only an ES module has, or perhaps a comment or a text. */
const OF_MODULES =
  /(?<![\w$.#])(?:export\s*(?:[{*]|(?:default|const|let|var|function|class|async)\b)|import\s*[\w${*"'])/;
/** An ES module may name so what `require` gets of it, perhaps with escapes. */
const NAMED_EXPORTS = /\bas(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n]*\n)*(["'])(?:module\.exports\1|(?:(?!\1)[^\n])*\\)/;

/**
 * Whether a required file may have been loaded as an ES module, although Node took it for CommonJS at first.
 * @param exported what it exports; undefined where it threw
 */
export function mayBeModule(text: string, exported: { readonly value: unknown } | undefined): boolean {
  if (exported === undefined) return OF_MODULES.test(text);
  return isModuleNamespaceObject(exported.value) || NAMED_EXPORTS.test(text);
}

/**
 * The names in a text of code, and perhaps some more, from its comments. Null where it may import what its text does not say.
 * @param isModule whether it is an ES module, or else CommonJS
 */
export function importedNames(text: string, isModule: boolean): readonly string[] | null {
  if (OF_TEXTS.test(text)) return null;
  if (isModule && ODD.test(text)) return null;
  const late = named(IMPORTED_LATE, text);
  if (late.length !== [...text.matchAll(IMPORT_CALLS)].length) return null;
  return isModule ? [...named(IMPORTED, text), ...late] : late;
}

function named(pattern: RegExp, text: string): string[] {
  return Array.from(text.matchAll(pattern), ([, , name]) => name as string).filter((name) => name !== "");
}
