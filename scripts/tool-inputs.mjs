// What the tools of scripts/tools.mjs are given: some hundred of everything, the same each time.
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Lines, or whatever `make` gives for each number below `count`. */
const many = (count, make) => Array.from({ length: count }, (_, n) => make(n)).join("");

const inputs = {
  "package.json": '{ "private": true }\n',
  "style.css": many(500, (n) => `.a${n} { display: flex; color: #ff${100 + (n % 100)}0; margin: 0px 0px 0px 0px; }\n`),
  "style.scss": `$base: 10px;
@mixin box($n) { width: $base * $n; &:hover { color: darken(#336699, $n * 1%); } }
@function fib($n) { @if $n < 2 { @return $n; } @return fib($n - 1) + fib($n - 2); }
${many(300, (n) => `.a${n} { @include box(${n % 20}); .b { margin: fib(${n % 12}) * 1px; } }\n`)}`,
  "style.less": `@base: 10px;
.box(@n) { width: @base * @n; &:hover { color: darken(#336699, @n); } }
${many(300, (n) => `.a${n} { .box(${n % 20}); .b { margin: (@base + ${n}); } }\n`)}`,
  "style.styl": `base = 10px\nbox(n)\n  width base*n\n${many(300, (n) => `.a${n}\n  box(${n % 20})\n`)}`,
  "image.svg": `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100">${many(
    300,
    (n) => `<g><path d="M ${n} ${n * 2} L ${n * 3.123456} ${n} Z" fill="#ff0000"/></g>`,
  )}</svg>`,
  "page.html": `<!doctype html><html><body>${many(400, (n) => `<div   class="a  b${n}">  <p> text ${n} </p> </div>\n`)}</body></html>`,
  "page.hbs": many(300, (n) => `{{#each items${n}}}<p>{{name}} {{#if ok}}yes{{/if}}</p>{{/each}}\n`),
  "page.md": many(
    300,
    (n) => `## Part ${n}\n\nSome *text* with [a link](#part-${n}) and \`code\`.\n\n- one\n- two ${n}\n\n`,
  ),
  "data.yaml": `list:\n${many(1000, (n) => `  - name: item ${n}\n    value: ${n * 1.5}\n    list: [1, 2, ${n}]\n`)}`,
  "typed.ts": many(
    200,
    (n) => `export interface I${n} { a: number; b?: string }
export function f${n}(x: I${n}): Partial<I${n}> { const { a, ...rest } = x; return { ...rest, a: a + ${n} }; }\n`,
  ),
  "tsconfig.json":
    '{ "compilerOptions": { "target": "es2017", "module": "es2020", "outDir": "out", "types": [] }, "files": ["typed.ts"] }\n',
  "entry.mjs": many(60, (n) => `import { a${n} } from "./part${n}.mjs";\nconsole.log(a${n}(1));\n`),
  "eslint.config.mjs":
    'export default [{ rules: { eqeqeq: "warn", "no-unused-vars": "warn", complexity: "warn" } }];\n',
  "webpack.config.cjs": `module.exports = {
  mode: "production", entry: "./entry.mjs", output: { path: require("node:path").resolve("out") },
};\n`,
  "babel.config.json": '{ "presets": [["@babel/preset-env", { "targets": "ie 11" }]] }\n',
};

/** Writes them into a folder. */
export function writeInputs(folder) {
  for (const [name, text] of Object.entries(inputs)) writeFileSync(join(folder, name), text);
  for (let n = 0; n < 60; n++) {
    const text = `export const a${n} = (x) => x + ${n};\nexport function unused${n}() { return ${n}; }\n`;
    writeFileSync(join(folder, `part${n}.mjs`), text);
  }
}
