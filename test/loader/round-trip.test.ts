/**
 * The rewrite of real packages, taken back: the code parses, no line moves, `originalText` of it is the source, and the run
 * time finds each function by the text that V8 shows.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Node, parse } from "acorn";
import { walk } from "estree-walker";
import { type Transformed, transform } from "../../loader/transform/transform.ts";
import { originalText, unguardedText } from "../../src/code/guard-text.ts";
import { hashText } from "../../src/hash.ts";

const FILES = [
  "acorn/dist/acorn.mjs",
  "eslint-scope/lib/scope.js",
  "source-map-support/source-map-support.js",
  "highlight.js/lib/core.js",
  "marked/lib/marked.esm.js",
  "sade/lib/index.mjs",
  "terser/lib/parse.js",
  "terser/lib/scope.js",
  "tsx/dist/cli.mjs",
] as const;

/** Forms that packages have rarely: what a probe or a guard ends with stands where a function ends. */
const FORMS = `
  "use strict";
  let count = 0;
  const { a } = process.env;
  export function unended(x) { if (x) count++, x.f = function () { return x + 1 }
    return x.f(1) }
  export function behind(x) { return x ? 1 : count++ + function () { return x + 2 } }
  export const arrow = (x) => x ? behind(1) : (y) => y ? 1 : count++
  export const chosen = (x) => x ? behind(2) : count++ || ((y) => count++)
  export const both = (x) => x && count++ && function named() { return x && count++ }
  export function lines(x) { const made = x
    .parts // the (first)
    .list
    .constructor; return made.from((x /* ( */ .parts).list.constructor) }
  export async function waits(x) { "a directive"; if (x) { await count++ } return x ? () => count++ : await (() => x && count++)
  }
  export class Kept { static made = (x) => x && count++; run(x) { if (x) return () => count++; switch (x) { case 1: count++; default: return 1 } } }
  export const piped = (x) => lines(both(x))
  export const pipes = (x) => x ? (y) => lines(both(y)) : count++ || ((y) => y ? 1 : count++ + lines(both(y)))
  export const kept = (s) => () => s++
  export const object = (s) => ({ next: () => ++s, /* => */ last: (f = (t) => () => t++) => f(s) }), late = (a) => // => (
    (b) => () => (a += b, b++)
  const root = globalThis
  export const within = (x) => x && (count++, (s) => () => x ? s = root : s++)
  export const sole = (x) => (s) => x || (() => s = root)
  export default (x) => x && behind(count++)
`;

interface Case {
  readonly name: string;
  readonly source: string;
}

const CASES: readonly Case[] = [
  ...FILES.map((name) => ({
    name,
    source: readFileSync(new URL(`../../node_modules/${name}`, import.meta.url), "utf8"),
  })),
  { name: "rare forms", source: FORMS },
  {
    name: "a minified default export",
    source: "let n=0;export function f(x){return[x].map(y=>y?n++:1)}export default(x)=>f(x)",
  },
];

const PROLOGUE = /;?var \{box:\$dumbo[\s\S]*?\?\?0(?:,\$dumboD)?;/;
const HELD = /\$dumboD=\{default:([\s\S]*)\}\.default;/;

function rewritten(source: string): Transformed {
  const options = { scope: "user", assumed: [], assumedBuiltins: [], kind: undefined, sourceMap: false } as const;
  const made = transform(source, "id", options);
  assert.ok("code" in made, `left untouched: ${JSON.stringify(made)}`);
  return made;
}

/** Hashes of the texts of all functions and classes in rewritten code, as the run time takes them. */
function shownTexts({ code, kind }: Transformed): Set<string> {
  const program = parse(code, {
    ecmaVersion: "latest",
    sourceType: kind === "module" ? "module" : "script",
    allowReturnOutsideFunction: true,
    allowHashBang: true,
  });
  const texts = new Set<string>();
  walk(program as never, {
    enter(estree) {
      const { type, start, end } = estree as unknown as Node;
      if (!/Function|Class|^Method|^Property/.test(type)) return;
      const text = unguardedText(code.slice(start, end));
      texts.add(hashText(type === "MethodDefinition" ? text.replace(/^static\s+/, "") : text));
    },
  });
  return texts;
}

for (const { name, source } of CASES) {
  test(`taken back: ${name}`, () => {
    const made = rewritten(source);
    const back = originalText(made.code.replace(PROLOGUE, "")).replace(HELD, "$1");
    // The name of a default export may need a space in front of it.
    const spaced = (text: string) => text.replace("export default(", "export default (");
    assert.equal(spaced(back) === spaced(source), true, `the text of ${name} is another`);
    assert.equal(made.code.split("\n").length, source.split("\n").length, "lines move");
    const { inner, members, classes, probes, sites } = made.manifest;
    assert.ok(probes.length > 0 && sites.length > 0, "nothing was rewritten");
    const shown = shownTexts(made);
    const methods = [...inner, ...classes].flatMap((one) => one.methods ?? []);
    const texts = [...inner, ...members, ...classes, ...methods].flatMap(({ text }) => text ?? []);
    assert.ok(texts.length > 0, "no function is known by its text");
    assert.deepEqual(
      texts.filter((text) => !shown.has(text)),
      [],
      "functions that the run time does not find",
    );
  });
}
