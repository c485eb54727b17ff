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
    ["const x = [3, 1]", "return x.map((y, i) => y + i)"],
    ["const x = [3, 1]", "x.forEach(function (y, i) { a(y, i); }); return x.find((y) => y > a)"],
    ["const x = [3, 1]", "return new Set(x)"],
    ["const x = [3, 1]", "if (x === a || !x) return 1; return typeof x"],
    ["const x = { a: 1 }", "for (const y in x) b(y); return x?.a"],
    ["const x = [[1, 2], [3, 4]]", "return x[0][1] + x.length"],
    ["const x = [[1, 2], [3, 4]]", "for (const [y, z] of x) a(y, z)"],
    ["const x = [[1, 2], [3, 4]]", "return x.map(([y, z]) => y + z)"],
    ["const x = [[1, 2], [3, 4]]", "return x.filter((y) => y[0] > 1).map((y) => y[1])"],
    ["const x = { a: { b: 1, c: [1] } }", "const y = x[a]; return y && y.c.includes(1)"],
    ["const x = { a: { b: 1 } }", "const { a: { b: y } } = x; return y"],
    ["const x = { a: { b: 1, c: [2] } }", "const y = x[a]; return y.b + y.c[0] + y.c.length"],
    ["const x = [['a', /a/, 'b'], ['b', /b/, 'c']]", "for (const [y, z, v] of x) a = a.replace(z, v + y); return a"],
    ["const x = { length: [1] }", "return x.length[0]"],
    ["const x = { a: { b: 1 } }", "const y = x[a] ?? x[b]; if (!y) return 0; return y.b"],
    ["const x = { a: { b: 1 } }", "for (const [y, z] of Object.entries(x)) a(y, z.b)"],
    ["const x = [[/a/, 'b']]", "for (const [y, z] of x) a = a.replace(y, ''); return a"],
    ["const x = [/a/, /b/]", "return x.some((y) => y.test(a))"],
    ["const x = { a: /a/ }", "return x.a.test(a) && x.a.source"],
    ["const x = new Map([['a', 1]])", "return x.get(a) ?? [...x.keys()].length + x.size"],
    ["var x = 1", "return x"],
    ["var x = { a: 1 }", "return x[a]"],
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
    ["var x = void 0", "return x"],
    ["if (Math.PI > 3) { var x = 1 }", "return x"],
    ["for (const y of [1, 2]) var x = 1", "return x"],
    ["var x = 1", "return x", "x = 2"],
    ["var x = 1; var x = 2", "return x"],
    ["let x", "return x"],
    ["const x = g()", "return x"],
    ["const y = 1, x = y", "return x"],
    ["const x = `${process.env.A}`", "return x"],
    ["const x = typeof window", "return x"],
    ["const { x } = { x: 1 }", "return x"],
    ["const [x] = [1]", "return x"],
    ["const x = [[1]]", "return x[0]"],
    ["const x = { a: {} }", "return x.a"],
    ["const x = { a: {} }", "return x.a || {}"],
    ["const x = { a: {} }", "return a ? x.a : b"],
    ["const x = { a: { b: {} } }", "const { a: { b: y } } = x; return y"],
    ["const x = { a: { b: 1 } }", "for (const [y, ...z] of Object.entries(x)) a(z[0])"],
    ["const x = { a: { b: 1 } }", "for (const y of Object.entries(x)) a(y.slice(1)[0])"],
    ["const x = { length: [1] }", "return x.length"],
    ["const x = [[0, [1]], { 1: 1 }]", "return x[a][1]"],
    ["const x = [1, 2, 3, 4, 5, 6, 7, 8, [9]]", "return x[8]"],
    ["const x = { 9: [9] }", "return x[9]"],
    ["const x = { a: [1], b: 1 }", "return x[a]"],
    ["const x = [1, [2]]", "return x.slice(1)[0]"],
    ["const x = [1, [2]]", "const [, ...y] = x; return y[0]"],
    ["const x = { a: 1, b: [2] }", "const { a: y, ...z } = x; return z.b"],
    ["const x = { a: [1] }", "for (const [y, z] of Object.entries(x)) a(z)"],
    ["const x = { a: { b: 1 } }", "const { ...y } = x; return y"],
    ["const x = { a: { b: 1 } }", "let y; y = x.a; return y.b"],
    ["const x = { a: { b: 1 } }", "const y = x.a; y.b = 2; return y.b"],
    ["const x = { a: { b: 1 } }", "const y = x.a; return () => y"],
    ["const x = [[1]]", "return [...x]"],
    ["const x = [[1]]", "return x.slice()"],
    ["const x = [[1]]", "for (const y of x) a(y)"],
    ["const x = [[1]]", "let y; for (y of x) a(y)"],
    ["const x = [[1]]", "return x.map((y) => y)"],
    ["const x = [[1]]", "return x.find((y) => y[0] === a)"],
    ["const x = [[1]]", "x[0].push(1); return x[0][0]"],
    ["const x = [[1]]", "x[0][0] = 2; return x[0][0]"],
    ["const x = [[1]]", "return Object.values(x)"],
    ["const x = [[1]]", "return new Set(x)"],
    ["const x = [/a/]", "return x[0]"],
    ["const x = [/a/g]", "return x[0].test(a)"],
    ["const x = [/a/]", "x[0].lastIndex = 1; return x[0].test(a)"],
    ["const x = { __proto__: { a: 1 } }", "return x.a"],
    ["const x = [, 1]", "return x.length"],
    ["const x = [...[1]]", "return x.length"],
    ["const x = { get a() { return 1 } }", "return x.a"],
    ["const x = { ['a']: 1 }", "return x.a"],
    ["const x = { ...{} }", "return x.a"],
    ["const x = { a() { return 1 } }", "return x.b"],
    ["const x = new Map([['a', 1]])", "x.set(a, b); return x.get(a)"],
    ["const x = new Map([['a', [1]]])", "return x.get(a)"],
    ["const x = new Map(a)", "return x.get(a)"],
    ["const x = new Set([[1]])", "return x.has(a)"],
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
    "x.forEach((y, i, z) => z)",
    "x.forEach((...y) => y)",
    "x.forEach(function (y) { return arguments; })",
    "x.forEach(function (y) { return () => arguments; })",
    "x.reduce((y, z) => y + z)",
    "x.map((y) => y, x)",
    "if (x instanceof g) g()",
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
