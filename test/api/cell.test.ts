/** Cells: memoized by their inputs, in files and at the prompt. Expects dist/ to be built. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { cell } from "../../src/api/cell.ts";
import { checkLibrary } from "../support/library-project.ts";
import { checkSession } from "../support/repl-session.ts";

test("cells go by their inputs, their code, and what that reads", () => {
  checkLibrary({
    files: {
      "data.txt": "some data",
      "main.mjs": `
        import { copyFileSync, readFileSync } from "node:fs";
        import { cell, fileOf, ignored } from "dumbo";
        const work = (n) => { let s = n; for (let i = 0; i < 1000; i++) s = (s * 31 + i) % 1000003; return s; };
        let scale = 2;
        const load = (file, log) =>
          cell("load", [fileOf(file), ignored(log)], (file, log) => {
            log("loading");
            const text = readFileSync(file, "utf8");
            return { text, total: work(text.length) };
          });
        console.log(load("data.txt", () => {}));
        copyFileSync("data.txt", "copy.txt");
        console.log(load("copy.txt", () => {}).total > 0);
        const scaled = (n) => cell("scaled", [n], (n) => { console.log("scaling", n); return work(n) * scale; });
        console.log(scaled(1), scaled(1), scaled(2)); scale = 3; console.log(scaled(1));
        const later = () => cell("later", [2], async (n) => { await null; return [work(n)]; });
        console.log(await later(), later() instanceof Promise, await later());
        for (let i = 0; i < 2; i++) {
          try { cell("fails", [i], (n) => { throw new RangeError("no " + work(n)); }); } catch (error) { console.log(error.message); }
        }
        const outer = (n) => cell("outer", [n], (n) => cell("inner", [n], (n) => work(n)) + 1);
        console.log(outer(1), outer(1), cell("versioned", [1], (n) => work(n), { version: 1 }));
      `,
    },
    cold: { load: 1, scaled: 1, later: 2, outer: 0, inner: 1 },
    warm: { load: 2, scaled: 4, later: 3, fails: 0, outer: 0, inner: 2, versioned: 1 },
    after: { files: { "data.txt": "other data" }, hits: { load: 1, scaled: 4 } },
  });
});

test("cells at the prompt", () => {
  checkSession({
    inputs: `const { cell } = require("dumbo")
const work = (n) => { let s = n; for (let i = 0; i < 2000; i++) s = (s * 31 + i) % 1000003; return s }
let scale = 2
const { total } = cell("sum", [[1, 2, 3]], (list) => ({ total: list.reduce((sum, n) => sum + work(n) * scale, 0) }))
total
scale = 3
cell("sum", [[1, 2, 3]], (list) => ({ total: list.reduce((sum, n) => sum + work(n) * scale, 0) }))
cell("sum", [[1, 2, 3]], (list) => ({ total: list.reduce((sum, n) => sum + work(n) * scale, 0) }))
`,
    cold: { sum: 1 },
    warm: { sum: 3 },
  });
});

test("a cell has a name, inputs and a block", () => {
  const wrong: [args: unknown[], error: RegExp][] = [
    [["", [], () => 1], /needs a name/],
    [[1, [], () => 1], /needs a name/],
    [["a", { n: 1 }, () => 1], /a list/],
    [["a", [], 1], /a function/],
    [["a", [], () => 1, { tll: 1 }], /no option "tll"/],
    [["a", [], () => 1, { lazy: true }], /no option "lazy"/],
    [["a", [], () => 1, { samples: 2 }], /no option "samples"/],
  ];
  for (const [args, error] of wrong) assert.throws(() => Reflect.apply(cell, undefined, args), error, String(error));
});
