/** Which function or class a value is, and whether a class still is what its source says. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type ClassSnapshot, lookAtClass } from "../../src/code/class-shape.ts";
import { describe as describeReason } from "../../src/reason/describe.ts";
import { Unkeyable } from "../../src/value/unkeyable.ts";
import { Program } from "../support/live-modules.ts";

const CLASS = `
class Shape {
  static unit = 1;
  #hidden = 1;
  constructor(x) { this.x = x }
  area() { return Math.abs(this.x) }
  get side() { return Math.abs(this.x) }
  set side(x) { this.x = x }
  static of(x) { return new Shape(x) }
  static get zero() { return new Shape(0) }
  [Symbol.iterator]() { return [this.x].values() }
}
exports.Shape = Shape;`;

type Class = { prototype: Record<PropertyKey, unknown> } & Record<PropertyKey, unknown>;

/** What is said of the class after something was done to it: whether it is as its body made it, or why that is not to be said. */
function look(change: (shape: Class) => void, early = false): boolean | string {
  const program = new Program(early ? { a: `${CLASS}; exports.Shape.prototype.area = Math.abs` } : { a: CLASS });
  const shape = program.exports.a?.Shape as Class;
  if (early) change(shape);
  assert.equal(program.identify(shape), "a:Shape");
  if (!early) change(shape);
  try {
    const live = program.unit("a", "Shape");
    return lookAtClass(live.definition.name, live.shape as ClassSnapshot);
  } catch (error) {
    assert.ok(error instanceof Unkeyable, String(error));
    return describeReason(error.reason);
  }
}

describe("a class that is not what its source says", () => {
  const cases: Record<string, (shape: Class) => void> = {
    "a replaced method": ({ prototype }) => (prototype.area = () => 1),
    "a method that became an accessor": ({ prototype }) =>
      Object.defineProperty(prototype, "area", { get: () => () => 1 }),
    "a deleted method": ({ prototype }) => delete prototype.area,
    "a replaced static method": (shape) => (shape.of = () => 1),
    "a replaced getter": ({ prototype }) => Object.defineProperty(prototype, "side", { get: () => 1 }),
    "a replaced setter": ({ prototype }) => Object.defineProperty(prototype, "side", { set: () => {} }),
    "a deleted accessor": ({ prototype }) => delete prototype.side,
    "a replaced static getter": (shape) => Object.defineProperty(shape, "zero", { get: () => 1 }),
    "a replaced method with a computed name": ({ prototype }) => (prototype[Symbol.iterator] = () => 1),
    "a replaced constructor": ({ prototype }) => (prototype.constructor = Object),
    "an added method": ({ prototype }) => (prototype.volume = () => 1),
    "an added symbol": ({ prototype }) => (prototype[Symbol("a")] = 1),
    "an added accessor": ({ prototype }) => Object.defineProperty(prototype, "volume", { get: () => 1 }),
  };
  for (const [name, change] of Object.entries(cases)) test(name, () => assert.equal(look(change), false, name));
  test("a method that was replaced before anyone looked", () => {
    assert.equal(
      look(() => {}, true),
      false,
    );
  });
  test("a method that was replaced, before anyone looked, by one of the same text", () => {
    const shape = "{ area() { return super.toString() + this.x } }";
    const program = new Program({
      a: `class Shape ${shape} class Other extends Array ${shape} Shape.prototype.area = Other.prototype.area; exports.Shape = Shape`,
    });
    assert.equal(program.identify(program.exports.a?.Shape), "a:Shape");
    const live = program.unit("a", "Shape");
    assert.equal(lookAtClass("Shape", live.shape as ClassSnapshot), false);
  });
  test("another base", () => {
    assert.equal(
      look((shape) => Object.setPrototypeOf(shape.prototype, Array.prototype)),
      "what `Shape` inherits from was replaced",
    );
  });
  test("not: one that was left alone, or whose fields changed", () => {
    assert.equal(
      look(() => {}),
      true,
    );
    assert.equal(
      look((shape) => {
        shape.unit = 2;
        shape.other = 3;
      }),
      true,
    );
  });
});

describe("functions that are recognised", () => {
  test("by identity", () => {
    const program = new Program({
      a: `let x = 1; exports.x = x; function f(a) { return g(a) } const g = (a) => Math.abs(a) + x; x = 2;
        const o = { m(a) { return g(a) } }; class A { m(a) { return g(a) } static s(a) { return g(a) } }
        const make = () => (a) => g(a);
        module.exports = { f, g, o, A, make }`,
      b: "module.exports = require('./a')",
    });
    const { f, g, o, A, make } = program.exported<{
      f: object;
      g: object;
      o: { m: object };
      A: { s: object; prototype: { m: object } };
      make: () => object;
    }>("b");
    assert.equal(program.identify(f), "a:f");
    assert.equal(program.identify(g), "a:g");
    assert.equal(program.identify(A), "a:A");
    assert.equal(program.identify(o.m), "a:o.m");
    assert.equal(program.identify(A.s), null, "a method that was taken out of its class");
    assert.equal(program.identify(A.prototype.m), null, "likewise");
    assert.equal(program.identify(make()), "a:(anonymous)", "a closure");
    assert.equal(
      program.identify(() => 1),
      null,
      "a function of a module that dumbo did not load",
    );
  });

  test("another function in the place of a method is not that method", () => {
    const program = new Program({
      a: "let x = 1; x = 2; const o = { m(a) { return Math.abs(a) + x } }; exports.o = o; Object.defineProperty(o, 'm', { value: (a) => Math.max(a, 1) })",
    });
    assert.notEqual(program.identify(program.exported<{ o: { m: object } }>("a").o.m), "a:o.m");
  });

  const method = (x: number) => `let x = ${x}; x++; const o = { m(a) { return Math.abs(a) + x } }; exports.o = o`;
  const m = (program: Program, module: string) => program.exported<{ o: { m: object } }>(module).o.m;

  test("a function whose text stands in two modules is found by where it stands", () => {
    const one = new Program({ a: method(1) });
    assert.equal(one.identify(m(one, "a")), "a:o.m");
    const two = new Program({ a: method(1), b: method(2) });
    assert.equal(two.identify(m(two, "a")), "a:o.m");
    assert.equal(two.identify(m(two, "b")), "b:o.m");
  });

  test("a method that was moved to the like-named place of another module is not taken for that module's", () => {
    const program = new Program({ a: method(1), b: `${method(2)}; o.m = require("./a").o.m` });
    assert.notEqual(program.identify(m(program, "b")), "b:o.m");
  });

  test("equal texts that read nothing outside of themselves are one", () => {
    const text =
      "exports.o = { m(a) { return Math.abs(a) } }; const p = { m(a) { return Math.abs(a) } }; exports.p = p";
    const program = new Program({ a: text, b: text });
    assert.match(program.identify(program.exported<{ p: { m: object } }>("b").p.m) ?? "none", /^[ab]:/);
  });

  test("what nobody knew is asked for again when another module has loaded", () => {
    const program = new Program({ a: "exports.later = null" });
    const fn = (a: number) => a;
    assert.equal(program.identify(fn), null);
    program.load("b", "function f(a) { return Math.abs(a) } exports.f = f");
    assert.equal(program.identify(program.exports.b?.f), "b:f");
  });
});

describe("only the manifests are read of modules that can have made it", () => {
  const source = (i: number) => `let x = ${i}; x++; class C { m() { return x } } class Empty {}
    function Old() {} Old.prototype.m = function () { return x };
    module.exports = { C, Empty, Old, bare: { m() { return x } }, make: () => (a) => a + x, derived: Object.create(Old.prototype) }`;
  interface Exports {
    readonly C: { prototype: object };
    readonly Empty: { prototype: object };
    readonly Old: { prototype: object };
    readonly bare: object;
    readonly make: () => object;
    readonly derived: object;
  }
  const load = () => new Program({ a: source(1), b: source(2), c: source(3), d: source(4) });
  const read = (ask: (program: Program, b: Exports) => unknown): readonly [unknown, number] => {
    const program = load();
    const answer = ask(program, program.exported<Exports>("b"));
    return [answer, program.manifests];
  };
  const classOf = (program: Program, prototype: object) =>
    program.registry.identifyPrototype(prototype)?.definition.name ?? null;

  test("functions", () => {
    assert.deepEqual(
      read((program, b) => program.identify(b.make())),
      ["b:(anonymous)", 1],
    );
    assert.deepEqual(
      read((program, b) => program.identify(b.C)),
      ["b:C", 1],
    );
    assert.deepEqual(
      read((program) => program.identify((a: number) => a)),
      [null, 0],
    );
    assert.deepEqual(
      read((program) => program.kindOf((() => 1).bind(null))),
      ["bound", 0],
    );
  });

  test("prototypes", () => {
    assert.deepEqual(
      read((program, { C }) => classOf(program, C.prototype)),
      ["C", 1],
    );
    assert.deepEqual(
      read((program, { Empty }) => classOf(program, Empty.prototype)),
      ["Empty", 1],
    );
    assert.deepEqual(
      read((program, { Old }) => classOf(program, Old.prototype)),
      [null, 1],
    );
    assert.deepEqual(
      read((program, { bare }) => classOf(program, bare)),
      [null, 1],
    );
  });

  test("no trace is read for that", () => {
    const program = load();
    const given = Error.prepareStackTrace;
    let asked = 0;
    Error.prepareStackTrace = () => asked++;
    try {
      const prototype = Object.assign(new Error("m"), { m() {} });
      assert.equal(classOf(program, prototype), null);
      assert.equal(asked, 0);
      assert.equal(typeof prototype.stack, "number", "it would be seen");
    } finally {
      Error.prepareStackTrace = given;
    }
  });

  test("one after the other where a prototype does not show that", () => {
    assert.deepEqual(
      read((program, { derived }) => classOf(program, derived)),
      [null, 4],
    );
    const without = ({ prototype }: { prototype: object }) => {
      Reflect.deleteProperty(prototype, "constructor");
      return prototype;
    };
    assert.deepEqual(
      read((program, { Empty }) => classOf(program, without(Empty))),
      ["Empty", 2],
    );
    assert.deepEqual(
      read((program, { C }) => classOf(program, without(C))),
      ["C", 1],
      "its method shows it",
    );
    const borrowed = (program: Program, { Empty }: Exports) => {
      function Wrapped() {}
      Wrapped.prototype = Empty.prototype;
      Object.defineProperty(Empty.prototype, "constructor", { value: Wrapped });
      return classOf(program, Empty.prototype);
    };
    assert.deepEqual(read(borrowed), ["Empty", 2]);
  });
});

test("instances: of a class that was patched they differ, and of another class", () => {
  const source = (body: string) => `class P { constructor(x) { this.x = x } m() { ${body} } } exports.P = P`;
  const program = new Program({ a: source("return Math.abs(this.x)"), b: source("return -this.x") });
  const A = program.exports.a?.P as new (x: number) => object;
  const B = program.exports.b?.P as new (x: number) => object;
  assert.match(program.keyOf(new A(1)), /^[0-9a-f]{32}$/);
  assert.equal(program.keyOf(new A(1)), program.keyOf(new A(1)));
  assert.notEqual(program.keyOf(new A(1)), program.keyOf(new A(2)));
  assert.notEqual(program.keyOf(new A(1)), program.keyOf(new B(1)));
  const [before, ofClass] = [program.keyOf(new A(1)), program.keyOf(A)];
  Object.assign(A.prototype, { m: () => 1 });
  assert.match(program.keyOf(new A(1)), /^refused: holds `m`, a function that dumbo cannot see into/);
  Object.assign(A.prototype, { m: 1 });
  assert.match(program.keyOf(new A(1)), /^[0-9a-f]{32}$/);
  assert.notEqual(program.keyOf(new A(1)), before);
  assert.notEqual(program.keyOf(A), ofClass);
  assert.match(program.keyOf(new B(1)), /^[0-9a-f]{32}$/);
});
