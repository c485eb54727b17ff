/** The canonical form of code: what is equal to what, and what is not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Node } from "../../audit/scan/syntax.ts";
import { canonical, canonicalUnit } from "../../loader/analyse/canonical.ts";
import { parse } from "../../loader/parse/parse.ts";
import { analyseScopes } from "../../loader/parse/scopes.ts";
import { stripTypes } from "../../loader/parse/typescript.ts";
import { hashText } from "../../src/hash.ts";

const form = (source: string) => canonical(parse(source, "module") as unknown as Node);

const equal: readonly [what: string, a: string, b: string][] = [
  ["comments", "f(a /* one */) // two", "/** three */ f(a)"],
  ["layout", "if (a) {\n  f(a)\n}", "if(a){f(a)}"],
  ["semicolons", "f(a);g(a);", "f(a)\ng(a)"],
  ["a trailing comma", "f(a, [1, 2,], { a, })", "f(a, [1, 2], { a })"],
  ["line endings", "f(a);\r\ng(`\r\n`)", "f(a);\ng(`\n`)"],
  ["quotes", "f('a\"b')", 'f("a\\"b")'],
  ["escapes in strings", 'f("\\x41\\u0042\\\n")', 'f("AB")'],
  ["numeric separators", "f(1_000_000, 1_0n)", "f(1000000, 10n)"],
  ["number spelling", "f(0x10, 1e3, .5, 0b11, 1.0)", "f(16, 1000, 0.5, 3, 1)"],
  ["parentheses", "x = ((a + b)) * (c)", "x = (a + b) * c"],
  ["parentheses around a function", "const f = (function () { return 1 })", "const f = function () { return 1 }"],
  ["parentheses around an arrow's parameter", "const f = (a) => a", "const f = a => a"],
  ["parentheses around a call's member", "(a.b)()", "a.b()"],
  ["parentheses around an object", "const f = () => ({ a })", "const f = () => (({ a }))"],
  ["escapes in names", "f(\\u0061)", "f(a)"],
  ["empty statements stay out of expressions", "const a = 1", "const a = 1;"],
];

for (const [what, a, b] of equal) test(`equal: ${what}`, () => assert.equal(form(a), form(b)));

test("equal: types", () => {
  assert.equal(
    form(stripTypes("export function f(a: number, b?: string): void { g(a as any, b!) }")),
    form("export function f(a, b) { g(a, b) }"),
  );
});

const different: readonly [what: string, ...sources: string[]][] = [
  ["equality operators", "a == b", "a === b", "a != b", "a !== b"],
  ["operands", "a + b", "b + a", "a - b"],
  ["grouping", "a + b + c", "a + (b + c)", "a + b * c", "(a + b) * c"],
  ["logical operators", "a || b", "a ?? b", "a && b"],
  ["assignments", "a = b", "a += b", "a ||= b", "a ??= b"],
  ["updates", "a++", "++a", "a--", "a += 1"],
  ["names", "a", "b", "this", "undefined", "null"],
  ["literal types", "f(1)", 'f("1")', "f(1n)", "f(true)", 'f("true")', 'f("null")', "f(null)", "f(/1/)", "f(`1`)"],
  ["literals", "f(0)", "f(-0)", "f(1)", "f(false)", 'f("")', 'f(" ")', "f()", "f(undefined)"],
  ["strings", 'f("a")', 'f("A")', 'f("ab")', 'f("a", "b")', 'f("a;b")', 'f("a" + "b")'],
  ["lone surrogates", 'f("\\ud800")', 'f("\\ud801")', 'f("\\ufffd")'],
  ["normal forms", 'f("\u00e9")', 'f("e\u0301")'],
  ["numbers", "f(1)", "f(1.0000000000000002)", "f(2)", "f(1e21)"],
  ["large integers", "f(9007199254740993n)", "f(9007199254740992n)"],
  ["regular expressions", "f(/a/)", "f(/a/g)", "f(/a/i)", "f(/b/)", "f(/a/gi)", "f(/\\x61/)"],
  ["the raw text of a template", "f`\\n`", "f`\n`", "f`\\u000a`", "f`n`"],
  ["templates", "`${a}b`", "`a${b}`", "`${a}${b}`", "`b${a}`"],
  ["tags", "a`b`", "a(`b`)", "c`b`"],
  ["optional chains", "a?.b.c", "(a?.b).c", "a.b?.c", "a.b.c", "a?.b?.c"],
  ["optional calls", "a?.()", "a()", "a?.b()", "(a?.b)()", "a.b?.()"],
  ["members", "a.b", 'a["b" + ""]', "a[b]", "a.c"],
  ["the receiver of a call", "a.b()", "(0, a.b)()"],
  [
    "functions",
    "(function () { return a })",
    "(async function () { return a })",
    "(function* () { return a })",
    "(async function* () { return a })",
  ],
  ["arrows", "() => a", "async () => a", "() => { a }", "() => { return a }", "(a) => a", "(function () { return a })"],
  ["awaiting", "async () => a()", "async () => await a()"],
  ["yields", "(function* () { yield a })", "(function* () { yield* a })"],
  ["parameters", "(a, b) => 1", "(b, a) => 1", "(a, ...b) => 1", "(a, b = 1) => 1", "({ a, b }) => 1", "([a, b]) => 1"],
  ["names of functions", "(function a() {})", "(function b() {})", "(function () {})"],
  ["declarations", "let a = 1", "var a = 1", "const a = 1"],
  [
    "loops",
    "for (const a of b) c(a)",
    "for (const a in b) c(a)",
    "for (let a of b) c(a)",
    "while (b) c(a)",
    "do c(a); while (b)",
  ],
  ["awaiting loops", "for (const a of b) c(a)", "for await (const a of b) c(a)"],
  ["blocks", "if (a) b; else c", "if (a) b; c", "if (a) c; else b", "if (!a) b; else c"],
  ["labels", "a: for (;;) { break a }", "a: for (;;) { break }", "a: for (;;) { continue a }"],
  ["objects", "x = { a: 1, b: 2 }", "x = { b: 2, a: 1 }", "x = { a: 1 }", "x = { a: 2, b: 1 }", "x = { [a]: 1, b: 2 }"],
  [
    "the prototype in a literal",
    "x = { __proto__: a }",
    'x = { ["__proto__"]: a }',
    "x = { __proto__ }",
    "x = { __proto__() {} }",
  ],
  [
    "properties",
    "x = { a: a }",
    "x = { get a() {} }",
    "x = { set a(b) {} }",
    "x = { a() {} }",
    "x = { a: function () {} }",
    "x = { async a() {} }",
    "x = { *a() {} }",
  ],
  ["spreads", "f(...a)", "f(a)", "f([...a])", "f({ ...a })"],
  ["holes", "f([, a])", "f([a])", "f([undefined, a])", "f([a, ,])", "f([null, a])"],
  [
    "classes",
    "(class { a() {} })",
    "(class { static a() {} })",
    "(class { get a() {} })",
    "(class { #a() {} })",
    "(class { a = () => {} })",
    "(class { a })",
    "(class extends b { a() {} })",
  ],
  [
    "private and public members",
    "(class { #a = 1; b() { return this.#a } })",
    "(class { a = 1; b() { return this.a } })",
  ],
  ["static blocks", "(class { static { a } })", "(class { static() { a } })"],
  [
    "directives",
    "(function () { 'use strict'; return this })",
    "(function () { ('use strict'); return this })",
    "(function () { return this })",
  ],
  ["escapes in directives", "(function () { 'use strict' })", "(function () { 'use\\x20strict' })"],
  ["new", "new a()", "a()", "new (a())()", "new a.b()", "new (a().b)()", "new a().b()"],
  ["catching", "try { a } catch { b }", "try { a } catch (b) { b }", "try { a } finally { b }"],
  ["unary operators", "-a", "+a", "!a", "~a", "typeof a", "void a", "delete a.b"],
  ["patterns", "({ a = 1 } = b)", "({ a: 1 })", "({ a: c = 1 } = b)", "({ a } = b)"],
  ["where a text ends", 'f("a", "b;2\'c")', 'f("a;1\'b", "2\'c")', 'f("a", "b", "c")'],
];

for (const [what, ...sources] of different) {
  test(`different: ${what}`, () => {
    const forms = new Map<string, string>();
    for (const source of sources) {
      const text = form(source);
      assert.equal(forms.get(text), undefined, `${source} is taken for ${forms.get(text)}`);
      forms.set(text, source);
    }
  });
}

test("hashes differ where forms differ by a lone surrogate", () => {
  assert.notEqual(hashText(form('f("\\ud800")')), hashText(form('f("\\ud801")')));
});

test("a parenthesised target gives no name to a function", () => {
  assert.notEqual(form("let a; (a) = function () {}"), form("let a; a = function () {}"));
});

test("does not depend on where a node stands", () => {
  const later = parse("1;\n\n2; f(a)", "module").body.at(-1) as unknown as Node;
  const first = parse("f(a)", "module").body.at(0) as unknown as Node;
  assert.equal(canonical(later), canonical(first));
});

/** The code of the one function of a module, and the names of its locals apart. */
function unit(source: string) {
  const program = parse(source, "module");
  return canonicalUnit((program.body as unknown as Node[])[0] as Node, analyseScopes(program, "module"));
}

const F = (parameters: string, body: string) => `function f(${parameters}) { ${body} }`;

const renamed: readonly [what: string, a: string, b: string][] = [
  ["a parameter", F("a", "return a + g(a)"), F("b", "return b + g(b)")],
  ["a local", F("a", "let x = a; return x"), F("a", "let y = a; return y")],
  ["swapped", F("a, b", "return a - b"), F("b, a", "return b - a")],
  ["in a pattern", F("{ a: { x } }", "return x"), F("{ a: { x: y } }", "return y")],
  ["in an object", F("a", "return { a }"), F("b", "return { a: b }")],
  ["caught", F("a", "try { g(a) } catch (e) { return e }"), F("a", "try { g(a) } catch (x) { return x }")],
  ["in a loop", F("a", "for (const x of a) g(x)"), F("a", "for (const y of a) g(y)")],
  ["of an inner function", F("a", "return (b) => a + b"), F("x", "return (y) => x + y")],
  ["over an outer name", F("g", "return g(1)"), F("h", "return h(1)")],
  ["shadowed", F("a", "{ let b = a; g(b) } return a"), F("a", "{ let a2 = a; g(a2) } return a")],
];

for (const [what, a, b] of renamed) {
  test(`equal but for a name: ${what}`, () => {
    assert.equal(unit(a).text, unit(b).text);
    assert.notEqual(unit(a).names, what === "swapped" ? "" : unit(b).names);
  });
}

const apart: readonly [what: string, ...sources: string[]][] = [
  ["which of two is meant", F("a, b", "return a - b"), F("a, b", "return b - a"), F("a, b", "return a - a")],
  ["a local or a global", F("a", "return a"), F("a", "return b"), F("b", "return a")],
  ["inner or outer", F("a", "{ let b = 1; g(a) }"), F("a", "{ let a = 1; g(a) }")],
  ["captured or own", F("a", "return (b) => a"), F("a", "return (a) => a")],
  ["names that functions get", F("", "const x = () => 1; return x"), F("", "const y = () => 1; return y")],
  ["names by default", F("a = () => 1", "return a"), F("b = () => 1", "return b")],
  ["names by assignment", F("a", "a = class {}; return a"), F("b", "b = class {}; return b")],
  ["names of inner functions", F("", "function x() {} return x"), F("", "function y() {} return y")],
  [
    "names of properties",
    F("a", "return a.x"),
    F("a", "return a.y"),
    F("a", "return { x: a }"),
    F("a", "return { y: a }"),
  ],
  ["a name of a label", F("a", "x: for (;;) break x"), F("a", "x: for (;;) break")],
  ["`__proto__`", F("a", "return { __proto__: a }"), F("__proto__", "return { __proto__ }")],
  ["var or let", F("a", "var x = a; return x"), F("a", "let x = a; return x")],
  ["`arguments`", F("a", "return arguments"), F("a", "return a")],
];

for (const [what, ...sources] of apart) {
  test(`different: ${what}`, () => assert.equal(new Set(sources.map((one) => unit(one).text)).size, sources.length));
}
