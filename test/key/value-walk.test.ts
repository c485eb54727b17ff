/** Keys of values: different for what a program can tell apart, equal for what it cannot, refused where it is unseen. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { hash128 } from "../../src/hash.ts";
import { KeyWriter } from "../../src/key/key-writer.ts";
import { ValueWalk } from "../../src/key/value-walk.ts";
import type { FunctionWriter } from "../../src/key/walk.ts";
import { describe as describeReason } from "../../src/reason/describe.ts";
import { TooLarge, Unkeyable } from "../../src/value/unkeyable.ts";

class Point {
  x: number;
  constructor(x: number) {
    this.x = x;
  }
}
class Other {
  x: number;
  constructor(x: number) {
    this.x = x;
  }
}
const one = () => 1;
const two = () => 2;

const names = new Map<object, string>([
  [Point.prototype, "Point"],
  [Other.prototype, "Other"],
  [Map.prototype, "Map"],
  [Set.prototype, "Set"],
  [one, "one"],
  [two, "two"],
]);

/** Knows two classes and two functions. */
const reachCache: FunctionWriter = {
  builtInObjects: () => new Map(),
  writeFunction: (fn, walk) => walk.out.text(nameOf(fn)),
  writePrototype: (prototype, walk) => walk.out.text(nameOf(prototype)),
};

function nameOf(value: object): string {
  const name = names.get(value);
  if (name === undefined) throw new Unkeyable({ kind: "unknown-class" });
  return name;
}

function walkOf(
  value: unknown,
  seesBuffers = false,
  nodes = 1e6,
  known = reachCache,
): { key: string; walk: ValueWalk } {
  const writer = new KeyWriter();
  const walk = new ValueWalk(writer, known, seesBuffers, nodes);
  walk.write(value);
  return { key: hash128(writer.since(0)), walk };
}

const key = (value: unknown, seesBuffers = false) => walkOf(value, seesBuffers).key;

function refusal(value: unknown, seesBuffers = false): string {
  try {
    walkOf(value, seesBuffers);
  } catch (error) {
    assert.ok(error instanceof Unkeyable, String(error));
    return describeReason(error.reason);
  }
  return "accepted";
}

const cycle = () => {
  const a: { next?: unknown } = {};
  a.next = a;
  return a;
};
const longCycle = () => {
  const a: { next?: unknown } = {};
  a.next = { next: a };
  return a;
};
const shared = (first: boolean) => {
  const a = { v: 1 };
  const b = { v: 1 };
  return [a, b, first ? a : b];
};
const define = (target: object, name: PropertyKey, descriptor: PropertyDescriptor) =>
  Object.defineProperty(target, name, descriptor);
const regexpAt = (lastIndex: number) => Object.assign(/a/g, { lastIndex });
const sparse = (length: number, items: Record<number, unknown>) => Object.assign(new Array(length), items);
const proto = (value: object, prototype: object | null) => Object.setPrototypeOf(value, prototype) as object;
const resizable = (length: number, maxByteLength: number) =>
  new (ArrayBuffer as unknown as new (n: number, o: object) => ArrayBuffer)(length, { maxByteLength });
const bytes = (length: number, fill = 0) => new Uint8Array(length).fill(fill);

/** Values by name: no two of them are the same to every program. */
const distinct: Record<string, () => unknown> = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  false: () => false,
  '"true"': () => "true",
  '"null"': () => "null",
  '"undefined"': () => "undefined",
  "0": () => 0,
  "-0": () => -0,
  "1": () => 1,
  "1.0000000000000002": () => 1.0000000000000002,
  NaN: () => Number.NaN,
  Infinity: () => Number.POSITIVE_INFINITY,
  "-Infinity": () => Number.NEGATIVE_INFINITY,
  '"1"': () => "1",
  '""': () => "",
  '"a"': () => "a",
  '"b"': () => "b",
  '"ab"': () => "ab",
  '"a\\0"': () => "a\0",
  "é, one code unit": () => "\u00e9",
  "é, two code units": () => "e\u0301",
  "lone surrogate d800": () => "\ud800",
  "lone surrogate d801": () => "\ud801",
  "replacement character": () => "\ufffd",
  "long string": () => "x".repeat(30),
  "long string of two-byte characters": () => `${"ÿ".repeat(29)}\u0100`,
  "long string, other end": () => `${"x".repeat(29)}y`,
  "long string with a lone surrogate": () => `${"x".repeat(29)}\ud800`,
  "long string with another lone surrogate": () => `${"x".repeat(29)}\udfff`,
  "1n": () => 1n,
  "-1n": () => -1n,
  "0n": () => 0n,
  "2n ** 64n": () => 2n ** 64n,
  "2n ** 64n + 1n": () => 2n ** 64n + 1n,
  "Symbol.iterator": () => Symbol.iterator,
  "Symbol.asyncIterator": () => Symbol.asyncIterator,
  'Symbol.for("iterator")': () => Symbol.for("iterator"),
  'Symbol.for("a")': () => Symbol.for("a"),
  "one()": () => one,
  "two()": () => two,
  "[]": () => [],
  "[[]]": () => [[]],
  "[1]": () => [1],
  '["1"]': () => ["1"],
  "[1, 2]": () => [1, 2],
  '"[1,2]"': () => "[1,2]",
  "[2, 1]": () => [2, 1],
  "[1, [2]]": () => [1, [2]],
  "[[1], 2]": () => [[1], 2],
  "[[1, 2]]": () => [[1, 2]],
  "[undefined]": () => [undefined],
  "[null]": () => [null],
  "[hole]": () => new Array(1),
  "[hole, hole]": () => new Array(2),
  "[hole, undefined]": () => sparse(2, { 1: undefined }),
  "[undefined, hole]": () => sparse(2, { 0: undefined }),
  "array with a name": () => Object.assign([1], { x: 1 }),
  "array with another name": () => Object.assign([1], { y: 1 }),
  "array with another value": () => Object.assign([1], { x: 2 }),
  "array with a symbol": () => Object.assign([1], { [Symbol.for("x")]: 1 }),
  "frozen array": () => Object.freeze([1]),
  "sealed array": () => Object.seal([1]),
  "array that cannot grow": () => Object.preventExtensions([1]),
  "RegExp with a name": () => Object.assign(/named/, { x: 1 }),
  "RegExp with another value": () => Object.assign(/named/, { x: 2 }),
  "RegExp with a symbol": () => Object.assign(/named/, { [Symbol.for("x")]: 1 }),
  "RegExp that cannot grow": () => Object.preventExtensions(/named/),
  "frozen RegExp": () => Object.freeze(/named/),
  "frozen RegExp with a name": () => Object.freeze(Object.assign(/named/, { x: 1 })),
  "sealed RegExp": () => Object.seal(Object.assign(/named/, { x: 1 })),
  "sparse array with a name": () => Object.assign(sparse(3, { 0: 1 }), { x: 1 }),
  "{}": () => ({}),
  '"{}"': () => "{}",
  "{ a: undefined }": () => ({ a: undefined }),
  "{ a: null }": () => ({ a: null }),
  "{ a: 1 }": () => ({ a: 1 }),
  '{ a: "1" }': () => ({ a: "1" }),
  "{ b: 1 }": () => ({ b: 1 }),
  "{ a: 1, b: 2 }": () => ({ a: 1, b: 2 }),
  "{ b: 2, a: 1 }": () => ({ b: 2, a: 1 }),
  "{ a: { b: 1 } }": () => ({ a: { b: 1 } }),
  "{ a: {}, b: 1 }": () => ({ a: {}, b: 1 }),
  "{ a: [1] }": () => ({ a: [1] }),
  "{ 0: 1 }": () => ({ 0: 1 }),
  "{ 0: 1, length: 1 }": () => ({ 0: 1, length: 1 }),
  "own __proto__": () => JSON.parse('{"__proto__":1}'),
  "symbol key": () => ({ [Symbol.for("a")]: 1 }),
  "unique symbol": () => Symbol("a"),
  "unique symbol, other": () => Symbol("b"),
  "unique symbol without a name": () => Symbol(),
  "unique symbol with an empty name": () => Symbol(""),
  "unique symbol named like a well-known one": () => Symbol("Symbol.iterator"),
  "unique symbol key": () => ({ [Symbol("a")]: 1 }),
  "two unique symbols": () => [Symbol("a"), Symbol("a")],
  "one unique symbol, twice": () => {
    const symbol = Symbol("a");
    return [symbol, symbol];
  },
  "unique symbol as key and value": () => {
    const symbol = Symbol("a");
    return { [symbol]: symbol };
  },
  "unique symbols as key and value": () => ({ [Symbol("a")]: Symbol("a") }),
  "registered symbol named like a well-known one": () => Symbol.for("Symbol.iterator"),
  "well-known symbol key": () => ({ [Symbol.toStringTag]: "x" }),
  "another toStringTag": () => ({ [Symbol.toStringTag]: "Map" }),
  "not enumerable": () => define({}, "a", { value: 1, writable: true, configurable: true }),
  "not writable": () => define({}, "a", { value: 1, enumerable: true, configurable: true }),
  "not configurable": () => define({}, "a", { value: 1, enumerable: true, writable: true }),
  frozen: () => Object.freeze({ a: 1 }),
  sealed: () => Object.seal({ a: 1 }),
  "not extensible": () => Object.preventExtensions({ a: 1 }),
  "frozen {}": () => Object.freeze({}),
  "null prototype": () => Object.create(null),
  "null prototype, { a: 1 }": () => proto({ a: 1 }, null),
  "instance of Point": () => new Point(1),
  "another instance of Point": () => new Point(2),
  "instance of Other": () => new Other(1),
  "frozen instance": () => Object.freeze(new Point(1)),
  "instance with a name": () => Object.assign(new Point(1), { y: 1 }),
  "Map()": () => new Map(),
  "Map a": () => new Map([["a", 1]]),
  "Map a, b": () =>
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
  "Map b, a": () =>
    new Map([
      ["b", 2],
      ["a", 1],
    ]),
  "Map of entries that are arrays": () =>
    new Map([
      [
        ["a", 1],
        ["b", 2],
      ],
    ] as never),
  "Map with a name": () => Object.assign(new Map(), { a: 1 }),
  "Map with another value of a name": () => Object.assign(new Map(), { a: 2 }),
  "Map with a name and an entry": () => Object.assign(new Map([["a", 1]]), { a: 1 }),
  "Set with a name": () => Object.assign(new Set(), { a: 1 }),
  "frozen Map": () => Object.freeze(new Map()),
  "sealed Map with a name": () => Object.seal(Object.assign(new Map(), { a: 1 })),
  "frozen Set": () => Object.freeze(new Set()),
  "Map of a class": () => proto(new Map(), Point.prototype),
  "Map of another class": () => proto(new Map(), Other.prototype),
  "Set of a class": () => proto(new Set(), Point.prototype),
  "Map of a class with an entry": () => proto(new Map([["a", 1]]), Point.prototype),
  "Map of a class with a name": () => proto(Object.assign(new Map(), { a: 1 }), Point.prototype),
  "Map 1": () => new Map([[1, 1]]),
  'Map "1"': () => new Map([["1", 1]]),
  "Set()": () => new Set(),
  "Set 1": () => new Set([1]),
  'Set "1"': () => new Set(["1"]),
  "Set 1, 2": () => new Set([1, 2]),
  "Set 2, 1": () => new Set([2, 1]),
  "Set of a Map": () => new Set([new Map()]),
  "Date 0": () => new Date(0),
  "Date 1": () => new Date(1),
  "invalid Date": () => new Date(Number.NaN),
  "date as text": () => new Date(0).toISOString(),
  "/a/": () => /a/,
  "/b/": () => /b/,
  "/a/g": () => regexpAt(0),
  "/a/i": () => /a/i,
  "/a/g at 1": () => regexpAt(1),
  "/(?:)/": () => /(?:)/,
  '"/a/"': () => "/a/",
  "Uint8Array 0": () => bytes(0),
  "Uint8Array 8": () => bytes(8),
  "Uint8Array 8, other": () => bytes(8, 1),
  "Uint8ClampedArray 8": () => new Uint8ClampedArray(8),
  "Int8Array 8": () => new Int8Array(8),
  "Uint16Array 4": () => new Uint16Array(4),
  "Int16Array 4": () => new Int16Array(4),
  "Uint32Array 2": () => new Uint32Array(2),
  "Float32Array 2": () => new Float32Array(2),
  "Float64Array 1": () => new Float64Array(1),
  "Float64Array -0": () => new Float64Array([-0]),
  "BigInt64Array 1": () => new BigInt64Array(1),
  "BigUint64Array 1": () => new BigUint64Array(1),
  "DataView 8": () => new DataView(new ArrayBuffer(8)),
  "Buffer 8": () => Buffer.alloc(8),
  "Buffer, other": () => Buffer.alloc(8, 1),
  "array like a Uint8Array": () => [0, 0, 0, 0, 0, 0, 0, 0],
  "view of a part": () => new Uint8Array(new ArrayBuffer(16), 0, 8),
  "view of another part": () => new Uint8Array(new ArrayBuffer(16), 8, 8),
  "ArrayBuffer 8": () => new ArrayBuffer(8),
  "ArrayBuffer 0": () => new ArrayBuffer(0),
  "ArrayBuffer 8, other": () => bytes(8, 1).buffer,
  cycle: () => cycle(),
  "longer cycle": () => longCycle(),
  "cycle unrolled": () => ({ next: cycle() }),
  "first again": () => shared(true),
  "second again": () => shared(false),
  "three copies": () => [{ v: 1 }, { v: 1 }, { v: 1 }],
  "the array in itself": () => {
    const a: unknown[] = [];
    a.push(a);
    return a;
  },
  "two views of one buffer": () => {
    const { buffer } = bytes(8);
    return [new Uint8Array(buffer), new Uint8Array(buffer)];
  },
  "two views of two buffers": () => [bytes(8), bytes(8)],
  Math: () => Math,
  JSON: () => JSON,
  Reflect: () => Reflect,
};

const wraps: Record<string, (value: unknown) => unknown> = {
  alone: (value) => value,
  "in an array": (value) => [value],
  "twice in an array": (value) => [value, value],
  "in an object": (value) => ({ value, end: 1 }),
  "as a key of a Map": (value) => new Map([[value, 1]]),
  "as a value of a Map": (value) => new Map([[1, value]]),
  "in a Set": (value) => new Set([value]),
  "in an instance": (value) => new Point(value as number),
};

for (const [where, wrap] of Object.entries(wraps)) {
  test(`different values have different keys: ${where}`, () => {
    const keys = new Map<string, string>();
    for (const [name, make] of Object.entries(distinct)) {
      // Map and Set take -0 for 0.
      if (name === "-0" && /Set|key of a Map/.test(where)) continue;
      const value = key(wrap(make()));
      assert.equal(keys.get(value), undefined, `${name} has the key of ${keys.get(value)}`);
      keys.set(value, name);
    }
  });
}

test("the parts of a list cannot be cut differently", () => {
  const cuts = [["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""], ["", "abc"], [["ab"], "c"], ["ab", ["c"]]];
  assert.equal(new Set(cuts.map((cut) => key(cut))).size, cuts.length);
  const objects = [{ ab: "c" }, { a: "bc" }, { abc: "" }, { "": "abc" }, { a: "b", c: "" }];
  assert.equal(new Set(objects.map((cut) => key(cut))).size, objects.length);
});

test("records of more kinds than are remembered", () => {
  const kinds = Array.from({ length: 100 }, (_, kind) => [`a${kind % 10}`, `b${kind}`]);
  // Each kind twice: the first ones stand by a number the second time, the others are written again.
  const records = (change = -1) =>
    [...kinds, ...kinds].map((names, at) =>
      Object.fromEntries((at === change ? names.toReversed() : names).map((name, index) => [name, index])),
    );
  assert.equal(key(records()), key(records()));
  const keys = new Set(records().map((_, at) => key(records(at))));
  assert.equal(keys.add(key(records())).size, 201);
});

test("equal values have equal keys", () => {
  for (const [name, make] of Object.entries(distinct)) assert.equal(key(make()), key(make()), name);
});

test("the way in which a value was made does not matter", () => {
  const holey = new Array(2);
  holey[0] = 1;
  holey[1] = 2;
  const doubles = [1.5, 2];
  doubles[0] = 1;
  const dictionary: Record<string, number> = { x: 1, a: 1 };
  delete dictionary.x;
  const rope = "ab".repeat(20) + String.fromCharCode(99);
  const slice = `--${rope}--`.slice(2, -2);
  const map = new Map([
    ["x", 1],
    ["a", 2],
  ]);
  map.delete("x");
  for (const [a, b] of [
    [[1, 2], holey],
    [[1, 2], doubles],
    [[1, 2], Array.from({ length: 2 }, (_, i) => i + 1)],
    [{ a: 1 }, dictionary],
    [{ a: 1 }, JSON.parse('{"a":1}')],
    [rope, slice],
    [rope, JSON.parse(JSON.stringify(rope))],
    [new Map([["a", 2]]), map],
    [Number.NaN, new Float64Array(new BigUint64Array([0xfff8_0000_0000_0001n]).buffer)[0]],
    [0.1 + 0.2, 0.30000000000000004],
    [/a/gi, /a/gi],
    [new Date(5), new Date(new Date(5))],
    [10n ** 3n, 1000n],
    [Symbol.for("a"), Symbol.for("a")],
  ]) {
    assert.equal(key(a), key(b));
  }
});

test("primitives are equal however often they are shared, objects are not", () => {
  const text = "a".repeat(100);
  assert.equal(key([text, text]), key([text, `${text.slice(1)}a`]));
  const object = {};
  assert.notEqual(key([object, object]), key([{}, {}]));
});

test("where in the pool a Buffer stands matters only to code that looks", () => {
  const a = Buffer.from("hello");
  const b = Buffer.from("hello");
  assert.notEqual(a.byteOffset, b.byteOffset);
  assert.equal(key(a), key(b));
  assert.notEqual(key(a, true), key(b, true));
  assert.equal(key([a, b]), key([b, a]), "two of one pool");
  assert.equal(key([a, b]), key([Buffer.alloc(5, "hello"), b]), "one of them from elsewhere");
  assert.equal(key(Buffer.from("hello")), key(Buffer.alloc(5, "hello")), "one that owns its memory");
  assert.notEqual(key(Buffer.from("hello")), key(Buffer.from("hellp")));
  assert.notEqual(key(Buffer.alloc(8)), key(Buffer.alloc(16).subarray(0, 8), true));
});

test("Buffers that share bytes are not like Buffers that do not, nor like others that do", () => {
  const memory = () => new ArrayBuffer(16);
  const pairs: ((shared: ArrayBuffer) => unknown[])[] = [
    (shared) => [Buffer.from(shared, 0, 4), Buffer.from(memory(), 0, 4)],
    (shared) => [Buffer.from(shared, 0, 4), Buffer.from(shared, 0, 4)],
    (shared) => [Buffer.from(shared, 0, 4), Buffer.from(shared, 1, 4)],
    (shared) => [Buffer.from(shared, 0, 4), Buffer.from(shared, 2, 4)],
    (shared) => [Buffer.from(shared, 2, 4), Buffer.from(shared, 0, 4)],
    (shared) => [Buffer.from(shared, 0, 4), new Uint8Array(shared)],
    (shared) => [Buffer.from(shared, 4, 4), new Uint8Array(shared)],
    (shared) => [new Uint8Array(shared), Buffer.from(shared, 0, 4)],
    (shared) => [new Uint8Array(shared), Buffer.from(shared, 4, 4)],
    (shared) => [Buffer.from(shared, 0, 4), shared],
    (shared) => [Buffer.from(shared, 4, 4), shared],
    (shared) => [shared, Buffer.from(shared, 0, 4)],
    (shared) => [shared, Buffer.from(shared, 4, 4)],
    (shared) => [Buffer.from(memory(), 4, 4), shared],
    (shared) => [Buffer.from(memory(), 4, 4), new Uint8Array(shared)],
  ];
  for (const seesBuffers of [false, true]) {
    const keys = pairs.map((make) => key(make(memory()), seesBuffers));
    assert.equal(new Set(keys).size, keys.length, keys.join("\n"));
    assert.deepEqual(
      pairs.map((make) => key(make(memory()), seesBuffers)),
      keys,
    );
  }
  assert.equal(
    key([Buffer.from(new ArrayBuffer(16), 0, 4), Buffer.from(new ArrayBuffer(16), 0, 4)]),
    key([Buffer.from(new ArrayBuffer(16), 0, 4), Buffer.from(new ArrayBuffer(8), 4, 4)]),
    "apart",
  );
  const many = Array.from({ length: 3000 }, () => Buffer.alloc(1, 1).subarray(0));
  const { buffer } = new Uint8Array(3000).fill(1);
  const pieces = Array.from({ length: 3000 }, (_, i) => Buffer.from(buffer, i, 1));
  assert.equal(key(many), key(pieces), "many pieces");
  assert.throws(() => walkOf(pieces, false, 10_000), TooLarge, "comparing each with each is not free");
});

test("what was met is remembered: objects, memory", () => {
  const inner = { a: 1 };
  const view = bytes(8);
  const { walk } = walkOf([inner, view, new Map([[inner, new Date(0)]])]);
  assert.ok(walk.seen.has(inner) && walk.seen.has(view) && walk.seen.has(view.buffer));
  assert.deepEqual(walk.views, [view]);
});

test("the prototypes of the language are not taken for plain objects", () => {
  for (const prototype of [Object.prototype, Array.prototype, Map.prototype, Function.prototype, Date.prototype]) {
    assert.notEqual(refusal(prototype), "accepted");
  }
});

test("a walk that would be far too long ends with the first values", () => {
  const record = (i: number) => ({ id: i, name: `n${i}` });
  const many = Array.from({ length: 50_000 }, (_, i) => record(i));
  const holey = many.slice();
  delete holey[40_000];
  const subjects: Record<string, unknown> = {
    many,
    "in an object": { many },
    holey,
    frozen: Object.freeze(many.slice()),
    map: new Map(many.map((one) => [one.name, one])),
    set: new Set(many),
    dictionary: Object.fromEntries(many.map((one) => [one.name, one])),
  };
  for (const [name, subject] of Object.entries(subjects)) {
    const walk = new ValueWalk(new KeyWriter(), reachCache, false, 20_000);
    assert.throws(
      () => walk.write(subject),
      (error) => {
        assert.ok(error instanceof TooLarge, name);
        assert.ok(error.values > 140_000 && error.values < 210_000, `${name}: ${error.values}`);
        return true;
      },
    );
    assert.ok(walk.nodesLeft > 19_000, `${name}: ${walk.nodesLeft} left`);
    assert.equal(walkOf(subject).key, walkOf(subject).key, name);
  }
  const larger = [...many.slice(0, 100).map((one) => ({ ...one, more: many.slice(0, 20) })), ...many.slice(0, 200)];
  walkOf(larger, false, 5000);
});

test("a walk that is too long is abandoned", () => {
  assert.throws(
    () =>
      walkOf(
        Array.from({ length: 100 }, () => null),
        false,
        50,
      ),
    TooLarge,
  );
  assert.throws(() => walkOf(["x".repeat(100_000), 1], false, 50), TooLarge);
  walkOf(
    Array.from({ length: 100 }, () => null),
    false,
    101,
  );
});

test("namespaces of modules are what they export", async () => {
  const load = (text: string): Promise<object> => import(`data:text/javascript,${encodeURIComponent(text)}`);
  const a = await load("export const a = 1, b = 2");
  assert.equal(key(a), key(await load("export const b = 2, a = 1 // other")));
  assert.notEqual(key(a), key(await load("export const a = 1, b = 3")));
  assert.notEqual(key(a), key(await load("export const a = 1, c = 2")));
  assert.notEqual(key(a), key({ a: 1, b: 2 }));
});

describe("refused", () => {
  class Private {
    #x = 1;
    x() {
      return this.#x;
    }
  }
  class Text extends String {}
  const sharedMemory = new SharedArrayBuffer(8);
  const cases: Record<string, [() => unknown, RegExp]> = {
    "memory that was given away": [
      () => {
        const { buffer } = new Uint8Array(4);
        structuredClone(buffer, { transfer: [buffer] });
        return buffer;
      },
      /memory that was given away/,
    ],
    getter: [
      () => ({
        get a() {
          return 1;
        },
      }),
      /class that dumbo does not know/,
    ],
    setter: [() => ({ set a(_: number) {} }), /class that dumbo does not know/],
    "getter with a symbol": [
      () => ({
        get [Symbol.toStringTag]() {
          return "x";
        },
      }),
      /class that dumbo does not know/,
    ],
    "getter in an array": [() => define([1, 2], 0, { get: () => 1 }), /accessor, `0`/],
    "getter on an array": [() => define([1], "x", { get: () => 1 }), /class that dumbo does not know/],
    "getter on an instance": [() => define(new Point(1), "y", { get: () => 1 }), /class that dumbo does not know/],
    Proxy: [() => new Proxy({}, {}), /a Proxy/],
    "Proxy of an array": [() => new Proxy([], {}), /a Proxy/],
    "Proxy of a function": [() => new Proxy(one, {}), /does not know/],
    "revoked Proxy": [
      () => {
        const { proxy, revoke } = Proxy.revocable({}, {});
        revoke();
        return proxy;
      },
      /a Proxy/,
    ],
    "unknown function": [() => () => 3, /does not know/],
    "unknown class": [() => new (class A {})(), /does not know/],
    "class with private fields": [() => new Private(), /does not know/],
    Promise: [() => Promise.resolve(1), /a Promise/],
    WeakRef: [() => new WeakRef({}), /does not know/],
    Error: [() => new Error("a"), /a class that dumbo does not know/],
    AggregateError: [() => new AggregateError([1]), /a class that dumbo does not know/],
    "boxed number of no class": [() => proto(Object(1), null), /a boxed primitive/],
    "boxed string as a plain object": [() => proto(new Text("a"), Object.prototype), /a boxed primitive/],
    "what only inherits from URL": [() => Object.create(URL.prototype), /inherits from URL/],
    "what only inherits from a formatter": [
      () => Object.create(Intl.NumberFormat.prototype),
      /inherits from Intl.NumberFormat/,
    ],
    generator: [
      () =>
        (function* () {
          yield 1;
        })(),
      /a generator/,
    ],
    iterator: [() => [1][Symbol.iterator](), /an iterator or generator/],
    "map iterator": [() => new Map().entries(), /an iterator or generator/],
    arguments: [
      () =>
        (function () {
          return arguments;
        })(),
      /an arguments object/,
    ],
    "sloppy arguments": [() => new Function("return (function () { return arguments })(1)")(), /an arguments object/],
    "array of a class of its own": [() => new (class extends Array {})(), /an array of a class of its own/],
    "array without a prototype": [() => proto([], null), /an array of a class of its own/],
    "Map of a class of its own": [() => new (class extends Map {})(), /a Map|does not know/],
    "Date with a name": [() => Object.assign(new Date(), { a: 1 }), /Date with properties of its own/],
    "typed array with a name": [() => Object.assign(bytes(2), { a: 1 }), /typed array with properties of its own/],
    "typed array of any length with a name": [
      () => Object.assign(bytes(5000), { a: 1 }),
      /typed array with properties of its own/,
    ],
    "Buffer with a name": [
      () => Object.assign(Buffer.alloc(5000), { path: "a" }),
      /typed array with properties of its own/,
    ],
    "DataView with a name": [
      () => Object.assign(new DataView(new ArrayBuffer(8)), { a: 1 }),
      /typed array with properties of its own/,
    ],
    "frozen view": [() => Object.preventExtensions(bytes(5000)), /typed array with properties of its own/],
    "resizable ArrayBuffer": [() => resizable(8, 16), /a buffer that can be resized/],
    "view of a resizable ArrayBuffer": [() => new Uint8Array(resizable(8, 16)), /a buffer that can be resized/],
    "Buffer over a resizable ArrayBuffer": [() => Buffer.from(resizable(8, 16)), /a buffer that can be resized/],
    "typed array with a symbol": [
      () => Object.assign(bytes(200), { [Symbol.for("a")]: 1 }),
      /typed array with properties/,
    ],
    "ArrayBuffer with a name": [() => Object.assign(new ArrayBuffer(1), { a: 1 }), /ArrayBuffer with properties/],
    "typed array of a class of its own": [
      () => new (class extends Uint8Array {})(2),
      /typed array of a class of its own/,
    ],
    "typed array that says it is another": [
      () => proto(bytes(8), Float64Array.prototype),
      /typed array of a class of its own/,
    ],
    "shared memory": [() => new Uint8Array(sharedMemory), /shared memory/],
    "shared buffer": [() => sharedMemory, /an ArrayBuffer/],
    globalThis: [() => globalThis, /globalThis|does not know|accessor/],
    process: [() => process, /./],
    console: [() => console, /./],
    "object of another realm": [() => vm.runInNewContext("({ a: 1 })"), /does not know/],
    "array of another realm": [() => vm.runInNewContext("[1]"), /class of its own/],
    "date without its face": [() => proto(new Date(), Object.prototype), /a Date/],
    "Map without its face": [() => proto(new Map([[1, 2]]), Object.prototype), /a Map/],
    "RegExp behind the face of an instance": [() => proto(/a/, Point.prototype), /a RegExp/],
    "ArrayBuffer behind the face of an instance": [() => proto(new ArrayBuffer(1), Point.prototype), /an ArrayBuffer/],
    "Date without a prototype": [() => proto(new Date(5), null), /a Date/],
    "Map without a prototype": [() => proto(new Map(), null), /a Map/],
    "Map that says what it is": [
      () => Object.assign(proto(new Map(), null), { [Symbol.toStringTag]: "Object" }),
      /a Map/,
    ],
    "element that is not enumerable": [() => define([1, 2], 0, { enumerable: false }), /`0` has special attributes/],
    "element that is not writable": [() => define([1, 2], 0, { writable: false }), /`0` is read-only/],
    "length that is not writable": [() => define([1, 2], "length", { writable: false }), /`length` is read-only/],
    "error without its face": [() => proto(new Error("a"), Object.prototype), /accessor|an Error/],
  };
  for (const [name, [make, reason]] of Object.entries(cases)) {
    test(name, () => {
      assert.match(refusal(make()), reason);
      assert.match(refusal({ deep: [make()] }), reason);
    });
  }
});

describe("different or refused", () => {
  const inert = (array: unknown[]) => Object.preventExtensions(array);
  /** @param a what may be refused, or has another key than `b`, which is plain */
  const different = (what: string, a: () => unknown, b: () => unknown, todo?: string) =>
    test(what, todo === undefined ? {} : { todo }, () => {
      assert.equal(refusal(b()), "accepted");
      if (refusal(a()) === "accepted") assert.notEqual(key(a()), key(b()));
    });
  different(
    "as many names as holes",
    () => Object.assign(new Array(1), { x: 5 }),
    () => [undefined],
  );
  different(
    "as many names as holes, other name",
    () => Object.assign(new Array(1), { x: 5 }),
    () => Object.assign(new Array(1), { x: 6 }),
  );
  different(
    "an element that is read-only where no more can be added",
    () => inert(define([1, 2], 0, { writable: false }) as unknown[]),
    () => inert([1, 2]),
  );
  different(
    "an element that cannot be deleted where no more can be added",
    () => inert(define([1, 2], 0, { configurable: false }) as unknown[]),
    () => inert([1, 2]),
  );
  different(
    "an element that is not enumerable in a frozen array",
    () => Object.freeze(define([1, 2], 0, { enumerable: false })),
    () => Object.freeze([1, 2]),
  );
  different(
    "a length that is read-only in a sealed array",
    () => Object.seal(define([1, 2], "length", { writable: false })),
    () => Object.seal([1, 2]),
  );
  different(
    "a Map with a property behind the face of an object",
    () => Object.assign(proto(new Map([[1, 2]]), Object.prototype), { x: 1 }),
    () => ({ x: 1 }),
    "asking every object for its slots costs 0.6 us; one whose prototype was replaced has to be made on purpose",
  );
  different(
    "an element of a long array that is not writable",
    () => define(new Array(2000).fill(0), 5, { writable: false }),
    () => new Array(2000).fill(0),
  );
  different(
    "a name of a long typed array that is not enumerable",
    () => define(bytes(2000), "x", { value: 1 }),
    () => bytes(2000),
  );
});

/** Fails when anything of the program runs. */
const trap = (ran: string[], name: string) => () => {
  ran.push(name);
  return undefined as never;
};

describe("nothing of the program runs", () => {
  const trapped: [name: string, make: (ran: string[]) => unknown, todo?: string][] = [
    ["getters", (ran) => define({}, "a", { get: trap(ran, "get"), enumerable: true })],
    ["getters in small arrays", (ran) => define([1, 2, 3], 1, { get: trap(ran, "get") })],
    ["getters in large arrays", (ran) => define(new Array(1000).fill(0), 50, { get: trap(ran, "get") })],
    ["getters in very large arrays", (ran) => define(new Array(2000).fill(0), 50, { get: trap(ran, "get") })],
    ["every trap of a proxy", (ran) => new Proxy({}, new Proxy({}, { get: (_, name) => trap(ran, String(name)) }))],
    [
      "a proxy for a prototype",
      (ran) => Object.create(new Proxy({}, new Proxy({}, { get: (_, name) => trap(ran, String(name)) }))),
    ],
    [
      "toJSON, valueOf and toString",
      (ran) =>
        define(
          define(define({}, "toJSON", { get: trap(ran, "toJSON") }), "valueOf", { get: trap(ran, "valueOf") }),
          "toString",
          { get: trap(ran, "toString") },
        ),
    ],
    ["toStringTag", (ran) => define({}, Symbol.toStringTag, { get: trap(ran, "tag") })],
    ["toStringTag on a Map", (ran) => define(new Map(), Symbol.toStringTag, { get: trap(ran, "tag") })],
    ["toStringTag on a Promise", (ran) => define(Promise.resolve(1), Symbol.toStringTag, { get: trap(ran, "tag") })],
    [
      "toStringTag of a class of errors",
      (ran) =>
        new (class extends Error {
          get [Symbol.toStringTag]() {
            ran.push("tag");
            return "x";
          }
        })(),
    ],
    ["Symbol.iterator of an array", (ran) => define([1], Symbol.iterator, { get: trap(ran, "iterator") })],
    ["Symbol.iterator of a Map", (ran) => define(new Map([[1, 2]]), Symbol.iterator, { get: trap(ran, "iterator") })],
    ["constructor and species", (ran) => define([1], "constructor", { get: trap(ran, "constructor") })],
    [
      "names of a large typed array that hide its own",
      (ran) => define(bytes(2000), "byteLength", { get: trap(ran, "byteLength") }),
    ],
    ["length of a typed array", (ran) => define(bytes(2000), "length", { get: trap(ran, "length") })],
    ["buffer of a typed array", (ran) => define(bytes(20), "buffer", { get: trap(ran, "buffer") })],
    [
      "any getter of a typed array",
      (ran) => define(bytes(2000), "x", { get: trap(ran, "x"), enumerable: true, configurable: true }),
    ],
  ];
  for (const [name, make, todo] of trapped) {
    test(name, todo === undefined ? {} : { todo }, () => {
      const ran: string[] = [];
      refusal(make(ran));
      assert.deepEqual(ran, []);
    });
  }

  const patches: [name: string, holder: object, key: PropertyKey, value: unknown, todo?: string][] = [
    ["Map.prototype.forEach", Map.prototype, "forEach", new Map([[1, 2]])],
    ["Set.prototype.forEach", Set.prototype, "forEach", new Set([1])],
    ["Map.prototype[Symbol.iterator]", Map.prototype, Symbol.iterator, new Map([[1, 2]])],
    ["Set.prototype.values", Set.prototype, "values", new Set([1])],
    ["Array.prototype[Symbol.iterator], for arrays", Array.prototype, Symbol.iterator, [1, [2]]],
    ["Array.prototype[Symbol.iterator], for objects", Array.prototype, Symbol.iterator, { a: [3] }],
    ["Array.prototype.forEach", Array.prototype, "forEach", [1]],
    ["Date.prototype.getTime", Date.prototype, "getTime", new Date(0)],
    ["Date.prototype.valueOf", Date.prototype, "valueOf", new Date(0)],
    ["Object.prototype.toString", Object.prototype, "toString", { a: 1 }],
    ["Object.keys", Object, "keys", { a: 1 }],
    ["Object.getPrototypeOf", Object, "getPrototypeOf", { a: 1 }],
    ["Reflect.ownKeys", Reflect, "ownKeys", { a: 1 }],
    ["RegExp.prototype.exec", RegExp.prototype, "exec", /a/],
    ["RegExp.prototype.flags", RegExp.prototype, "flags", /a/],
    ["RegExp.prototype.source", RegExp.prototype, "source", /a/],
    ["Map.prototype.size", Map.prototype, "size", new Map([[1, 2]])],
    ["Set.prototype.size", Set.prototype, "size", new Set([1])],
    [
      "byteLength of typed arrays",
      Object.getPrototypeOf(Uint8Array.prototype),
      "byteLength",
      bytes(8),
      "views are read through their prototype",
    ],
    ["Symbol.keyFor", Symbol, "keyFor", Symbol.for("a")],
    ["Array.isArray", Array, "isArray", [1]],
    ["Object.hasOwn", Object, "hasOwn", new Array(1)],
    ["BigInt.prototype.toString", BigInt.prototype, "toString", 1n],
  ];
  for (const [name, holder, property, value, todo] of patches) {
    test(`replaced ${name}`, todo === undefined ? {} : { todo }, () => {
      const before = key(value);
      const original = Object.getOwnPropertyDescriptor(holder, property) as PropertyDescriptor;
      let calls = 0;
      let active = false;
      const spy = (fn: (...args: unknown[]) => unknown) =>
        function (this: unknown, ...args: unknown[]) {
          if (active) calls++;
          return fn.apply(this, args);
        };
      const replaced = original.get
        ? { ...original, get: spy(original.get) }
        : { ...original, value: spy(original.value) };
      Object.defineProperty(holder, property, replaced);
      let after: string;
      try {
        const writer = new KeyWriter();
        active = true;
        new ValueWalk(writer, reachCache, false, 1e6).write(value);
        active = false;
        after = hash128(writer.since(0));
      } finally {
        active = false;
        Object.defineProperty(holder, property, original);
      }
      assert.equal(calls, 0);
      assert.equal(after, before);
    });
  }
});

test("keys are equal across processes", () => {
  const program = `
    import { hash128 } from "./src/hash.ts";
    import { KeyWriter } from "./src/key/key-writer.ts";
    import { ValueWalk } from "./src/key/value-walk.ts";
    const writer = new KeyWriter();
    const walk = new ValueWalk(writer, {}, false, 1e6);
    // What came before in the process must not show.
    const text = Buffer.from("noise".repeat(Number(process.argv[1]))).toString();
    [text, [1.5], { [text]: 1 }].forEach((value) => walk.write(value));
    writer.reset();
    const a = { x: [1, 2, 3.5, -0, NaN], y: "é\\ud800", z: new Map([["k", new Set([1n, null])]]) };
    new ValueWalk(writer, {}, false, 1e6).write([a, a, new Date(5), /x/gi, new Float64Array([1, 2]), Buffer.from("b"), Symbol.iterator, undefined]);
    console.log(hash128(writer.since(0)));
  `;
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const run = (noise: number) => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "-e", program, String(noise)],
      { cwd, encoding: "utf8" },
    );
    assert.match(stdout, /^[0-9a-f]{32}\n$/, stderr);
    return stdout;
  };
  assert.equal(run(1), run(1000));
});
