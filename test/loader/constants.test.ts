/** Constants that belong to the code of their readers, and those that have to be looked at in each call. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { SourceKind } from "../../loader/parse/parse.ts";
import { transform } from "../../loader/transform/transform.ts";
import type { Manifest, Unit } from "../../src/code/manifest.ts";

function manifestOf(source: string, kind: SourceKind = "module"): Manifest {
  const made = transform(source, "id", { scope: "user", assumed: [], assumedBuiltins: [], kind, sourceMap: false });
  assert.ok("manifest" in made, JSON.stringify(made));
  return made.manifest;
}

/** The names that function `f` reads the values of at run time; those of constants only have to be initialised. */
function read(source: string, kind?: SourceKind): string[] {
  const { units, cells } = manifestOf(source, kind);
  const unit = units.find(({ name }) => name === "f") as Unit;
  return unit.refs.flatMap((ref) => (cells[ref] && !cells[ref].fixed ? [cells[ref].name] : []));
}

/** The constants whose initialisation function `f` waits for. */
function fixed(source: string): string[] {
  const { units, cells } = manifestOf(source);
  const unit = units.find(({ name }) => name === "f") as Unit;
  return unit.refs.flatMap((ref) => (cells[ref]?.fixed ? [cells[ref].name] : []));
}

const code = (source: string) => manifestOf(source).units.find(({ name }) => name === "f")?.code;

describe("part of the code", () => {
  for (const [declaration, body] of [
    ["const x = 1", "return x"],
    ["let x = -1.5", "return x"],
    ["const x = 'a' + 'b'", "return x"],
    ["const x = `a`", "return x"],
    ["const x = 24 * 60 * 60", "return x"],
    ["const x = !0, y = void 0, z = null, w = 10n", "return [x, y, z, w]"],
    ["export const x = 1", "return x"],
    ["const x = /a/i", "return x.test(a) && x.exec(a)"],
    ["const x = /a/", "return a.replace(x, b).split(x)"],
    ["const x = [1, 'a', null]", "return x[a] + x.length + x.includes(b) + [...x].length"],
    ["const x = { a: 1, 'b': `c`, 3: -1 }", "return x[a] ?? x.a ?? (a in x)"],
    ["const x = { a: 1 }", "return Object.keys(x).concat(Object.entries(x))"],
    ["const x = [1]", "for (const y of x) b(y); return Math.max(...x)"],
    ["const x = new Set(['a', 'b'])", "return x.has(a) && x.size"],
    ["const x = { a: 1 }", "return { ...x, b }"],
    ["const x = [3, 1]", "return x.slice().sort()"],
  ] as const) {
    test(`${declaration}: ${body}`, () => {
      const source = `${declaration}; export function f(a, b) { ${body} }`;
      assert.deepEqual(read(source), []);
      assert.deepEqual(fixed(source), /y = void 0/.test(source) ? ["x", "y", "z", "w"] : ["x"], "its dead zone");
    });
  }

  test("an edit of the constant is an edit of the function", () => {
    const body = "; export function f(a) { return [x].concat(a) }";
    const codes = ["const x = 1", "const x = 2", "const x = '1'", "const x = 1n", "const x = -1", "let x = 1 + 0"].map(
      (head) => code(head + body),
    );
    assert.equal(new Set(codes).size, codes.length);
    assert.equal(code(`const x = 1_0${body}`), code(`let   x = 10 /* ten */${body}`));
    const tables = ["const x = [1, 2]", "const x = [2, 1]", "const x = { a: 1 }", "const x = new Set([1, 2])"].map(
      (head) => code(`${head}; export function f(a) { return [...x].concat(a) }`),
    );
    assert.equal(new Set(tables).size, tables.length);
  });

  test("an edit of a constant that the function does not read is none", () => {
    assert.equal(
      code("const x = 1, y = 2; export function f(a) { return [x].concat(a) }"),
      code("const x = 1, y = 3; export function f(a) { return [x].concat(a) }"),
    );
  });

  test("two constants do not change places unseen", () => {
    const body = "export function f(a) { return [x, y].concat(a) }";
    assert.notEqual(code(`const x = 1, y = 2; ${body}`), code(`const x = 2, y = 1; ${body}`));
  });
});

describe("looked at in each call", () => {
  for (const [declaration, body, after] of [
    ["let x = 1", "return x", "x = 2"],
    ["let x = 1", "return x", "function g() { x++ }"],
    ["let x = 1", "return x", "[x] = [2]"],
    ["var x = 1", "return x"],
    ["let x", "return x"],
    ["const x = g()", "return x"],
    ["const y = 1, x = y", "return x"],
    ["const x = `${process.env.A}`", "return x"],
    ["const x = typeof window", "return x"],
    ["const { x } = { x: 1 }", "return x"],
    ["const [x] = [1]", "return x"],
    ["const x = [[1]]", "return x[0]"],
    ["const x = { a: {} }", "return x.a"],
    ["const x = [, 1]", "return x.length"],
    ["const x = [...[1]]", "return x.length"],
    ["const x = { get a() { return 1 } }", "return x.a"],
    ["const x = { ['a']: 1 }", "return x.a"],
    ["const x = { ...{} }", "return x.a"],
    ["const x = { a() { return 1 } }", "return x.b"],
    ["const x = new Map([['a', 1]])", "return x.get(a)"],
    ["const Set = g(), x = new Set(['a'])", "return x.has(a)"],
    ["const x = new Set('ab')", "return x.has(a)"],
    ["export const x = [1, 2]", "return x[a]"],
    ["export const x = /a/", "return x.test(a)"],
    ["const x = /a/g", "return x.test(a)"],
    ["const x = /a/y", "return a.replace(x, b)"],
    ["const x = new RegExp('a')", "return x.test(a)"],
  ] as const) {
    test(`${declaration}: ${body}${after ? `; then ${after}` : ""}`, () => {
      const names = read(`${declaration}; export function f(a, b) { ${body} } ${after ?? ""}`);
      assert.ok(
        names.some((name) => /^x(\.|$)/.test(name)),
        names.join(),
      );
    });
  }

  for (const escape of [
    "x.push(1)",
    "x[0] = 2",
    "x.length = 0",
    "delete x[0]",
    "x[0]++",
    "[x[0]] = [2]",
    "({ a: x[0] } = { a: 2 })",
    "for (x[0] of [2]);",
    "const y = x",
    "g(x)",
    "g({ x })",
    "g([x])",
    "export { x }",
    "export default x",
    "export { x as y }",
    "globalThis.y = x",
    "const y = () => x",
    "x.sort()",
    "x.forEach(g)",
    "x.map(g)",
    "x[g]()",
    "x['push'](1)",
    "Object.assign(x, g)",
    "Object.freeze(x)",
    "Object.values(g, x)",
    "throw x",
    "const y = g ? x : 1",
    "const y = x || 1",
    "`${x}`",
    "x.valueOf()",
    "class A { y = x }",
    "new g(x)",
    "g`${x}`",
  ]) {
    test(`a table that escapes: ${escape}`, () => {
      const names = read(
        `const x = [1, 2]; const g = Math.abs; export function f(a) { return x[a] + Math.abs(a) } ${escape}`,
      );
      assert.ok(
        names.some((name) => /^x(\.|$)/.test(name)),
        names.join(),
      );
    });
  }

  for (const escape of ["module.exports = { x }", "exports.x = x", "module.exports = x", "exports.y = exports.x = x"]) {
    test(`a table that escapes: ${escape}`, () => {
      const names = read(
        `const x = [1, 2]; exports.f = function f(a) { return x[a] + Math.abs(a) }; ${escape}`,
        "commonjs",
      );
      assert.ok(
        names.some((name) => /^x(\.|$)/.test(name)),
        names.join(),
      );
    });
  }

  for (const escape of [
    "x.lastIndex = 1",
    "g(x)",
    "export { x }",
    "x.compile('b')",
    "const y = x",
    "g.map(x)",
    "x.toString = g",
  ]) {
    test(`a regular expression that escapes: ${escape}`, () => {
      const names = read(`const x = /a/; const g = []; export function f(a) { return x.test(a) } ${escape}`);
      assert.deepEqual(
        names,
        ["x.test"].filter((name) => names.includes(name)).concat(names.includes("x") ? ["x"] : []),
      );
      assert.equal(names.length, 1);
    });
  }

  test("a table in the head of a loop that is written to", () => {
    assert.deepEqual(read("const x = [1]; export function f(a) { for (const y of x) a(y); return a } x.push(2)"), [
      "x",
    ]);
  });

  test("a method that is taken from a table to be called on it", () => {
    const names = read(
      "const x = new Set(['a']); export function f(a) { return x.has(a) } const add = x.add; add.call(x, 'b')",
    );
    assert.equal(names.length, 1);
  });
});

test("a constant of an inner scope hides that of the module", () => {
  assert.deepEqual(read("let x = 1; export function f(a) { const x = 2; return Math.abs(a + x) } x = 3"), []);
});
