/** What a function reaches: its code, the state that it reads, the bindings that have to stay, and what forbids it. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { holds } from "../../src/code/reach.ts";
import { describe as describeReason } from "../../src/reason/describe.ts";
import { Program } from "../support/live-modules.ts";

const F = (body: string) => `function f(a) { return ${body} } exports.f = f;`;
const code = (sources: Record<string, string>) => new Program(sources).reach("a", "f").code;

describe("code", () => {
  test("an edit anywhere in the reach is an edit; comments, layout and what is not reached are none", () => {
    const main = `${F("g(a)")} const { g } = require("./b")`;
    const other =
      "function g(a) { return h(a) } function h(a) { return Math.abs(a) } function i() { return Date.now() }";
    const of = (b: string) => code({ b: `${b}; exports.g = g`, a: main });
    const base = of(other);
    assert.equal(of(other.replace("Date.now()", "1")), base, "not reached");
    assert.equal(of(`// a comment\n${other.replace("{ return h", "{\n  return /* h */ h")}`), base);
    assert.notEqual(of(other.replace("Math.abs", "Math.ceil")), base);
    assert.notEqual(of(other.replace("h(a) }", "h(a, 1) }")), base);
    assert.notEqual(of("function g(a) { return Math.abs(a) }"), base);
  });
  test("equal code in another place of another program is equal", () => {
    const made = code({
      b: "exports.g = function g(a) { return Math.abs(a) }",
      a: `${F("g(a)")} const { g } = require("./b")`,
    });
    const again = code({
      c: "exports.unrelated = function unrelated(a) { return Math.abs(a) }",
      b: "\n\nexports.g = function g(a) { return Math.abs(a) }",
      a: `${F("g(a)")} const { g } = require("./b")`,
    });
    assert.equal(made, again);
  });
  test("two functions that change places", () => {
    const tail = "function g(a) { return Math.abs(a) } function h(a) { return Math.ceil(a) }";
    assert.notEqual(code({ a: `${F("[g(a), h(a)]")} ${tail}` }), code({ a: `${F("[h(a), g(a)]")} ${tail}` }));
  });
  test("functions that call each other come to an end", () => {
    const tail = "function g(a) { return a > 0 ? f(a - 1) : Math.abs(a) }";
    assert.equal(code({ a: `${F("g(a)")} ${tail}` }), code({ a: `${F("g(a)")} ${tail}` }));
  });
});

describe("state", () => {
  const cells = (source: string) => new Program({ a: source }).reach("a", "f").cells.map(({ name }) => name);
  test("what is read and can change, of all that is reached", () => {
    assert.deepEqual(
      cells(`${F("g(a) + x")} function g(a) { return Math.abs(a) + y } let x = 1, y = 2, z = 3; x++; y++; z++`),
      ["x", "y"],
    );
    assert.deepEqual(cells(`${F("Math.abs(a) + x")} const x = 1`), []);
    assert.deepEqual(cells(`${F("Math.abs(a) + o.x")} const o = { x: 1, y: 2 }; o.x = 3`), ["o.x"]);
  });
  test("is read anew for each key", () => {
    const program = new Program({
      a: `${F("Math.abs(a) + x + o.y")} let x = 1; const o = { y: 1, z: 1 }; exports.o = o; exports.bump = () => { x++ }`,
    });
    const { bump, o } = program.exports.a as { bump: () => void; o: { y: number; z: number } };
    const first = program.key("a", "f");
    assert.equal(program.key("a", "f"), first);
    bump();
    const second = program.key("a", "f");
    assert.notEqual(second, first);
    o.y++;
    const third = program.key("a", "f");
    assert.notEqual(third, second);
    o.z++;
    assert.equal(program.key("a", "f"), third, "a member that is not read");
  });
  test("that cannot be part of a key is named", () => {
    const program = new Program({ a: `${F("Math.abs(a) + x.size")} let x = 1; x = new WeakRef({})` });
    assert.match(program.key("a", "f"), /^refused: reads `x(\.size)?`, which holds /);
  });
  test("names that were put on functions count", () => {
    const program = new Program({ a: `${F("g(a)")} function g(a) { return Math.abs(a) } exports.g = g` });
    const before = program.key("a", "f");
    program.exported<{ g: { limit?: number } }>("a").g.limit = 1;
    assert.notEqual(program.key("a", "f"), before);
    delete program.exported<{ g: { limit?: number } }>("a").g.limit;
    assert.equal(program.key("a", "f"), before);
  });
});

describe("pins", () => {
  const source = `${F("g(a) + h(a)")} function p(a) { return Math.abs(a) } function q(a) { return Math.ceil(a) } let g = p, h = q;
    exports.swap = () => { [g, h] = [h, g] }; exports.set = (x) => { g = x }`;
  test("a function that is bound elsewhere makes the reach out of date", () => {
    const program = new Program({ a: source });
    const reach = program.reach("a", "f");
    assert.equal(holds(reach), true);
    const before = program.key("a", "f");
    program.exported<{ swap: () => void }>("a").swap();
    assert.equal(holds(reach), false);
    assert.notEqual(program.key("a", "f"), before);
    program.exported<{ swap: () => void }>("a").swap();
    assert.equal(holds(reach), true, "back where it was");
    assert.equal(program.key("a", "f"), before);
  });
  test("a function that becomes a value, and a value that becomes a function", () => {
    const program = new Program({ a: source });
    const set = program.exports.a?.set as (value: unknown) => void;
    const keys = new Set([program.key("a", "f")]);
    for (const value of [1, Math.abs, Math.ceil, null]) {
      set(value);
      keys.add(program.key("a", "f"));
    }
    assert.equal(keys.size, 5);
  });
  test("methods of objects", () => {
    const program = new Program({
      a: `${F("o.m(a)")} const o = { m(a) { return Math.abs(a) }, n: (a) => Math.ceil(a) }; exports.o = o`,
    });
    const o = program.exports.a?.o as Record<string, unknown>;
    const reach = program.reach("a", "f");
    const before = program.key("a", "f");
    o.m = o.n;
    assert.equal(holds(reach), false);
    assert.notEqual(program.key("a", "f"), before);
  });
});

describe("too early to know", () => {
  const early = (source: string, message: RegExp) => {
    const program = new Program({});
    let seen: unknown;
    Reflect.set(globalThis, "testEarly", () => {
      try {
        program.reach("a", "f");
      } catch (error) {
        seen = error;
      }
    });
    try {
      program.load("a", source);
    } finally {
      Reflect.deleteProperty(globalThis, "testEarly");
    }
    assert.ok(seen instanceof ReferenceError, `not early: ${seen}`);
    assert.match(seen.message, message);
    assert.equal(program.reach("a", "f").refusal, null, "later it is known");
  };
  test("the dead zone of a variable", () =>
    early(`${F("Math.abs(a) + x")} globalThis.testEarly(); let x = 1; x++`, /'x' before initialization/));
  test("the dead zone of a constant whose value is known", () =>
    early(`${F("Math.abs(a) + x")} globalThis.testEarly(); const x = 1`, /'x' before initialization/));
  test("the dead zone of a function", () =>
    early(`${F("g(a)")} globalThis.testEarly(); const g = (a) => Math.abs(a)`, /'g' before initialization/));
  test("the dead zone of a class", () =>
    early(`${F("new G(a)")} globalThis.testEarly(); class G { constructor(a) { this.a = Math.abs(a) } }`, /G/));
  test("the dead zone of what is reached", () =>
    early(
      `${F("g(a)")} function g(a) { return Math.abs(a) + x } globalThis.testEarly(); const x = [1]; exports.x = x`,
      /'x' before initialization/,
    ));
  test("a default class member is no dead zone", () => {
    assert.equal(new Program({ a: `${F("new G(a)")} class G { x = 1 }` }).reach("a", "f").refusal, null);
  });
});

// No probe stands before a default of an async function's parameter.
describe("refusals", () => {
  const refusal = (sources: Record<string, string>) => {
    const found = new Program(sources).reach("a", "f").refusal;
    return found && [describeReason(found.reason), found.reason.module, found.reason.place?.line];
  };
  test("of the function itself", () => {
    const a = "\nexports.f = f; async function f(a, b = Date.now()) { return a + b }";
    assert.deepEqual(refusal({ a }), ["uses Date.now", "/a.js", 2]);
  });
  test("of what it reaches, with the place there", () => {
    const b = "\n\nexports.g = async function g(a, b = Math.random()) { return a * b }";
    assert.deepEqual(refusal({ b, a: `${F("g(a)")} const { g } = require("./b")` }), [
      "reaches `g`, which uses Math.random",
      "/b.js",
      3,
    ]);
  });
  test("the nearest of several", () => {
    const tail =
      "async function g(a, b = Math.random()) { return h(a) + b } async function h(a = Date.now()) { return a }";
    assert.equal(refusal({ a: `${F("h(a) + g(a)")} ${tail}` })?.[0], "reaches `h`, which uses Date.now");
    assert.equal(refusal({ a: `${F("g(a) + h(a)")} ${tail}` })?.[0], "reaches `g`, which uses Math.random");
  });
  test("not of what the code may never come to", () => {
    assert.equal(refusal({ a: F("a ? Date.now() : a") }), null);
    assert.equal(refusal({ a: `${F("g(a)")} function g(a) { return Math.random() * a }` }), null);
  });
  test("a function that nobody knows", () => {
    const program = new Program({});
    program.exports.b = { g: (a: number) => a };
    program.load("a", `\n${F("g(a)")} const { g } = require("./b")`);
    assert.deepEqual(program.reach("a", "f").refusal, {
      reason: { kind: "unread-code", name: "g", from: "./b", place: { line: 2, column: 0 }, module: "/a.js" },
    });
  });
  test("what a closure does", () => {
    const of = (body: string) =>
      refusal({ a: `${F("g(a)")} const make = (x) => async (a, b = ${body}) => b + x; const g = make(1)` })?.[0];
    assert.equal(of("Math.abs(a)"), undefined);
    assert.equal(of("Math.random()"), "reaches `(anonymous)`, which uses Math.random");
  });
  test("a closure of code that was not read", () => {
    const source = `${F("g(a)")} const g = new Function("a", "return a")`;
    assert.equal(
      refusal({ a: source })?.[0],
      "uses `g`, a function that dumbo cannot see into (its code is in no module that dumbo has read)",
    );
  });
  test("none for built-ins of the language", () => {
    assert.equal(refusal({ a: `${F("abs(a)")} const { abs } = Math` }), null);
    assert.equal(
      refusal({ a: `${F("random(a)")} const { random } = Math` })?.[0],
      "uses `random`, a function that dumbo cannot see into (it is native code)",
    );
  });
  test("constructors in the old style", () => {
    const of = (body: string) =>
      new Program({
        a: `"use strict"; ${F("new G(a).m()")} function G(a) { this.a = a } G.prototype.m = async function (x = ${body}) { return x }`,
      }).key("a", "f");
    assert.match(of("Math.abs(this.a)"), /^[0-9a-f]{32}$/);
    assert.equal(of("Math.abs(this.a)"), of("Math.abs( this.a )"));
    assert.notEqual(of("Math.abs(this.a)"), of("Math.ceil(this.a)"));
    assert.match(of("Math.random()"), /^refused: .*Math\.random/);
  });
  test("a class that was patched", () => {
    const program = new Program({ a: `${F("new G(a).m()")} class G { m() { return Math.abs(1) } } exports.G = G` });
    const before = program.key("a", "f");
    assert.match(before, /^[0-9a-f]{32}$/);
    const { prototype } = program.exported<{ G: { prototype: object } }>("a").G;
    Object.assign(prototype, { m: 2 });
    assert.match(program.key("a", "f"), /^[0-9a-f]{32}$/);
    assert.notEqual(program.key("a", "f"), before);
    Object.assign(prototype, { m: () => 2 });
    assert.match(program.key("a", "f"), /^refused: .*a function that dumbo cannot see into/);
  });
});
