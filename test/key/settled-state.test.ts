/** State that stays the same is walked over twice, and taken over from then on; whatever changes in it changes the key. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { inspect } from "node:util";
import { Snapshot } from "../../src/change/snapshot.ts";
import type { Reach } from "../../src/code/reach.ts";
import { changeIn, changeInGiven, type Key } from "../../src/key/key.ts";
import { countLooks } from "../../src/value/hidden-classes.ts";
import { Unkeyable } from "../../src/value/unkeyable.ts";
import { Program } from "../support/live-modules.ts";

// V8's own tests are made when enough was looked at.
countLooks(Number.POSITIVE_INFINITY);

/** State `v`, and statements of which each changes one thing of it. */
interface Subject {
  readonly make: string;
  readonly changes: Readonly<Record<string, string>>;
}

const OBJECT_CHANGES = {
  "a value": "o.a = 5;",
  "a value that is another NaN or zero": "o.a = o.a === 0 ? -0 : 0;",
  "an equal object": "o.b = { ...o.b };",
  "a new name": "o.z = 1;",
  "a new index": "o[7] = 1;",
  "a symbol": "o[Symbol.for('s')] = 1;",
  "a name less": "delete o.a;",
  order: "{ const { a } = o; delete o.a; o.a = a; }",
  "not writable": "Object.defineProperty(o, 'a', { writable: false });",
  "not enumerable": "Object.defineProperty(o, 'a', { enumerable: false });",
  "not configurable": "Object.defineProperty(o, 'a', { configurable: false });",
  "an accessor": "Object.defineProperty(o, 'a', { get: helper });",
  "another prototype": "Object.setPrototypeOf(o, { x: 1 });",
  "no prototype": "Object.setPrototypeOf(o, null);",
  frozen: "Object.freeze(o);",
  sealed: "Object.seal(o);",
  "not extensible": "Object.preventExtensions(o);",
};

const on = (target: string, changes: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(changes).map(([what, code]) => [what, `{ const o = ${target}; ${code} }`]));
/** All siblings go the same way at once, so that they are of one hidden class again. */
const onAll = (changes: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(changes).map(([what, code]) => [what, `for (const o of v) { ${code} }`]));

const ARRAY_CHANGES = {
  push: "o.push(1);",
  pop: "o.pop();",
  "length 0": "o.length = 0;",
  "a longer length": "o.length = o.length + 1;",
  "a hole": "delete o[1];",
  "a name": "o.extra = 1;",
  frozen: "Object.freeze(o);",
  sealed: "Object.seal(o);",
  "not extensible": "Object.preventExtensions(o);",
  "a read-only length": "Object.defineProperty(o, 'length', { writable: false });",
  "another prototype": "Object.setPrototypeOf(o, null);",
  "an element that is not enumerable": "Object.defineProperty(o, 0, { enumerable: false });",
};

const SUBJECTS: Record<string, Subject> = {
  record: { make: "{ a: 1, b: { c: 1 } }", changes: on("v", OBJECT_CHANGES) },
  "record with NaN": { make: "{ a: NaN, b: {} }", changes: on("v", { "a value": "o.a = 1;" }) },
  "record with 0": { make: "{ a: 0, b: {} }", changes: on("v", { "-0": "o.a = -0;" }) },
  "the second of a kind": { make: "[{ a: 1, b: {} }, { a: 1, b: {} }]", changes: on("v[1]", OBJECT_CHANGES) },
  "the first of a kind": { make: "[{ a: 1, b: {} }, { a: 1, b: {} }]", changes: on("v[0]", OBJECT_CHANGES) },
  "all of a kind": {
    make: "Array.from({ length: 9 }, () => ({ a: 1, b: {} }))",
    changes: onAll(
      Object.fromEntries(Object.entries(OBJECT_CHANGES).filter(([what]) => !what.startsWith("a value t"))),
    ),
  },
  "record without a prototype": {
    make: "Object.assign(Object.create(null), { a: 1, b: {} })",
    changes: on("v", { ...OBJECT_CHANGES, "no prototype": "Object.setPrototypeOf(o, Object.prototype);" }),
  },
  "record of many names": {
    make: "{ a: 1, b: {}, ...Object.fromEntries(Array.from({ length: 1500 }, (_, i) => ['n' + i, i])) }",
    changes: on("v", OBJECT_CHANGES),
  },
  "record of indices": {
    make: "{ 65: [0.5], 70: [1.5], 9000: [2.5] }",
    changes: on("v", {
      "an equal object": "o[65] = [0.5];",
      "an index": "o[66] = 1;",
      "an index less": "delete o[70];",
      "another index": "o[71] = o[70]; delete o[70];",
      "a name": "o.x = 1;",
      "a name in the place of an index": "o.x = o[9000]; delete o[9000];",
      "not writable": "Object.defineProperty(o, 70, { writable: false });",
      "not enumerable": "Object.defineProperty(o, 70, { enumerable: false });",
      "an accessor": "Object.defineProperty(o, 70, { get: helper });",
      frozen: "Object.freeze(o);",
    }),
  },
  "frozen record": {
    make: "Object.freeze({ a: { x: 1 }, b: Object.freeze([{ y: 1 }]) })",
    changes: { inside: "v.a.x = 2;", "in the array": "v.b[0].y = 2;" },
  },
  "sealed record": {
    make: "Object.seal({ a: 1 })",
    changes: { "a value": "v.a = 2;", frozen: "Object.freeze(v);" },
  },
  "record with attributes": {
    make: "Object.defineProperty({ b: 1 }, 'a', { value: 1, configurable: true, writable: true })",
    changes: {
      "a value": "v.a = 2;",
      enumerable: "Object.defineProperty(v, 'a', { enumerable: true });",
      "not writable": "Object.defineProperty(v, 'a', { writable: false });",
    },
  },
  "record with an accessor": {
    make: "Object.defineProperty({ b: 1 }, 'a', { get: helper, configurable: true })",
    changes: {
      "another accessor": "Object.defineProperty(v, 'a', { get: other });",
      "a setter": "Object.defineProperty(v, 'a', { set: other });",
      "a value": "Object.defineProperty(v, 'a', { value: 1 });",
    },
  },
  "record with a symbol": {
    make: "{ a: 1, [Symbol.for('x')]: 1 }",
    changes: {
      "a value": "v[Symbol.for('x')] = 2;",
      "not enumerable": "Object.defineProperty(v, Symbol.for('x'), { enumerable: false });",
      "a symbol less": "delete v[Symbol.for('x')];",
    },
  },
  "array of values": {
    make: "[{ a: 1 }, 'x', null]",
    changes: on("v", { ...ARRAY_CHANGES, "an element": "o[1] = 'y';", "an equal object": "o[0] = { a: 1 };" }),
  },
  "array of integers": {
    make: "[1, 2, 0]",
    changes: on("v", { ...ARRAY_CHANGES, "an element": "o[1] = 9;", "-0": "o[2] = -0;" }),
  },
  "array of numbers": {
    make: "[0.5, NaN, 1.5]",
    changes: on("v", {
      ...ARRAY_CHANGES,
      "an element": "o[0] = 2.5;",
      "a value": "o[0] = 'x';",
      "no NaN": "o[1] = 0;",
    }),
  },
  "array with holes": {
    make: "[{ a: 1 }, , undefined, 3]",
    changes: on("v", {
      ...ARRAY_CHANGES,
      "a hole": "delete o[0];",
      "a hole filled": "o[1] = undefined;",
      "a hole for undefined": "delete o[2];",
    }),
  },
  "numbers with holes": {
    make: "[0.5, , NaN, 3]",
    changes: on("v", { "a hole filled": "o[1] = NaN;", "another hole": "delete o[2];", "an element": "o[0] = 1.5;" }),
  },
  "array with a name": {
    make: "Object.assign([1, 2], { x: {} })",
    changes: on("v", { "an equal object": "o.x = {};", "an element": "o[0] = 3;" }),
  },
  Map: {
    make: "new Map([['a', { x: 1 }], ['b', 2]])",
    changes: {
      "a value": "v.set('b', 3);",
      "an equal object": "v.set('a', { x: 1 });",
      "a new key": "v.set('c', 1);",
      "a key less": "v.delete('a');",
      "another key": "v.delete('b'); v.set('c', 2);",
      order: "{ const a = v.get('a'); v.delete('a'); v.set('a', a); }",
      "a property": "v.x = 1;",
      "another prototype": "Object.setPrototypeOf(v, null);",
      "not extensible": "Object.preventExtensions(v);",
    },
  },
  Set: {
    make: "new Set(['a', { x: 1 }])",
    changes: {
      "a new item": "v.add('c');",
      "an item less": "v.delete('a');",
      order: "v.delete('a'); v.add('a');",
      "a property": "v.x = 1;",
    },
  },
  Date: {
    make: "new Date(5)",
    changes: { time: "v.setTime(6);", invalid: "v.setTime(NaN);", "a property": "v.x = 1;" },
  },
  RegExp: {
    make: "/a/g",
    changes: {
      lastIndex: "v.lastIndex = 1;",
      compiled: "v.compile('b', 'g');",
      "a property": "v.x = 1;",
      "a read-only lastIndex": "Object.defineProperty(v, 'lastIndex', { writable: false });",
    },
  },
  "typed array": {
    make: "new Uint8Array([1, 2, 3])",
    changes: {
      "a byte": "v[1] = 9;",
      "the memory": "new Uint8Array(v.buffer)[2] = 9;",
      "a property": "v.x = 1;",
      "another prototype": "Object.setPrototypeOf(v, Uint16Array.prototype);",
    },
  },
  "numbers in memory": { make: "new Float64Array([1, 0])", changes: { "-0": "v[1] = -0;", "a number": "v[0] = 2;" } },
  "long memory": { make: "new Uint8Array(5000)", changes: { "a byte": "v[4999] = 9;", "a property": "v.x = 1;" } },
  Buffer: { make: "Buffer.from('abc')", changes: { "a byte": "v[1] = 9;" } },
  DataView: { make: "new DataView(new ArrayBuffer(8))", changes: { "a byte": "v.setUint8(1, 9);" } },
  "memory that is given away": {
    make: "new Uint8Array([1, 2])",
    changes: { detached: "structuredClone(v.buffer, { transfer: [v.buffer] });" },
  },
  function: {
    make: "function (a) { return a; }",
    changes: {
      "a property": "v.x = 1;",
      "its name": "Object.defineProperty(v, 'name', { value: 'y' });",
      "another prototype": "Object.setPrototypeOf(v, { z: 1 });",
      "what its instances inherit": "v.prototype.x = 1;",
      "another `prototype`": "v.prototype = {};",
      frozen: "Object.freeze(v);",
      "an index": "v[0] = 1;",
    },
  },
  "function that calls what a binding holds": {
    make: "{ call: function (a) { return hook(a); } }",
    changes: { "another function": "hook = other;" },
  },
  "function with properties": {
    make: "Object.assign(function (a) { return a; }, { x: 1, y: {} })",
    changes: {
      "a value": "v.x = 2;",
      "an equal object": "v.y = {};",
      "not writable": "Object.defineProperty(v, 'x', { writable: false });",
      "a property less": "delete v.x;",
    },
  },
  "constructor in the old style": {
    make: "new Old(1)",
    changes: {
      "a method": "Old.prototype.run = other;",
      "a new method": "Old.prototype.more = other;",
      "a field": "v.a = 2;",
      "not writable": "Object.defineProperty(Old.prototype, 'run', { writable: false });",
      "what the prototype inherits": "Object.setPrototypeOf(Old.prototype, { x: 1 });",
    },
  },
  class: {
    make: "new Shape(1)",
    changes: {
      "a method": "Shape.prototype.area = other;",
      "a new method": "Shape.prototype.more = other;",
      "a method less": "delete Shape.prototype.area;",
      "attributes of a method": "Object.defineProperty(Shape.prototype, 'area', { enumerable: true });",
      "a static field": "Shape.count = 2;",
      "a new static field": "Shape.more = 1;",
      "a static method": "Shape.of = other;",
      "what was put on a method": "Shape.prototype.area.x = 1;",
      "its base": "Object.setPrototypeOf(Shape, null);",
      "a field": "v.side = 2;",
      "a class method of the base": "Base.prototype.base = other;",
    },
  },
  "chain of prototypes": {
    make: "Object.create(Object.create(Object.create({ top: { t: 1 } }), { mid: { value: 1, writable: true } }))",
    changes: {
      "a value above": "Object.getPrototypeOf(Object.getPrototypeOf(v)).mid = 2;",
      "a name above": "Object.getPrototypeOf(Object.getPrototypeOf(v)).more = 2;",
      "an object above": "v.top.t = 2;",
      "a link": "Object.setPrototypeOf(Object.getPrototypeOf(Object.getPrototypeOf(v)), null);",
    },
  },
  "bound function": {
    make: "helper.bind({ x: 1 }, box)",
    changes: { "an argument": "box.inner = 2;", "a property": "v.x = 1;" },
  },
  closure: { make: "counter()", changes: { "what it has captured": "up();" } },
  binding: { make: "{ a: 1 }", changes: { "an equal object": "v = { a: 1 };", "another value": "v = 5;" } },
  "primitive binding": { make: "1", changes: { "a number": "v = 2;", text: "v = '1';", "-0": "v = -0;" } },
};

function sourceOf(make: string, change: string): string {
  return `
    const box = { inner: 1 };
    function helper(a) { return a; }
    function other(a) { try { return a + 1; } catch (error) { return error.message; } }
    function Old(a) { this.a = a; }
    Old.prototype.run = function () { return 1; };
    class Base { base() { return 1; } }
    class Shape extends Base {
      static count = 1;
      static of() { return 1; }
      constructor(side) { super(); this.side = side; }
      area() { return this.side; }
    }
    let up;
    let hook = helper;
    function counter() { let n = 0; up = () => { n++; }; return () => n; }
    const filler = Array.from({ length: 40 }, (_, i) => ({ id: i, name: "item " + i, place: { x: i / 3 } }));
    let v = (${make});
    function f(a) { return [filler, v, helper, other, Old, Shape, a]; }
    exports.f = f;
    exports.filler = filler;
    exports.value = () => v;
    exports.change = () => { ${change} };
  `;
}

const loaded = (make: string, change: string) => {
  const program = new Program({ m: sourceOf(make, change) });
  return { program, exports: program.exported<Record<string, (a?: unknown) => unknown>>("m") };
};

/** The hash, or why there is none. */
function keyed(key: () => Key): string {
  try {
    return key().hash;
  } catch (error) {
    if (error instanceof Unkeyable) return `refused: ${error.reason.kind}`;
    throw error;
  }
}

/** The same key where no state is settled. */
const unsettled = (program: Program, args: readonly unknown[] = []) =>
  keyed(() => program.call("m", "f", args, program.newReachCache()));

for (const [name, { make, changes }] of Object.entries(SUBJECTS)) {
  for (const [what, change] of Object.entries(changes)) {
    test(`${name}: ${what}`, () => {
      const { program, exports } = loaded(make, change);
      const key = () => keyed(() => program.call("m", "f", [1]));
      const first = key();
      assert.ok(!first.startsWith("refused"), first);
      for (let i = 0; i < 4; i++) assert.equal(key(), first, "the same state has the same key");
      assert.deepEqual(program.counts, { used: 3, changed: 0, settled: 1 }, "the state is taken over");
      assert.equal(unsettled(program, [1]), first, "the key is the one that a walk makes");
      exports.change?.();
      const changed = key();
      assert.equal(program.counts.changed, 1, "the change is found");
      assert.equal(changed, unsettled(program, [1]), "the key is the one that a walk makes after the change");
      if (!what.startsWith("an equal")) assert.notEqual(changed, first, "another state has another key");
    });
  }
}

test("a state that changes at each call is not settled, and neither is a small one", () => {
  const { program, exports } = loaded("{ a: 1 }", "v.a++;");
  for (let i = 0; i < 9; i++) {
    program.call("m", "f");
    exports.change?.();
  }
  assert.deepEqual(program.counts, { used: 0, changed: 0, settled: 0 }, "nothing was settled");
  const small = new Program({ m: "const list = [{}]; function f() { return list; } exports.f = f;" });
  for (let i = 0; i < 9; i++) small.call("m", "f");
  assert.deepEqual(small.counts, { used: 0, changed: 0, settled: 0 }, "nothing was settled");
});

test("a state that changes now and then has to be the same for longer and longer", () => {
  const { program, exports } = loaded("{ a: 1 }", "v.a++;");
  const settledAfter: number[] = [];
  for (let round = 0; round < 4; round++) {
    exports.change?.();
    const { settled } = program.counts;
    let calls = 0;
    while (program.counts.settled === settled && calls < 99) {
      program.call("m", "f");
      calls++;
    }
    settledAfter.push(calls);
  }
  assert.deepEqual(settledAfter, [2, 3, 5, 9], "each change makes it wait twice as long");
});

test("what holds something that no copy tells is walked over each time", () => {
  for (const make of ["new WeakMap([[box, 1]])", "new WeakSet([box])", "new Error('x')"]) {
    const { program } = loaded(make, "");
    const key = () => keyed(() => program.call("m", "f"));
    const first = key();
    for (let i = 0; i < 4; i++) assert.equal(key(), first, make);
    assert.deepEqual(program.counts, { used: 0, changed: 0, settled: 0 }, `${make} is not settled`);
  }
});

test("entries of a WeakMap of the state are found changed", () => {
  const { program, exports } = loaded("new WeakMap([[box, 1]])", "v.set(filler[3], 2);");
  const first = program.call("m", "f").hash;
  assert.equal(program.call("m", "f").hash, first, "the same state has the same key");
  exports.change?.();
  assert.notEqual(program.call("m", "f").hash, first, "another state has another key");
});

const ARGUMENTS: Record<string, (exports: Record<string, (a?: unknown) => unknown>) => unknown[]> = {
  "an object of the state": ({ value }) => [value?.()],
  "an object that holds one of the state": ({ value }) => [{ inner: value?.() }, [value?.()]],
  "an object of its own": () => [{ id: 1, name: "item 1", place: { x: 1 / 3 } }],
  "a function of the state": ({ f }) => [f, [f]],
  "memory of its own": () => [new Uint8Array([1, 2]), Buffer.from("x")],
  "a unique symbol and a Date": () => [Symbol("x"), new Date(5)],
};

for (const [what, argumentsOf] of Object.entries(ARGUMENTS)) {
  test(`a key with ${what} is the one that a walk makes`, () => {
    const make = "{ a: { x: 1 }, memory: new Uint8Array([1, 2]), call: helper }";
    const { program, exports } = loaded(make, "v.a.x = 2;");
    const args = argumentsOf(exports);
    const expected = unsettled(program, args);
    const keys = [0, 1, 2, 3].map(() => program.call("m", "f", args));
    assert.deepEqual(
      keys.map(({ hash }) => hash),
      keys.map(() => expected),
    );
    assert.equal(program.counts.used, 2, "the state is taken over");
    const [walked, taken] = [keys[0] as Key, keys[3] as Key];
    assert.deepEqual([...taken.walk.seen.keys()], [...walked.walk.seen.keys()], "both have met the same");
    for (const one of walked.walk.seen.keys()) assert.equal(taken.walk.seen.get(one), walked.walk.seen.get(one));
    assert.equal(taken.walk.seen.size, walked.walk.seen.size);
    assert.deepEqual(taken.walk.reaches, walked.walk.reaches);
    assert.deepEqual(taken.walk.views, walked.walk.views);
    const { memory } = (exports.value as () => { memory: Uint8Array })();
    assert.ok(taken.walk.views.includes(memory), "a result must not share the memory of the state");
    const { traits } = taken.walk.reaches[0] as Reach;
    assert.ok(traits.size > 0 && [...traits].every((one) => taken.walk.traits.has(one)), "the code has its traits");
    assert.deepEqual(taken.parts, walked.parts);
    assert.equal(taken.given, walked.given);
    exports.change?.();
    assert.equal(
      keyed(() => program.call("m", "f", args)),
      unsettled(program, args),
      "so it is after a change",
    );
  });
}

test("a function of the language that is not known by its name any more is a change", () => {
  const { program } = loaded("{ call: Math.max }", "");
  const first = program.call("m", "f").hash;
  for (let i = 0; i < 3; i++) program.call("m", "f");
  assert.equal(program.counts.used, 2, "the state is taken over");
  program.renamed.set(Math.max, "another");
  assert.notEqual(program.call("m", "f").hash, first, "another name is another key");
  assert.equal(program.counts.changed, 1, "the change is found");
});

test("the digest of the arguments does not depend on how much state there is", () => {
  const argsOf = (make: string) => {
    const own = {};
    return loaded(make, "").program.call("m", "f", [own, { own }, [own]]).parts.args;
  };
  assert.equal(argsOf("{ a: 1 }"), argsOf("[{}, {}, {}]"));
});

test("arguments that are alike are told apart by which objects of the state they are", () => {
  const { program, exports } = loaded("[{ x: 1 }, { x: 1 }]", "");
  const [a, b] = (exports.value as () => [object, object])();
  const hashes = [[a], [b], [{ x: 1 }], [a], [b], [{ x: 1 }]].map((args) => program.call("m", "f", args).hash);
  assert.equal(new Set(hashes.slice(0, 3)).size, 3, "three keys");
  assert.deepEqual(hashes.slice(3), hashes.slice(0, 3), "the same when the state is taken over");
});

test("a change of an argument that is an object of the state is one of the arguments", () => {
  for (const isSettled of [false, true]) {
    const { program, exports } = loaded("{ a: { x: 1 } }", "v.a.x = 2;");
    const args = [exports.value?.()];
    if (isSettled) for (let i = 0; i < 3; i++) program.call("m", "f", args);
    const before = program.call("m", "f", args);
    assert.equal(changeInGiven(before, program.call("m", "f", args)), null, "nothing has changed");
    exports.change?.();
    assert.deepEqual(changeInGiven(before, program.call("m", "f", args)), { kind: "changes", what: "arguments" });
  }
});

test("an argument that is nothing of the state has not changed when the state has", () => {
  const { program, exports } = loaded("{ a: { x: 1 } }", "v.a.x = 2; v.more = [{}];");
  const args = [{ x: 1 }];
  const before = program.call("m", "f", args);
  exports.change?.();
  const after = program.call("m", "f", args);
  assert.equal(changeInGiven(before, after), null, "only the state has changed");
  assert.deepEqual(changeIn(before, after), { kind: "changes", what: "state" });
});

test("a snapshot that shares the state tells the same changes as one that does not", () => {
  let told = 0;
  for (const [name, { make, changes }] of Object.entries(SUBJECTS)) {
    for (const [what, change] of Object.entries(changes)) {
      const { program, exports } = loaded(make, change);
      const args = [{ given: [1] }, exports.value?.()];
      for (let i = 0; i < 3; i++) program.call("m", "f", args);
      const key = program.call("m", "f", args);
      const snapshots = [program.snapshot("m", "f", key), new Snapshot(key.walk)] as const;
      for (const snapshot of snapshots) assert.deepEqual(snapshot.changes(), [], `${name}: nothing has changed`);
      exports.change?.();
      (args[0] as { given: number[] }).given.push(2);
      const [shared, whole] = snapshots.map(changesOf);
      assert.deepEqual(shared, whole, `${name}: ${what}`);
      if (Array.isArray(whole)) {
        assert.ok(whole.length >= 1, `${name}: ${what} is told`);
        told++;
      }
    }
  }
  assert.ok(told > 80, `only ${told} could be told`);
});

/** What is changed, or why that cannot be told; in an order that does not depend on which snapshot it is. */
function changesOf(snapshot: Snapshot): unknown {
  try {
    return snapshot.changes().sort((a, b) => inspect(a).localeCompare(inspect(b)));
  } catch (error) {
    if (error instanceof Unkeyable) return error.reason.kind;
    throw error;
  }
}

test("what has left the state is collected, though the state was settled", () => {
  const script = `
    import { Program } from ${JSON.stringify(new URL("../support/live-modules.ts", import.meta.url).href)};
    const program = new Program({ m: \`
      const list = Array.from({ length: 40 }, (_, i) => ({ id: i, name: 'item', inner: {} }));
      exports.list = list;
      function f() { return list; }
      exports.f = f;
    \` });
    const { list } = program.exported("m");
    for (let i = 0; i < 5; i++) program.call("m", "f");
    const used = program.counts.used;
    const ref = new WeakRef(list.pop());
    let isFinalized = false;
    const registry = new FinalizationRegistry(() => { isFinalized = true; });
    registry.register(list.pop(), 0);
    for (let i = 0; i < 10; i++) { await new Promise((done) => setTimeout(done, 5)); gc(); }
    registry.unregister({});
    const isGone = ref.deref() === undefined;
    const before = program.counts.settled;
    for (let i = 0; i < 4; i++) program.call("m", "f");
    console.log(JSON.stringify({ used, isGone, isFinalized, again: program.counts.settled - before }));
  `;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--expose-gc", "--import", "tsx", "--input-type=module", "-e", script],
    { cwd: new URL("../..", import.meta.url), encoding: "utf8" },
  );
  assert.equal(stdout.trim(), JSON.stringify({ used: 3, isGone: true, isFinalized: true, again: 1 }), stderr);
});
