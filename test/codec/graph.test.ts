/** Results that are more than plain data: they come back the same in every respect, or not at all. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import vm from "node:vm";
import { decode, encode } from "../../src/codec/codec.ts";
import type { BeforeAfter, SharedObjects } from "../../src/codec/shared-objects.ts";
import { describe as describeReason } from "../../src/reason/describe.ts";
import { Program } from "../support/live-modules.ts";
import { type Names, observe, same } from "../support/observe.ts";
import { sharingNothing } from "../support/shared-objects.ts";

const nothing = sharingNothing();

function bytesOf(value: unknown, { before, after }: BeforeAfter): Uint8Array {
  const encoded = encode(value, { before, after }, 1e8);
  assert.ok("bytes" in encoded, JSON.stringify(encoded));
  return encoded.bytes;
}

function refused(value: unknown, sharedObjects: SharedObjects): string {
  const encoded = encode(value, { before: sharedObjects, after: sharedObjects }, 1e8);
  return "refused" in encoded ? describeReason(encoded.refused) : "accepted";
}

function valueOf(bytes: Uint8Array, sharedObjects: SharedObjects): unknown {
  const found = decode(bytes, sharedObjects);
  assert.ok(found, "cannot be decoded");
  return found.value;
}

const alone = (value: unknown) => valueOf(bytesOf(value, { before: nothing, after: nothing }), nothing);

const define = (target: object, name: PropertyKey, descriptor: PropertyDescriptor) =>
  Object.defineProperty(target, name, descriptor);
const proto = <T extends object>(value: T, prototype: object | null) => Object.setPrototypeOf(value, prototype) as T;
const resizable = (length: number, maxByteLength: number) =>
  new (ArrayBuffer as unknown as new (n: number, o: object) => ArrayBuffer)(length, { maxByteLength });
/** On no version of Node, a trace is left. */
const traceless = <T extends Error>(error: T): T => {
  delete error.stack;
  return error;
};
const modern = globalThis as unknown as Record<string, new (list: number[]) => object>;

const kept: Record<string, () => unknown> = {
  "Symbol.iterator": () => Symbol.iterator,
  "regular expression with lastIndex": () => Object.assign(/a/g, { lastIndex: 2 }),
  "regular expression with a name": () => Object.assign(/a/, { a: 1 }),
  "regular expression whose lastIndex is fixed": () => define(/a/, "lastIndex", { writable: false }),
  "null prototype": () => Object.create(null),
  "Map with a name": () => Object.assign(new Map(), { a: 1 }),
  "Set with a name": () => Object.assign(new Set(), { a: 1 }),
  "Date with a name": () => Object.assign(new Date(), { a: 1 }),
  "ArrayBuffer with a name": () => Object.assign(new ArrayBuffer(1), { a: 1 }),
  "typed array with a name": () => Object.assign(new Uint8Array(2), { a: 1 }),
  "long typed array with a name": () => Object.assign(new Uint8Array(5000), { a: 1 }),
  "Buffer with a name": () => Object.assign(Buffer.alloc(5000), { a: 1 }),
  "DataView with a name": () => Object.assign(new DataView(new ArrayBuffer(2)), { a: 1 }),
  "typed array with a symbol": () => Object.assign(new Uint8Array(200), { [Symbol.for("a")]: 1 }),
  "array with a name": () => Object.assign([1], { a: 1 }),
  "array with a symbol": () => Object.assign([1], { [Symbol.for("a")]: 1 }),
  "array with as many symbols as holes": () => Object.assign(new Array(100).fill(0, 1), { [Symbol.for("x")]: 1 }),
  "long array with as many symbols as holes": () => Object.assign(new Array(2000).fill(0, 1), { [Symbol.for("x")]: 1 }),
  "array whose length is fixed": () => define([1], "length", { writable: false }),
  "array with an element that is not writable": () => define(new Array(1000).fill(0), 5, { writable: false }),
  "Map behind the face of an object": () => proto(new Map([[1, 2]]), Object.prototype),
  "result of a match": () => "abc".match(/(b)/),
  "symbol key": () => ({ [Symbol.iterator]: 1 }),
  "not enumerable": () => define({}, "a", { value: 1, writable: true, configurable: true }),
  "not writable": () => define({}, "a", { value: 1, enumerable: true, configurable: true }),
  "not configurable": () => define({}, "a", { value: 1, enumerable: true, writable: true }),
  "element that is not enumerable": () => define([1], 0, { enumerable: false }),
  frozen: () => Object.freeze({ a: 1 }),
  "frozen array": () => Object.freeze([1]),
  "frozen Map": () => Object.freeze(new Map()),
  sealed: () => Object.seal({ a: 1 }),
  "not extensible": () => Object.preventExtensions({ a: 1 }),
  "boxed String": () => Object("a"),
  "boxed Number": () => Object(1),
  "resizable ArrayBuffer": () => resizable(8, 16),
  "view of a buffer with a name": () => new Uint8Array(Object.assign(new ArrayBuffer(2), { a: 1 })),
  "view of a larger buffer": () => new Uint8Array(new ArrayBuffer(16), 8, 4),
  "two views of the same memory": () => {
    const { buffer } = new Uint8Array(8);
    return [new Uint8Array(buffer), new Int8Array(buffer)];
  },
  "overlapping Buffers": () => {
    const buffer = Buffer.alloc(8);
    return [buffer.subarray(0, 5), buffer.subarray(4)];
  },
  "view and its buffer": () => {
    const view = new Uint8Array(8);
    return [view, view.buffer];
  },
  "buffer and its view": () => {
    const view = new Uint8Array(8);
    return [view.buffer, view];
  },
  "error without its face": () =>
    define(proto(new Error(), Object.prototype), "stack", { value: "", enumerable: true }),
  "sealed array": () => Object.seal([1, [2]]),
  "frozen array with holes": () => Object.freeze([, 1, , { a: 1 }]),
  "frozen array with a name": () => Object.freeze(Object.assign([1, 2], { a: [1] })),
  "empty and frozen": () => [
    Object.freeze([]),
    Object.freeze({}),
    Object.seal(new Set()),
    Object.preventExtensions([]),
  ],
  "array that cannot grow": () => Object.preventExtensions([1, , 2]),
  "array with elements of several kinds": () =>
    define(define([1, 2, 3], 0, { writable: false }), 2, { enumerable: false }),
  "long frozen array": () => Object.freeze(Array.from({ length: 3000 }, (_, i) => (i % 2 ? i : { i }))),
  "frozen object with a cycle": () => {
    const a: Record<string, unknown> = { b: [] };
    (a.b as unknown[]).push(a, a.b);
    Object.freeze(a.b);
    return Object.freeze(a);
  },
  "own __proto__ without prototype": () => define(Object.create(null), "__proto__", { value: 1, enumerable: true }),
  "own __proto__, frozen": () => Object.freeze(JSON.parse('{"__proto__": {"a": 1}, "b": 2}')),
  "names that Object.prototype has": () => Object.freeze({ toString: 1, constructor: 2, a: 3, valueOf: undefined }),
  symbols: () => [Symbol.iterator, Symbol.for("a"), Symbol.for("Symbol.iterator"), Symbol.asyncIterator],
  "symbols as names, among others": () => ({
    b: 1,
    [Symbol.for("x")]: Symbol.for("y"),
    a: 2,
    [Symbol.toStringTag]: "T",
  }),
  "boxed values": () => [Object("abc"), Object(-0), Object(false), Object(10n), Object(Symbol.iterator), Object("")],
  "boxed values with names": () => [Object.assign(Object("ab"), { 5: 1, x: 2 }), Object.assign(Object(1n), { y: {} })],
  "frozen Date and RegExp": () => [Object.freeze(new Date(5)), Object.freeze(/a/g), Object.seal(/b/)],
  "RegExp whose lastIndex is an object": () => Object.assign(/a/g, { lastIndex: { a: 1 } }),
  "Map and Set of frozen objects": () => {
    const key = Object.freeze({ a: 1 });
    return [new Map<unknown, unknown>([[key, new Set([key])]]), new Map([[-0, Number.NaN]])];
  },
  "Map that holds itself": () => {
    const map = new Map<unknown, unknown>([[Object.freeze([1]), 1]]);
    return map.set(map, map);
  },
  "other built-in prototypes": () => [
    proto([1], Map.prototype),
    proto({ a: 1 }, Array.prototype),
    proto(new Date(1), null),
    proto(new Uint8Array(2), Object.prototype),
  ],
  "errors without a trace": () => [
    traceless(new Error("a")),
    traceless(new TypeError("b", { cause: { c: [1] } })),
    Object.assign(traceless(new RangeError("")), { code: "E", errno: -2 }),
    traceless(new Error()),
  ],
  "an error that causes itself": () => {
    const error = traceless(new Error("a", { cause: null }));
    error.cause = [error];
    return error;
  },
  AggregateError: () => traceless(new AggregateError([traceless(new Error("a")), 1], "b", { cause: 1 })),
  "error whose trace was made visible": () => define(new Error("a"), "stack", { value: "none", enumerable: true }),
  "frozen error": () => Object.freeze(traceless(new SyntaxError("a"))),
  "views of several kinds over one memory": () => {
    const buffer = new ArrayBuffer(32);
    return [
      new Uint8Array(buffer, 3, 5),
      new Float64Array(buffer, 8, 2),
      new DataView(buffer, 1),
      Buffer.from(buffer, 4, 9),
      new BigInt64Array(buffer),
      new Uint8Array(buffer, 32),
      buffer,
    ];
  },
  "memory of Map and frozen things": () => [
    Object.freeze(new Uint8Array(0)),
    Object.preventExtensions(new Uint8Array(3)),
    Object.preventExtensions(Object.assign(new Uint8Array(2), { a: 1 })),
    Object.preventExtensions(new DataView(new ArrayBuffer(2))),
  ],
  "a resizable ArrayBuffer that is full, and an empty one": () => [resizable(4, 4), resizable(0, 8)],
  "Buffer of the pool with a name": () => {
    const back = Object.assign(Buffer.from("text"), { a: 1 });
    return [back.length, Object.keys(back)];
  },
  "newer typed arrays": () => (modern.Float16Array ? new modern.Float16Array([1.5, -0]) : Object.freeze({})),
  "deeper than the call stack": () => {
    let value: object = Object.freeze({});
    for (let i = 0; i < 20_000; i++) value = Object.freeze(i % 2 ? { value } : [value]);
    let depth = 0;
    for (let at: unknown = value; at; at = Object.values(at as object)[0]) depth++;
    return depth;
  },
  "many objects of few shapes": () =>
    Array.from({ length: 500 }, (_, i) => Object.freeze(i % 3 ? { i, name: `n${i}` } : { name: "x", i })),
  "lone surrogates and long texts": () =>
    Object.freeze({ "\ud800": "\udc00", long: "é".repeat(5000), wide: "\u{1f600}" }),
};

describe("comes back the same, with what V8 would drop", () => {
  for (const [name, make] of Object.entries(kept)) {
    test(name, () => {
      const value = make();
      const before = observe(value);
      const first = alone(value);
      same(first, before);
      same(value, before, undefined, "encoding changes nothing:");
      same(alone(first), before, undefined, "and again:");
      const around = { a: [new Map([[1, make()]]), value, value] };
      same(alone(around), observe(around));
    });
  }

  test("as deep as it was", () => {
    let value: { value?: object } = Object.freeze({});
    for (let i = 0; i < 20_000; i++) value = Object.freeze({ value });
    let back = alone(value) as typeof value;
    let depth = 0;
    for (; back.value; back = back.value) depth += Object.isFrozen(back) ? 1 : 0;
    assert.equal(depth, 20_000);
  });

  test("pieces of Node's pool get memory of their own", () => {
    const [one, two] = alone([
      Buffer.from("one"),
      Object.assign(Buffer.from("two"), { a: Symbol.iterator }),
    ]) as Buffer[];
    assert.equal(`${one} ${two} ${one?.byteOffset} ${two?.buffer.byteLength}`, "one two 0 3");
    assert.equal((two as unknown as { a: symbol }).a, Symbol.iterator);
    assert.ok(Buffer.isBuffer(two));
  });

  test("each decoding is a value of its own", () => {
    const buffer = new ArrayBuffer(4);
    const bytes = bytesOf([new Uint8Array(buffer, 0, 2), new Uint8Array(buffer, 1), new Date(1)], {
      before: nothing,
      after: nothing,
    });
    const copy = Uint8Array.from(bytes);
    const [one, two] = [valueOf(bytes, nothing), valueOf(bytes, nothing)] as Uint8Array[][];
    one?.[0]?.fill(7);
    assert.deepEqual([...(one?.[1] ?? [])], [7, 0, 0]);
    assert.deepEqual([...(two?.[0] ?? []), ...(two?.[1] ?? [])], [0, 0, 0, 0, 0]);
    assert.equal(Buffer.compare(bytes, copy), 0);
  });
});

describe("refused, because it would not be the same", () => {
  const cases: Record<string, [() => unknown, RegExp]> = {
    "trace of an error": [() => new Error("a"), /stack trace/],
    "trace of a cause": [() => traceless(new Error("a", { cause: new Error("b") })), /stack trace/],
    "trace of an error that was set": [() => Object.assign(new Error("a"), { stack: "none" }), /stack trace/],
    "trace on any object": [
      () => {
        const box = {};
        Error.captureStackTrace(box);
        return box;
      },
      /stack/,
    ],
    "memory that was given away": [
      () => {
        const view = new Uint8Array(4);
        structuredClone(view, { transfer: [view.buffer] });
        return [view, view.buffer];
      },
      /memory that was given away/,
    ],
    "shared memory in a Map": [() => new Map([[1, new SharedArrayBuffer(8)]]), /shared memory/],
    "view that may grow with its memory": [() => new Uint8Array(resizable(4, 8)), /can be resized/],
    "part of Node's pool": [() => new Uint8Array(Buffer.from("a").buffer, 0, 8), /pool/],
    "Node's pool, and a piece of it": [
      () => {
        const piece = Buffer.from("a");
        return Object.freeze([piece, piece.buffer]);
      },
      /pool/,
    ],
    "class that was made in the call": [() => proto({}, class {}.prototype), /class that dumbo does not know/],
    "prototype that is a function": [
      () =>
        proto(
          {},
          Object.assign(() => 1, {}),
        ),
      /class that dumbo does not know/,
    ],
    "prototype of another realm": [() => vm.runInNewContext("Object.freeze([])"), /class/],
    "process.versions": [() => process.versions, /of the language or of Node/],
    "process.release": [() => ({ a: process.release }), /of the language or of Node/],
    "Symbol.unscopables": [() => Array.prototype[Symbol.unscopables], /of the language or of Node/],
    "built-in function": [() => Object.freeze([Math.max]), /function/],
    "built-in prototype": [() => Array.prototype, /of the language/],
    Math: [() => Math, /of the language/],
    globalThis: [() => globalThis, /./],
    "bound function": [() => Object.freeze({ f: refused.bind(null) }), /function/],
    "weak reference": [() => Object.freeze([new WeakRef({})]), /class/],
    "iterator of a Map": [() => Object.freeze([new Map().entries()]), /class|generator/],
  };
  for (const [name, [make, reason]] of Object.entries(cases)) {
    test(name, () => {
      assert.match(refused(make(), nothing), reason);
      assert.match(refused({ a: [new Map([[make(), 1]])] }, nothing), reason);
    });
  }

  test("looking at an error that is refused does not put its trace together", () => {
    let formatted = 0;
    const { prepareStackTrace } = Error;
    Error.prepareStackTrace = (error) => {
      formatted++;
      return `${error}`;
    };
    try {
      const error = new Error("a");
      const box = {};
      Error.captureStackTrace(box);
      assert.match(refused({ error }, nothing), /stack trace/);
      assert.match(refused(box, nothing), /stack/);
      assert.equal(formatted, 0);
      assert.equal(error.stack, "Error: a");
    } finally {
      Error.prepareStackTrace = prepareStackTrace;
    }
  });

  test("no code of the program runs", () => {
    const ran: string[] = [];
    const trap = (name: string) => () => {
      ran.push(name);
      return undefined as never;
    };
    for (const value of [
      define([1], 0, { get: trap("element"), enumerable: true }),
      Object.freeze(define({}, "a", { get: trap("get") })),
      define(Object.create(null), Symbol.toStringTag, { get: trap("tag") }),
      define(new Date(), Symbol.toPrimitive, { get: trap("primitive") }),
      define(new Uint8Array(3), "buffer", { get: trap("buffer") }),
      define(Object(1), "valueOf", { get: trap("valueOf") }),
      define(new Map([[1, Symbol.iterator]]), "forEach", { get: trap("forEach") }),
      define(traceless(new Error()), "message", { get: trap("message") }),
      define(/a/, "source", { get: trap("source") }),
      proto({}, new Proxy({}, { get: trap("trap"), getPrototypeOf: trap("trap") })),
    ]) {
      refused(value, nothing);
    }
    assert.deepEqual(ran, []);
  });
});

/** Two processes with the same modules: the one that recorded, and the one that is answered. */
const LIBRARY = `
  class Point { constructor(x) { this.x = x; built(); } get double() { return 2 * this.x; } set y(v) { built(); } }
  class Far extends Point { constructor(x) { super(x); this.far = true; } }
  class List extends Array { constructor(...items) { super(...items); built(); } }
  class Dict extends Map { set(key, value) { built(); return super.set(key, value); } }
  class Bag extends Set { add(item) { built(); return super.add(item); } }
  class Bytes extends Uint8Array {}
  class Tagged extends Uint8Array { get [Symbol.toStringTag]() { built(); return "T"; } get buffer() { built(); } get length() { built(); } }
  class Moment extends Date {}
  class Pattern extends RegExp {}
  class Memory extends ArrayBuffer {}
  class Text extends String {}
  class Wrong extends TypeError { constructor(message, options) { super(message, options); this.code = "E"; } get name() { return "W"; } }
  class Many extends AggregateError {}
  class Secret { #x = 1; x() { return this.#x; } }
  class Hidden extends Secret {}
  class Statics { static own = { a: 1 }; static make() { return new Statics(); } }
  function Old(x) { this.x = x; }
  function helper(a, b) { return a + b; }
  const arrow = (a) => a;
  const tag = Symbol("tag");
  const other = Symbol("tag");
  const table = { a: { b: [1, 2] }, list: [] };
  const memory = new Uint8Array([1, 2, 3, 4]);
  let count = 0;
  function built() { count++; }
  function make(kind) {
    return [Tagged, Point, Far, List, Dict, Bag, Bytes, Moment, Pattern, Memory, Text, Wrong, Many, Secret, Hidden, Statics, Old,
      helper, arrow, tag, other, table, memory, kind];
  }
  module.exports = { Tagged, Point, Far, List, Dict, Bag, Bytes, Moment, Pattern, Memory, Text, Wrong, Many, Secret, Hidden, Statics, Old,
    helper, arrow, tag, other, table, memory, make, count: () => count };
`;
const USER = `
  const { Point, helper } = require("./lib");
  class Near extends Point {}
  function near() { return [new Near(1), helper]; }
  module.exports = { Near, near };
`;

// biome-ignore lint/suspicious/noExplicitAny: the modules above have no types
type Library = Record<string, any>;

function start(sources: Record<string, string> = { lib: LIBRARY, user: USER }) {
  const program = new Program(sources);
  const lib = program.exported<Library>("lib");
  const names: Names = new Map(
    [...Object.entries(lib), ...Object.entries(program.exported<Library>("user") ?? {})].map(([name, it]) => [
      it,
      name,
    ]),
  );
  return { program, lib, names };
}

/** What the second process gets for what the first one made. */
function across(make: (lib: Library) => unknown, second = start(), module = "lib", unit = "make"): unknown {
  const first = start();
  const walk = first.program.walk(module, unit);
  const value = make({ ...first.lib, ...first.program.exported<Library>("user") });
  const made = first.lib.count();
  const bytes = bytesOf(value, { before: walk, after: walk });
  assert.equal(first.lib.count(), made, "no accessor ran");
  const built = second.lib.count();
  const found = decode(bytes, second.program.walk(module, unit));
  if (found === null) return "a miss";
  same(found.value, observe(value, first.names), second.names);
  assert.equal(second.lib.count(), built, "no constructor and no method ran");
  return found.value;
}

const own = <T extends object>(value: T, extra: object): T => Object.assign(value, extra);

describe("what the code of the call leads to", () => {
  const made: Record<string, (lib: Library) => unknown> = {
    instance: ({ Point }) => new Point(1),
    "instances of a subclass, and of both": ({ Point, Far }) => [new Far(1), new Point(2), new Far(3)],
    "array of a class": ({ List }) => List.of(1, { a: 1 }, undefined),
    "array of a class, frozen, with holes and names": ({ List }) =>
      Object.freeze(own(List.from({ length: 3 }), { a: 1 })),
    "map of a class": ({ Dict }) =>
      new Dict([
        [1, 2],
        [{}, new Dict()],
      ]),
    "set of a class": ({ Bag }) => own(new Bag([1, {}]), { a: 1 }),
    "typed array of a class": ({ Bytes }) => [new Bytes([1, 2]), new Bytes(new ArrayBuffer(8), 2, 3)],
    "typed array of a class that disguises it": ({ Tagged }) =>
      own(Object.freeze({ a: new Tagged(2000), b: new Tagged(2) }), {}),
    "date of a class": ({ Moment }) => new Moment(5),
    "pattern of a class": ({ Pattern }) => own(new Pattern("a", "gi"), { lastIndex: 3 }),
    "memory of a class": ({ Memory }) => [new Memory(4), new Uint8Array(new Memory(4), 1, 2)],
    "text of a class": ({ Text }) => own(new Text("ab"), { a: 1 }),
    "error of a class": ({ Wrong }) => traceless(new Wrong("a", { cause: traceless(new Wrong("b")) })),
    "errors of a class": ({ Many, Wrong }) => traceless(new Many([traceless(new Wrong("b"))], "m")),
    "instance that the old way made": ({ Old }) => new Old(1),
    "instance with the name of a setter": ({ Point }) => define(new Point(1), "y", { value: 1, enumerable: true }),
    "instance with the name of a getter": ({ Point }) =>
      define(new Point(1), "double", { value: 1, enumerable: true, writable: true, configurable: true }),
    "frozen instance in a cycle": ({ Point, Far }) => {
      const point = new Point(null);
      point.x = new Far(point);
      return Object.freeze(point);
    },
    "the same instance twice": ({ Point }) => {
      const point = new Point(1);
      return { a: point, b: [point], c: new Map([[point, point]]) };
    },
    "class behind another prototype": ({ Point, Dict }) => [
      proto([1], Point.prototype),
      proto(new Point(1), Dict.prototype),
    ],
    functions: ({ helper, arrow }) => ({ helper, list: [arrow, helper] }),
    classes: ({ Point, Far }) => ({ Point, instance: new Far(1), Far }),
    accessors: ({ helper, arrow }) =>
      define(define({}, "a", { get: helper, set: arrow }), "b", { get: arrow, enumerable: true }),
    "unique symbols": ({ tag, other }) => ({ [tag]: other, a: tag, [other]: [tag] }),
    "an instance with a symbol of the module": ({ Point, tag }) => own(new Point(1), { [tag]: 1 }),
    "state itself": ({ table }) => table,
    "parts of state": ({ table }) => ({ b: table.a.b, all: [table] }),
    "state as a prototype": ({ table }) => Object.assign(Object.create(table), { c: 1 }),
    "memory of state": ({ memory }) => [memory, memory.subarray(1, 3), new DataView(memory.buffer), memory.buffer],
    "statics of a class": ({ Statics }) => [Statics.own, Statics.make()],
  };
  for (const [name, make] of Object.entries(made)) test(name, () => void across(make));

  test("methods and brand of what comes back are those of the process that asks", () => {
    const second = start();
    const [far, list, dict] = across(
      ({ Far, List, Dict }) => [new Far(4), List.of(1), new Dict([[1, 2]])],
      second,
    ) as Library[];
    const { Far, Point, List, Dict } = second.lib;
    assert.ok(far instanceof Far && far instanceof Point && list instanceof List && dict instanceof Dict);
    assert.equal(far?.double, 8);
    assert.ok(Array.isArray(list) && list.map((x: number) => x) instanceof List);
    assert.equal(list?.length, 1);
    assert.equal(dict?.get(1), 2);
  });

  test("state comes back as the object that it is", () => {
    const second = start();
    assert.equal(
      across(({ table }) => table, second),
      second.lib.table,
    );
    const [view, memory] = across(({ memory }) => [memory.subarray(1), memory], second) as Uint8Array[];
    assert.equal(memory, second.lib.memory);
    view?.fill(9);
    assert.deepEqual([...second.lib.memory], [1, 9, 9, 9]);
  });

  test("classes and functions of other modules", () => {
    across(({ Near, helper }) => [new Near(1), helper, Near], start(), "user", "near");
  });

  test("private members are refused, inherited ones, too", () => {
    const { program, lib } = start();
    const walk = program.walk("lib", "make");
    assert.match(refused(new lib.Secret(), walk), /private members/);
    assert.match(refused(new lib.Hidden(), walk), /private members/);
    assert.match(refused(proto({}, lib.Secret.prototype), walk), /private members/);
  });

  test("what the code does not lead to is refused", () => {
    const { program, lib } = start();
    const walk = program.walk("lib", "helper");
    assert.match(refused(new lib.Point(1), walk), /class that dumbo does not know/);
    assert.match(refused({ f: lib.helper }, walk), /function/);
    assert.match(refused({ f: lib.make }, program.walk("lib", "make")), /function/);
    assert.match(refused({ f: lib.Statics.make }, program.walk("lib", "make")), /function/);
    assert.match(refused({ [lib.tag]: 1 }, walk), /symbol/);
  });

  test("another class at its place is a miss, and so is another chain", () => {
    const edited = start({ lib: LIBRARY.replace("2 * this.x", "3 * this.x"), user: USER });
    assert.equal(
      across(({ Point }) => new Point(1), edited),
      "a miss",
    );
    assert.equal(
      across(({ Point }) => [Point], edited),
      "a miss",
    );
    const moved = start();
    const walk = moved.program.walk("lib", "make");
    const bytes = bytesOf(new moved.lib.Far(1), { before: walk, after: walk });
    Object.setPrototypeOf(moved.lib.Far.prototype, moved.lib.List.prototype);
    assert.equal(decode(bytes, walk), null);
    const shorter = start({ lib: LIBRARY, user: USER });
    const unreached = bytesOf(
      { f: shorter.lib.arrow },
      { before: shorter.program.walk("lib", "make"), after: shorter.program.walk("lib", "make") },
    );
    assert.equal(decode(unreached, shorter.program.walk("lib", "helper")), null);
  });
});

describe("arguments", () => {
  const { program } = start();
  const met = (...args: unknown[]): BeforeAfter => {
    const walk = program.walk("lib", "helper", ...args);
    return { before: walk, after: walk };
  };
  const make = () => {
    const box = { a: { b: [1] }, bytes: new Uint8Array(8), map: new Map([[{}, [2]]]) };
    return box;
  };

  test("come back as what the next call was given", () => {
    const [first, second] = [make(), make()];
    for (const pick of [
      (box: typeof first) => box,
      (box: typeof first) => box.a.b,
      (box: typeof first) => [box.a, { box }, new Set([box.a.b]), new Date(0)],
      (box: typeof first) => [...box.map.keys(), ...box.map.values(), box.bytes],
      (box: typeof first) => [box.bytes.subarray(2, 4), box.bytes.buffer],
    ]) {
      const back = valueOf(bytesOf(pick(first), met(first, 1)), met(second, 1).after);
      const names: Names = new Map<unknown, string>([
        [second.a, "a"],
        [second.a.b, "b"],
        [second.bytes.buffer, "memory"],
      ]);
      same(back, observe(pick(second), names), names);
    }
    assert.equal(valueOf(bytesOf(first, met(first)), met(second).after), second);
  });

  test("that are functions, instances or classes", () => {
    const source =
      "class Box { constructor(a) { this.a = a; } } const arrow = (a) => a; function f() { return 1; } module.exports = { Box, arrow };";
    const [one, two] = [new Program({ m: source }), new Program({ m: source })];
    const [first, second] = [one.exported<Library>("m"), two.exported<Library>("m")];
    const walk = one.walk("m", "f", new first.Box(1), first.arrow);
    const bytes = bytesOf([first.arrow, new first.Box(2)], { before: walk, after: walk });
    const [arrow, box] = valueOf(bytes, two.walk("m", "f", new second.Box(1), second.arrow)) as Library[];
    assert.equal(arrow, second.arrow);
    assert.ok(box instanceof second.Box && !(box instanceof first.Box));
  });

  test("that are memory", () => {
    const [first, second] = [new ArrayBuffer(4), new ArrayBuffer(4)];
    const back = valueOf(bytesOf(new Uint8Array(first), met(first)), met(second).after) as Uint8Array;
    assert.equal(back.buffer, second);
  });

  test("that are functions in the place of a prototype are refused", () => {
    const { arrow } = start().lib;
    const walk = new Program({ m: "const arrow = (a) => a; function f() {} module.exports = { arrow };" });
    const fn = walk.exported<Library>("m").arrow;
    proto(fn, null);
    assert.match(refused(proto({}, fn), walk.walk("m", "f", fn)), /class that dumbo does not know/);
    assert.match(refused(proto({}, arrow), nothing), /class that dumbo does not know/);
  });

  test("are refused where only one of the two walks met them", () => {
    const [first, second] = [make(), make()];
    const [before, after] = [met(first).after, met(second).after];
    for (const value of [first, second.a, [first.a.b], new Map([[second, 1]]), first.bytes.buffer]) {
      const encoded = encode(value, { before, after }, 1e8);
      assert.equal("refused" in encoded && encoded.refused.kind, "shares-object");
    }
  });

  test("memory that the walk has seen without its place is not shared", () => {
    const whole = Buffer.alloc(16);
    const pooled = Buffer.from("pooled text");
    const around = met(whole, pooled);
    const shared = /^result shares an object with an argument/;
    for (const value of [
      whole.subarray(2, 4),
      whole.buffer,
      new Uint8Array(whole.buffer),
      pooled.subarray(1, 3),
      pooled.buffer,
    ]) {
      assert.match(refused(value, around.after), shared);
      assert.match(refused(Object.freeze([value]), around.after), shared);
    }
    assert.equal(valueOf(bytesOf([pooled, Symbol.iterator], around), around.after) !== null, true);
    assert.equal(
      refused([Buffer.from(pooled), Symbol.iterator], around.after),
      "accepted",
      "its neighbour in the pool",
    );
  });
});

test("the observer sees what it should", () => {
  const views = () => {
    const { buffer } = new Uint8Array(4);
    return [new Uint8Array(buffer), new Uint8Array(buffer)];
  };
  const a = {};
  for (const [one, two] of [
    [-0, 0],
    [
      [, 1],
      [undefined, 1],
    ],
    [Object.freeze([1]), [1]],
    [Object.create(null), {}],
    [Object.assign([1], { x: 1 }), [1]],
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    [define({}, "a", { value: 1 }), { a: 1 }],
    [
      {
        get a() {
          return 1;
        },
      },
      { a: 1 },
    ],
    [{ [Symbol.iterator]: 1 }, {}],
    [
      [a, a],
      [{}, {}],
    ],
    [views(), [new Uint8Array(4), new Uint8Array(4)]],
    [new Uint8Array(new ArrayBuffer(8), 4, 4), new Uint8Array(4)],
    [Buffer.from(new ArrayBuffer(4)), Buffer.alloc(8).subarray(0, 4)],
    [new (class extends Map {})(), new Map()],
    [Object.assign(/a/g, { lastIndex: 1 }), /a/g],
    ["\ud800", "\ufffd"],
    [
      new Map([
        [1, 2],
        [2, 1],
      ]),
      new Map([
        [2, 1],
        [1, 2],
      ]),
    ],
    [vm.runInNewContext("[]"), []],
  ]) {
    assert.notEqual(observe(one), observe(two));
  }
});
