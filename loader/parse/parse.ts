import { parse as acornParse, type Options } from "acorn";
import type { Program } from "estree";

/** How a file is evaluated. */
export type SourceKind = "module" | "commonjs";

const COMMON: Options = { ecmaVersion: "latest", allowHashBang: true };

// eslint-scope reads the ranges of a few nodes. If acorn were told to give them, it would make a list for each node of the tree.
Object.defineProperty(Object.getPrototypeOf(acornParse("", COMMON)), "range", {
  get(this: { start: number; end: number }) {
    return [this.start, this.end];
  },
});

/**
 * Parses JavaScript text. Cost: 3 to 5 MB/s.
 * @throws SyntaxError of acorn, with `pos`
 */
export function parse(text: string, kind: SourceKind): Program & { start: number; end: number } {
  const options: Options =
    kind === "module"
      ? { ...COMMON, sourceType: "module" }
      : { ...COMMON, sourceType: "script", allowReturnOutsideFunction: true };
  // acorn's nodes are ESTree nodes with offsets; its own types do not say so.
  return parseAs(text, options) as unknown as Program & { start: number; end: number };
}

function parseAs(text: string, options: Options): ReturnType<typeof acornParse> {
  try {
    return acornParse(text, options);
  } catch (error) {
    const plain = withoutPhase(text, (error as { pos?: number }).pos);
    if (plain === null || options.sourceType !== "module") throw error;
    return parseAs(plain, options);
  }
}

/** Parses what was typed at a prompt: a script with `await` outside of functions. @throws SyntaxError as {@link parse} does */
export function parseInput(text: string): ReturnType<typeof parse> {
  return parseAs(text, { ...COMMON, sourceType: "script", allowAwaitOutsideFunction: true }) as unknown as ReturnType<
    typeof parse
  >;
}

/**
 * `import source name from` binds a name like any other import, but acorn does not know it.
 * @param pos where acorn gave up
 * @returns the text with spaces in the place of the word `source`, or null if acorn did not give up because of it. (`import defer` is left
 * unparsed: the module would be evaluated when one of its names is looked at.)
 */
function withoutPhase(text: string, pos: number | undefined): string | null {
  const before = text.slice(0, pos ?? 0);
  const phase = /\bimport\s+(source\s+)$/.exec(before)?.[1];
  if (phase === undefined) return null;
  return before.slice(0, -phase.length) + phase.replace("source", "      ") + text.slice(before.length);
}

/** Parses a file of which Node does not know before it loads it whether it is an ES module. */
export function parseUndecided(text: string): { program: ReturnType<typeof parse>; kind: SourceKind } {
  try {
    return { program: parse(text, "commonjs"), kind: "commonjs" };
  } catch {
    return { program: parse(text, "module"), kind: "module" };
  }
}
