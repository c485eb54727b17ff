/** What a module imports, by its text (loader/parse/imported-names.ts): never less than what a parser finds. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "acorn";
import { walk } from "estree-walker";
import { importedNames } from "../../loader/parse/imported-names.ts";
import { importsOf } from "../../loader/parse/parsed-imports.ts";

const forms: Record<string, readonly string[] | null> = {
  'import a from "a";': ["a"],
  "import 'a'": ["a"],
  'import*as a from"a";import{b}from"b";export*from"c";export{d}from"d"': ["a", "b", "c", "d"],
  'import /* x */ { a } /* y */ from /* "z" */ "a";': ["a"],
  'import a from "it\'s";': ["it's"],
  'import json from "./a.json" with { type: "json" };': ["./a.json"],
  'const a = import("a"); import(`b`); import(/* c */ "c", { with: {} });': ["a", "b", "c"],
  'import a from\n"a"': ["a"],
  "const from = 1; x.import(y); a.from(b); $import(c);": [],
  "import.meta.url; import.meta.dirname": [],
  "import(a)": null,
  "import(`a${b}`)": null,
  'import("a" + b)': null,
  "import.meta.resolve('a')": null,
  "const { resolve } = import.meta;": null,
  'import a from "\\u0061";': null,
  'import a from // b\n"a";': null,
  "eval(a)": null,
  "(0, eval)(a)": null,
};
for (const [text, names] of Object.entries(forms)) {
  test(text, () => {
    const found = importedNames(text, true);
    assert.deepEqual(found && [...found].sort(), names);
  });
}

describe("where the text says too little, a parser finds them", () => {
  const parsed: Record<string, readonly string[] | null> = {
    'import a from "\\u0061";': ["a"],
    'import a from // b\n"a";': ["a"],
    "a.eval(b); const c = { eval() {}, eval: 1 }; class D { eval(e) {} }": [],
    'const a = "import(b)"; // import(c)': [],
    "class A { import(b) {} }": [],
    "import(`a`); import('b')": ["a", "b"],
    "eval(a)": null,
    "const a = eval;": null,
    "const a = { eval };": null,
    "function f(a) { return a; eval(a); }": [],
    "function f(a) { if (1) return a; (0, eval)(a); }": [],
    "function f(a) { if (0) return a; eval(a); }": null,
    "function f(a) { if (a) return a; eval(a); }": null,
    "function f(a) { return g(a); function g(b) { eval(b); } }": null,
    "function f(a) { return g(a); h: function g(b) { eval(b); } }": null,
    "import.meta.url": [],
    "import.meta.resolve('a')": null,
    "const { resolve } = import.meta;": null,
    'import.meta["resolve"]("a")': null,
    'export * from "a"; export { b } from "b"; export const c = 1;': ["a", "b"],
  };
  for (const [text, names] of Object.entries(parsed)) {
    test(text, () => assert.deepEqual(importsOf(text), names && { names, computed: [] }));
  }
});

describe("a parser finds where names are computed", () => {
  const computed: Record<string, readonly string[] | null> = {
    "import(a)": ["import(a)"],
    "import(`${a}`)": ["import(`${a}`)"],
    '"import(b)"; import(c); import("d"); import(a + b)': ["import(c)", "import(a + b)"],
    "typeof Symbol; Symbol.iterator; globalThis.a; import(b)": ["import(b)"],
    "const Symbol = 1; import(b)": null,
    "function f({ globalThis }) { import(b); }": null,
    "globalThis = 1; import(b)": null,
  };
  for (const [text, calls] of Object.entries(computed)) {
    test(text, () => {
      const found = importsOf(text)?.computed ?? null;
      assert.equal(found?.length, calls?.length);
      for (const [n, start] of (found ?? []).entries()) assert.ok(text.startsWith(calls?.[n] ?? "?", start));
    });
  }
});

test("of CommonJS, only what it imports when it runs", () => {
  assert.deepEqual(importedNames('const a = "from \'b\'"; import("c")', false), ["c"]);
});

/** What a parser finds; null where a name is not known before the code runs. */
function parsedNames(text: string): readonly string[] | null {
  const names: string[] = [];
  let isComputed = false;
  walk(parse(text, { ecmaVersion: "latest", sourceType: "module" }) as Parameters<typeof walk>[0], {
    enter(node) {
      switch (node.type) {
        case "ImportDeclaration":
        case "ExportAllDeclaration":
        case "ExportNamedDeclaration":
        case "ImportExpression":
          if (!node.source) return;
          if (node.source.type === "Literal" && typeof node.source.value === "string") names.push(node.source.value);
          else isComputed = true;
      }
    },
  });
  return isComputed ? null : names;
}

test("of the modules of some packages, all", () => {
  const packages = fileURLToPath(new URL("../../node_modules/", import.meta.url));
  let count = 0;
  for (const name of ["acorn", "estree-walker", "magic-string", "commander", "markdown-table", "tsx"]) {
    for (const path of readdirSync(join(packages, name), { recursive: true, encoding: "utf8" })) {
      if (!path.endsWith(".mjs")) continue;
      const text = readFileSync(join(packages, name, path), "utf8");
      const found = importedNames(text, true);
      if (found === null) continue;
      for (const one of parsedNames(text) ?? ["a name that is computed"])
        assert.ok(found.includes(one), `${path}: ${one}`);
      count++;
    }
  }
  assert.ok(count > 5, `${count} modules`);
});
