/** Which functions are taken for ones that run once with their module. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { parse, type SourceKind } from "../../loader/parse/parse.ts";
import { analyseScopes } from "../../loader/parse/scopes.ts";

/** The numbers of those among the functions of a module that are marked by a variable `_1`, `_2`, ... */
function once(source: string, kind: SourceKind = "commonjs", followsNames = false): string[] {
  const scopes = analyseScopes(parse(source, kind), kind, followsNames);
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
  assert.deepEqual(once(`function helper() { ${mark(1)} } helper()`, "commonjs", true), []);
});
