/** What is known of code that constructors make of texts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { analyseMade } from "../../loader/transform/made-code.ts";
import { hashText } from "../../src/hash.ts";

/** The text of the script that V8 makes. */
const script = (body: string, parameters = "a") => `(function anonymous(${parameters}\n) {\n${body}\n})`;
const analysed = (body: string) => analyseMade(script(body), hashText(body));

function manifestOf(body: string) {
  const made = analysed(body);
  assert.ok(!("untouched" in made), `left alone: ${JSON.stringify(made)}`);
  return made;
}

/** Why whoever reaches the function that was made is refused, or null. */
function refusal(body: string): string | null {
  const { units, inner } = manifestOf(body);
  return units[inner[0]?.unit ?? -1]?.impure?.reason.kind ?? null;
}

function untouched(body: string): string | null {
  const made = analysed(body);
  return "untouched" in made ? made.untouched.kind : null;
}

test("clean code is a function that reads nothing", () => {
  const { units, inner, cells, made } = manifestOf("return [a].map((n) => n + Math.max(n, 1))");
  assert.equal(inner.length, 2, "two functions");
  assert.deepEqual([cells, made], [[], { globals: ["Math"], absent: [] }], "what it reads");
  assert.equal(units[inner[0]?.unit ?? -1]?.impure, null, "a reason");
});

test("what the scan finds refuses whoever reaches the code, as nothing tells whether it runs", () => {
  assert.equal(refusal("if (a) seen = 1; return a"), "writes-binding");
  assert.equal(refusal("if (a) Math.max.seen = 1; return a"), "writes-object");
  assert.equal(refusal("return a ? new Date() : 1"), "clock");
  assert.equal(refusal("return a.stack"), "stack-trace");
  assert.equal(refusal("let n = 0; const next = () => ++n; return next()"), null);
});

test("names of no binding are globals that there must not be", () => {
  const { made, units, cells } = manifestOf("return b + typeof c + Date.now() + Math.max(1) + (0, eval)(a)");
  assert.deepEqual(
    made?.absent,
    ["b", "c", "Date.now", "eval"].map((api) => ({ name: api.split(".")[0], api })),
    "absent",
  );
  assert.ok(
    units.every(({ refs }) => refs.length === 1 && cells[refs[0] as number]?.getter === 0),
    "all units read which globals there are",
  );
});

test("names within `with` may lead to the object: what locals are called is part of the code, and functions there are refused", () => {
  const code = (body: string) => manifestOf(body).units.map((unit) => unit.code);
  assert.deepEqual(code("let x = 1; return x"), code("let y = 1; return y"));
  assert.notDeepEqual(code("let x = 1; with (a) return x"), code("let y = 1; with (a) return y"));
  const { units, inner, made } = manifestOf("var x = ''; with (a) { x += b; return () => x }");
  assert.deepEqual(
    inner.map(({ unit }) => units[unit]?.impure?.reason.kind ?? null),
    [null, "with-statement"],
  );
  assert.deepEqual(
    made?.absent.map(({ name }) => name),
    ["b"],
  );
  assert.deepEqual(manifestOf("with (a) { return map.k }").units[0]?.mentions, ["map"]);
});

test("leaves alone what is not to be known", () => {
  assert.equal(untouched("return eval(a)"), "direct-eval");
  assert.equal(untouched("return this"), "sloppy-this");
  assert.equal(untouched("return () => this"), "sloppy-this");
  assert.equal(untouched("'use strict'; return this"), null);
  assert.equal(untouched("return class { m() { return this } }"), null);
  assert.equal(untouched("return anonymous"), "foreign-name");
  assert.equal(untouched("return process.env.HOME"), "foreign-name");
  assert.equal(untouched("with (a) return constructor"), "with-statement");
  assert.equal(untouched("with (a) return arguments"), "with-statement");
  assert.equal(untouched("return a +"), "unparsed");
  assert.equal(untouched("}), (function () {"), "unparsed");
});

test("writes to objects of state are left to the comparison, but for those of code that waits", () => {
  const traits = (body: string) => {
    const { units, inner } = manifestOf(body);
    const { traits = [], impure } = units[inner[1]?.unit ?? -1] ?? {};
    return [traits.includes("changes"), impure?.reason.kind ?? null];
  };
  assert.deepEqual(traits("return function f() { f.errors = null }"), [true, null]);
  assert.deepEqual(traits("const s = {}; return function f() { s.x = 1 }"), [true, null]);
  assert.deepEqual(traits("let s = 1; return function f() { s = 1 }"), [false, "writes-binding"]);
  assert.deepEqual(traits("const s = {}; return async function f() { s.x = 1 }"), [false, "writes-object"]);
});
