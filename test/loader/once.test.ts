/** Which functions are taken for ones that run once with their module. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { parse, type SourceKind } from "../../loader/parse/parse.ts";
import { analyseScopes } from "../../loader/parse/scopes.ts";

/** The numbers of those among the functions of a module that are marked by a variable `_1`, `_2`, ... */
function once(source: string, kind: SourceKind = "commonjs", followsNames = false, repeated: number[] = []): string[] {
  const scopes = analyseScopes(parse(source, kind), kind, { followsNames, repeated });
  return scopes.once.map(({ scope }) => scope.variables.map(({ name }) => /^_(\d)$/.exec(name)?.[1] ?? "").join(""));
}

const mark = (n: number) => `var _${n} = () => _${n};`;
const functions = Array.from({ length: 8 }, (_, n) => `function f${n}() { return f0 }`).join(" ");

test("what the module's own code calls in place", () => {
  assert.deepEqual(once(`(function () { ${mark(1)} })()`), ["1"]);
  assert.deepEqual(once(`!function () { ${mark(1)} (() => { ${mark(2)} })() }()`), ["1", "2"]);
  assert.deepEqual(once(`x = (function () { ${mark(1)} }).call(this, 1)`), ["1"]);
  assert.deepEqual(once(`if (x) (function f() { ${mark(1)} }.apply(this, arguments))`), ["1"]);
  assert.deepEqual(
    once(`(function () { return (function () { ${mark(2)} })().default })()`),
    ["2"],
    "one without a binding",
  );
});

test("what such code is given, and the module functions of bundles", () => {
  assert.deepEqual(once(`(function (f) { f(); ${mark(1)} })(function () { ${mark(2)} })`), ["1", "2"]);
  assert.deepEqual(
    once(
      `run({ 1: [function (e, t, n) { ${mark(1)} n.x = 1; }, {}], 2: [function (e) { ${mark(2)} e.exports = 1 }] })`,
    ),
    ["1", "2"],
  );
  assert.deepEqual(
    once(`var modules = { "./a.js": (e, t) => { ${mark(1)} t.a = _1 }, "./b.js": (e, t) => { ${mark(2)} e(t) } }`),
    ["1"],
  );
  assert.deepEqual(
    once(`var a = lazy({ "a.js"(exports, module) { ${mark(1)} } }), b = lazy((e, t) => { ${mark(2)} t.exports = 1 })`),
    ["1", "2"],
  );
  assert.deepEqual(once(`(() => { var m = [, (t, e, n) => { ${mark(1)} n.d(e, {}) }]; ${mark(2)} })()`), ["2", "1"]);
});

test("not what may run again and again, late, or in parts", () => {
  assert.deepEqual(once(`function f() { ${mark(1)} (function () { ${mark(2)} })() } f()`), []);
  assert.deepEqual(once(`for (const x of y) (function () { ${mark(1)} })()`), []);
  assert.deepEqual(once(`class A { x = (() => { ${mark(1)} })() }`), []);
  assert.deepEqual(once(`(async function () { ${mark(1)} })(); (function* () { ${mark(2)} })()`), []);
  assert.deepEqual(once(`(function (a = () => _1) { ${mark(1)} })()`), [], "two scopes of one name");
  assert.deepEqual(once(`list.forEach(function (item, i) { ${mark(1)} item.x = 1; use(item) })`), []);
  assert.deepEqual(once(`on("data", (request, response) => { ${mark(1)} response.code = 1; send(request) })`), []);
  assert.deepEqual(once(`var handlers = { add(state) { ${mark(1)} state.n = 1 } }`), []);
  assert.deepEqual(once(`new (function () { ${mark(1)} })()`), []);
  assert.deepEqual(once(`(function (a) { "use asm"; ${mark(1)} })()`), []);
});

test("what is called by its name, in packages, if it has as many functions as a module", () => {
  const library = `function library(x) { ${mark(1)} ${functions} }`;
  assert.deepEqual(once(`${library} library(1)`, "commonjs", true), ["1"]);
  assert.deepEqual(once(`${library} if (x) library(1); else define(function () { library(2) })`, "commonjs", true), [
    "1",
  ]);
  assert.deepEqual(once(`var _ = (function library() { ${mark(1)} ${functions} }), x = _()`, "commonjs", true), ["1"]);
  assert.deepEqual(once(`${library} library(1)`, "commonjs"), [], "the program's own");
  assert.deepEqual(once(`${library} library(1)`, "module", true), [], "another module may call it first");
  assert.deepEqual(once(`${library} library(1); exports.make = (x) => library(x)`, "commonjs", true), []);
  assert.deepEqual(once(`${library} library(1); library = null`, "commonjs", true), []);
  assert.deepEqual(once(`${library} library(1); library(2)`, "commonjs", true), [], "called twice");
  assert.deepEqual(
    once(`${library} if (x) library(1); library(2)`, "commonjs", true),
    [],
    "called twice, if it must be",
  );
  assert.deepEqual(once(`${library} library.call(this, 1)`, "commonjs", true), ["1"]);
  assert.deepEqual(once(`${library} library.call(this, 1); library.apply(this, x)`, "commonjs", true), []);
  assert.deepEqual(once(`${library} for (const x of y) library(x)`, "commonjs", true), []);
  assert.deepEqual(once(`function helper() { ${mark(1)} } helper()`, "commonjs", true), []);
});

test("what a function that is called where it stands runs once, and not what it runs again", () => {
  const given = (head: string, list = "a, b, f") =>
    once(`(function (${list}) { ${head} })(1, 2, function () { ${mark(1)} })`).filter((marks) => marks !== "");
  assert.deepEqual(given(`if (a) module.exports = f(); else if (b) define(f); else root.x = f()`), ["1"]);
  assert.deepEqual(given(`a ? module.exports = f() : define([], function (x) { return root.x = f(x) })`), ["1"]);
  assert.deepEqual(given(`if (a) { module.exports = f(); return; } root.x = f()`), ["1"]);
  assert.deepEqual(given(`if (a) return f(); if (b) { root.y = 1; throw f() } root.x = f()`), ["1"]);
  assert.deepEqual(given(`return f.call(this, a)`), ["1"]);
  assert.deepEqual(given(`define(f)`), ["1"], "what becomes of it is not known");
  assert.deepEqual(given(`arguments[2]()`, ""), ["1"]);
  assert.deepEqual(
    once(`(function (a, f) { f(a) }).call(this, 1, function () { ${mark(1)} })`),
    ["1"],
    "by the place of the parameter",
  );
  assert.deepEqual(once(`(function (a, f) { a(); a() }).call(this, function () { ${mark(1)} })`), []);
  assert.deepEqual(given(`module.exports = f(); module.exports.default = f()`), []);
  assert.deepEqual(given(`if (a) { module.exports = f(); module.exports.default = f(); } else root.x = f()`), []);
  assert.deepEqual(given(`if (a) module.exports = f(); root.x = f()`), []);
  assert.deepEqual(given(`a = f() || f.call(b)`), []);
  assert.deepEqual(given(`for (const x of a) f(x)`), []);
  assert.deepEqual(given(`exports.later = function () { return f() }`), []);
  assert.deepEqual(given(`a.forEach(function (x) { f(x) }), f(0)`), []);
  const table = `{ on: function (e) { ${mark(1)} log(e) } }`;
  assert.deepEqual(once(`(function (handlers) { run(handlers) })(${table})`), [], "no table of modules");
});

test("functions that call methods of what they are given are no modules", () => {
  const given = (statement: string) => once(`def(TYPE, function (self, output, more) { ${mark(1)} ${statement} })`);
  assert.deepEqual(given("output.print(self)"), []);
  assert.deepEqual(given("more.visit(output)"), []);
  assert.deepEqual(given("more.r(self), output.d(self)"), []);
  assert.deepEqual(given("more.r(output)"), ["1"], "as webpack writes it");
  assert.deepEqual(given(`Object.defineProperty(output, "__esModule", { value: true })`), ["1"]);
});

test("not what earlier runs have seen run again, nor what is in it", () => {
  const text = `(function () { ${mark(1)} (function () { ${mark(2)} })() })(); (function () { ${mark(3)} })()`;
  assert.deepEqual(once(text), ["1", "2", "3"]);
  assert.deepEqual(once(text, "commonjs", false, [text.indexOf("function")]), ["3"]);
  assert.deepEqual(once(text, "commonjs", false, [text.lastIndexOf("function")]), ["1", "2"]);
});
