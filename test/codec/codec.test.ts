/** Results to bytes and back: what is accepted comes back the same in every respect, everything else is refused. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import vm from "node:vm";
import { decode as decodeAt, type Encoded, encode } from "../../src/codec/codec.ts";
import { plainForm } from "../../src/codec/plain-data.ts";
import { describe as describeReason } from "../../src/reason/describe.ts";
import { withinTime } from "../../src/value/time-limit.ts";
import { TooLarge } from "../../src/value/unkeyable.ts";
import { WorkClock } from "../../src/value/work-clock.ts";
import { observe, same } from "../support/observe.ts";
import { sharingNothing, unchanged } from "../support/shared-objects.ts";

const nothing = sharingNothing();
const nobody = unchanged(nothing);

function bytesOf(value: unknown, shared = nobody, limit = 1e8): Uint8Array {
  const encoded = encode(value, shared, limit);
  assert.ok("bytes" in encoded, JSON.stringify(encoded));
  return encoded.bytes;
}

function decode(bytes: Uint8Array): unknown {
  const found = decodeAt(bytes, nothing);
  assert.ok(found);
  return found.value;
}

const roundTrip = (value: unknown) => decode(bytesOf(value));

function refused(value: unknown, shared = nobody): string {
  const encoded: Encoded = encode(value, shared, 1e8);
  return "refused" in encoded ? describeReason(encoded.refused) : "accepted";
}

const define = (target: object, name: PropertyKey, descriptor: PropertyDescriptor) =>
  Object.defineProperty(target, name, descriptor);
const proto = (value: object, prototype: object | null) => Object.setPrototypeOf(value, prototype) as object;
const resizable = (length: number, maxByteLength: number) =>
  new (ArrayBuffer as unknown as new (n: number, o: object) => ArrayBuffer)(length, { maxByteLength });

const accepted: Record<string, () => unknown> = {
  undefined: () => undefined,
  null: () => null,
  booleans: () => [true, false],
  "1000 booleans and what is no JSON": () => [
    undefined,
    Array.from({ length: 1000 }, (_, i) => (i * i) % 3 === 0),
    new Array<boolean>(33).fill(true),
    new Array<boolean>(32).fill(false),
  ],
  numbers: () => [
    0,
    -0,
    1,
    -1,
    1.5,
    2 ** 31,
    2 ** 53,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.MIN_VALUE,
  ],
  "a number": () => -0,
  bigints: () => [0n, -1n, 2n ** 64n, -(2n ** 200n)],
  strings: () => ["", "a", "é", "\u0100", "😀", "\0", "x".repeat(1000)],
  "lone surrogates": () => ["\ud800", "a\udc00b", { "\ud800": 1 }],
  "undefined members": () => ({ a: undefined, b: [undefined] }),
  "empty objects": () => [{}, [], new Map(), new Set()],
  "order of keys": () => ({
    b: 1,
    a: 2,
    10: 3,
    9: 4,
    "": 5,
    constructor: 6,
    toString: 7,
    hasOwnProperty: 8,
    length: 9,
  }),
  "own __proto__": () => JSON.parse('{"__proto__": {"a": 1}, "b": 2}'),
  "dictionary objects": () => {
    const value: Record<string, number> = Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`k${i}`, i]));
    delete value.k5;
    return value;
  },
  "arrays of doubles": () => [1.5, 2, -0, Number.NaN],
  holes: () => [[, 1], [1, , 2], [, undefined], new Array(3)],
  "holes at the end": () => Object.assign([1], { length: 5 }),
  "very sparse arrays": () => Object.assign([], { 100000: 1, length: 200000 }),
  "long arrays": () => Array.from({ length: 1000 }, (_, i) => (i % 3 === 0 ? { i } : i)),
  "long arrays with holes": () => Object.assign(new Array(500), { 3: { a: 1 }, 499: [] }),
  "deep values": () => {
    let value: unknown = 1;
    for (let i = 0; i < 500; i++) value = i % 2 ? { value } : [value];
    return value;
  },
  "shared references": () => {
    const a = { x: 1 };
    return [a, a, { a }, new Map([[a, a]])];
  },
  "equal but not shared": () => [{ x: 1 }, { x: 1 }],
  cycles: () => {
    const a: unknown[] = [];
    const b = { a, c: new Map<unknown, unknown>() };
    a.push(b, a);
    b.c.set(b, a);
    return b;
  },
  "Map and Set": () => [
    new Map<unknown, unknown>([
      [Number.NaN, 1],
      ["1", 2],
      [1, 3],
      [{}, { a: [] }],
    ]),
    new Set<unknown>([3, "3", 1, {}, Number.NaN]),
  ],
  dates: () => [new Date(0), new Date(-1), new Date(Number.NaN), new Date(8.64e15)],
  "regular expressions": () => [/a/, /b\/c/gimsuy, /[a&&b]/v, /(?<x>d)/d, /(?:)/],
  "typed arrays": () => [
    new Uint8Array([1, 2, 3]),
    new Uint8ClampedArray([1]),
    new Int8Array([-1]),
    new Int16Array([-2, 3]),
    new Uint16Array([4]),
    new Int32Array([5]),
    new Uint32Array([6]),
    new Float32Array([1.5, Number.NaN, -0]),
    new Float64Array([1.5, -0]),
    new BigInt64Array([-7n]),
    new BigUint64Array([8n]),
    new Uint8Array(0),
    new Uint8Array(10_000).fill(7),
  ],
  "views that begin at odd places of the record": () => [
    "x",
    new Float64Array([1, 2]),
    "yy",
    new Float64Array([3]),
    "zzz",
    new BigInt64Array([4n]),
  ],
  "data views": () => new DataView(new Uint8Array([1, 2, 3]).buffer),
  "array buffers": () => [new Uint8Array([1, 2, 3]).buffer, new ArrayBuffer(0)],
  "a buffer twice": () => {
    const buffer = new ArrayBuffer(4);
    return [buffer, buffer];
  },
  "a view twice": () => {
    const view = new Uint8Array([1, 2]);
    return { a: view, b: view };
  },
};

describe("comes back the same", () => {
  for (const [name, make] of Object.entries(accepted)) {
    test(name, () => {
      const value = make();
      const before = observe(value);
      const first = roundTrip(value);
      same(first, before);
      same(value, before, undefined, "encoding changes nothing:");
      same(roundTrip(first), before, undefined, "and again:");
    });
  }

  test("Buffers", () => {
    for (const buffer of [
      Buffer.from("héllo"),
      Buffer.alloc(0),
      Buffer.alloc(5000, 1),
      Buffer.from("pooled").subarray(2),
    ]) {
      const back = roundTrip({ buffer }) as { buffer: Buffer };
      assert.ok(Buffer.isBuffer(back.buffer));
      assert.equal(Object.getPrototypeOf(back.buffer), Buffer.prototype);
      assert.deepEqual([...back.buffer], [...buffer]);
    }
  });

  for (const [name, make] of Object.entries({
    "Buffer.alloc": () => Buffer.alloc(16, 1),
    "a Buffer over an ArrayBuffer": () => Buffer.from(new Uint8Array([1, 2, 3]).buffer),
  })) {
    test(`Buffers that own their memory: ${name}`, () => same(roundTrip(make()), observe(make())));
  }
  test("Buffers that own their memory and are too large for the pool", () => {
    for (const size of [0, 100_000]) same(roundTrip(Buffer.alloc(size, 1)), observe(Buffer.alloc(size, 1)));
  });
  test("Buffers that were cut from the pool, however large this version's pool is", () => {
    for (const buffer of [Buffer.from("a"), Buffer.allocUnsafe(9).fill(1), Buffer.concat([Buffer.from("ab")])]) {
      assert.ok(buffer.buffer.byteLength > 1000);
      assert.equal(refused(buffer), "accepted");
    }
  });
});

test("each decoding is a value of its own, over memory of its own", () => {
  const record = bytesOf({
    a: [1],
    typed: new Uint8Array([1, 2, 3]),
    buffer: Buffer.from("abc"),
    large: Buffer.alloc(9000, 1),
    floats: new Float64Array([1, 2]),
    view: new DataView(new ArrayBuffer(2)),
    plain: new Uint8Array([9]).buffer,
  });
  const copy = Uint8Array.from(record);
  type Shape = {
    a: number[];
    typed: Uint8Array;
    buffer: Buffer;
    large: Buffer;
    floats: Float64Array;
    view: DataView;
    plain: ArrayBuffer;
  };
  const one = decode(record) as Shape;
  const two = decode(record) as Shape;
  one.a.push(2);
  one.typed.fill(7);
  one.buffer.fill(7);
  one.large.fill(7);
  one.floats.fill(7);
  one.view.setUint8(0, 7);
  new Uint8Array(one.plain).fill(7);
  assert.deepEqual(
    [
      two.a,
      [...two.typed],
      String(two.buffer),
      two.large[5],
      [...two.floats],
      two.view.getUint8(0),
      [...new Uint8Array(two.plain)],
    ],
    [[1], [1, 2, 3], "abc", 1, [1, 2], 0, [9]],
  );
  assert.equal(Buffer.compare(record, copy), 0, "the record stays as it was");
  assert.equal(two.typed.buffer.byteLength, 3);
  assert.equal(two.floats.buffer.byteLength, 16);
});

test("decodes from any place in a larger buffer", () => {
  const value = { floats: new Float64Array([1, 2, 3]), bytes: new Uint8Array([1]) };
  const record = bytesOf(value);
  for (let offset = 0; offset < 9; offset++) {
    const around = new Uint8Array(record.length + 20);
    around.set(record, offset);
    same(decode(around.subarray(offset, offset + record.length)), observe(value));
  }
});

test("changing a result after it was encoded does not change what was stored", () => {
  const value = { a: [1], bytes: new Uint8Array([1, 2]) };
  const record = bytesOf(value);
  value.a.push(2);
  value.bytes.fill(9);
  same(decode(record), observe({ a: [1], bytes: new Uint8Array([1, 2]) }));
});

test("a value above the limit is refused", () => {
  assert.match(refused("x".repeat(100)), /accepted/);
  assert.deepEqual(encode("x".repeat(100), nobody, 100), {
    refused: { kind: "large-result", bytes: 101, via: [{ step: "result" }] },
  });
});

describe("refused, because something would be lost", () => {
  class Point {
    x = 1;
  }
  class Private {
    #x = 1;
    x() {
      return this.#x;
    }
  }
  class Failure extends Error {}
  const cases: Record<string, [() => unknown, RegExp]> = {
    function: [() => () => 1, /a function/],
    class: [() => Point, /a function/],
    "Symbol()": [() => Symbol("a"), /a symbol/],
    Error: [() => new Error("a"), /stack trace/],
    "Error with cause": [() => new Error("a", { cause: 1 }), /stack trace/],
    "Error with code": [() => Object.assign(new TypeError("a"), { code: "E" }), /stack trace/],
    "class of errors": [() => new Failure("a"), /stack trace/],
    AggregateError: [() => new AggregateError([new Error("a")]), /stack trace/],
    "class instance": [() => new Point(), /instance of a class/],
    "instance with private fields": [() => new Private(), /instance of a class/],
    "prototype of its own": [() => Object.create({ a: 1 }), /instance of a class/],
    "Map of a class of its own": [() => new (class extends Map {})(), /instance of a class/],
    "Set of a class of its own": [() => new (class extends Set {})(), /instance of a class/],
    "Date of a class of its own": [() => new (class extends Date {})(), /instance of a class/],
    "Array of a class of its own": [() => new (class extends Array {})(), /instance of a class/],
    Promise: [() => Promise.resolve(1), /a Promise/],
    "typed array of a class of its own": [() => new (class extends Uint8Array {})(1), /instance of a class/],
    "array with a getter": [
      () => define(new Array(1000).fill(0), 5, { get: () => 1, enumerable: true, configurable: true }),
      /an accessor, `5`/,
    ],
    "Promise behind the face of an object": [() => proto(Promise.resolve(1), Object.prototype), /a Promise/],
    getter: [
      () => ({
        get a() {
          return 1;
        },
      }),
      /an accessor, `a`/,
    ],
    setter: [() => ({ set a(_: number) {} }), /an accessor, `a`/],
    "getter in an array": [() => define([1], 0, { get: () => 1 }), /an accessor, `0`/],
    Proxy: [() => new Proxy({}, {}), /a Proxy/],
    "Proxy of an array": [() => new Proxy([], {}), /a Proxy/],
    URL: [() => new URL("https://example.com"), /instance of a class/],
    WeakMap: [() => new WeakMap(), /a WeakMap/],
    toJSON: [() => ({ toJSON: () => 1 }), /a function/],
    generator: [
      () =>
        (function* () {
          yield 1;
        })(),
      /a generator/,
    ],
    iterator: [() => [1].values(), /instance of a class/],
    Blob: [() => new Blob(["a"]), /instance of a class/],
    "Intl.NumberFormat of a class of its own": [
      () => new (class extends Intl.NumberFormat {})("en"),
      /instance of a class/,
    ],
    arguments: [
      () =>
        (function () {
          return arguments;
        })(),
      /an arguments object/,
    ],
    "shared memory": [() => new Uint8Array(new SharedArrayBuffer(8)), /shared memory/],
    SharedArrayBuffer: [() => new SharedArrayBuffer(8), /shared memory/],
    "view of a resizable ArrayBuffer": [
      () => new Uint8Array(resizable(8, 16)),
      /a view of a buffer that can be resized/,
    ],
    "Buffer over a resizable ArrayBuffer": [
      () => Buffer.from(resizable(8, 16)),
      /a view of a buffer that can be resized/,
    ],
    "overlapping Buffers of the pool": [
      () => {
        const buffer = Buffer.from("pooled text");
        return [buffer.subarray(0, 5), buffer.subarray(4)];
      },
      /two Buffers over the same piece of Node's pool/,
    ],
    "object of another realm": [() => vm.runInNewContext("({})"), /instance of a class/],
    "array of another realm": [() => vm.runInNewContext("[]"), /instance of a class/],
  };
  for (const [name, [make, reason]] of Object.entries(cases)) {
    test(name, () => {
      assert.match(refused(make()), reason);
      assert.notEqual(refused(make()), "accepted");
      assert.notEqual(refused({ a: [new Map([[1, make()]])] }), "accepted");
    });
  }

  const long: Record<string, () => unknown> = {
    "very long array with a getter": () =>
      define(new Array(2000).fill(0), 5, { get: () => 1, enumerable: true, configurable: true }),
    "very long array with an element that is not writable": () =>
      define(new Array(2000).fill(0), 5, { writable: false }),
    "very long typed array with a name that is not enumerable": () => define(new Uint8Array(2000), "a", { value: 1 }),
  };
  /** Of what follows, what was not refused but came back the same: how much depends on the version of Node. */
  const came: string[] = [];
  const sameOrRefused = (name: string, make: () => unknown) => {
    if (refused(make()) !== "accepted") return;
    same(roundTrip(make()), observe(make()));
    came.push(name);
  };
  for (const [name, make] of Object.entries(long)) test(name, () => sameOrRefused(name, make));
  test("very long ones without any of this are not refused", () => {
    sameOrRefused("array", () => new Array(2000).fill(0));
    sameOrRefused("typed array", () => new Uint8Array(2000));
    assert.deepEqual(came.slice(-2), ["array", "typed array"]);
  });

  const known: Record<string, [() => unknown, string]> = {
    "Map with a property behind the face of an object": [
      () => Object.assign(proto(new Map([[1, 2]]), Object.prototype), { x: 1 }),
      "asking every object for its slots costs 0.6 us; one whose prototype was replaced has to be made on purpose",
    ],
  };
  for (const [name, [make, todo]] of Object.entries(known)) {
    test(name, { todo }, () => sameOrRefused(name, make));
  }
});

describe("nothing of the program runs while a result is looked at", () => {
  const trap = (ran: string[], name: string) => () => {
    ran.push(name);
    return undefined as never;
  };
  for (const [name, make, todo] of [
    ["getters", (ran: string[]) => define({}, "a", { get: trap(ran, "get"), enumerable: true })],
    ["traps of a proxy", (ran: string[]) => new Proxy({}, new Proxy({}, { get: (_, at) => trap(ran, String(at)) }))],
    ["toJSON", (ran: string[]) => ({ toJSON: trap(ran, "toJSON") })],
    ["toStringTag", (ran: string[]) => define({}, Symbol.toStringTag, { get: trap(ran, "tag") })],
    ["toStringTag on a Map", (ran: string[]) => define(new Map(), Symbol.toStringTag, { get: trap(ran, "tag") })],
    ["getters in large arrays", (ran: string[]) => define(new Array(1000).fill(0), 5, { get: trap(ran, "get") })],
    ["names of a view", (ran: string[]) => define(new Uint8Array(2000), "buffer", { get: trap(ran, "buffer") })],
    ["getters in very large arrays", (ran: string[]) => define(new Array(2000).fill(0), 5, { get: trap(ran, "get") })],
  ] as [string, (ran: string[]) => unknown, string?][]) {
    test(name, todo === undefined ? {} : { todo }, () => {
      const ran: string[] = [];
      plainForm(make(ran), nobody);
      encode(make(ran), nobody, 1e8);
      assert.deepEqual(ran, []);
    });
  }
});

test("a result of far too many values is given up with the first of them", () => {
  const record = (i: number) => ({ id: i, name: `n${i}` });
  const many = Array.from({ length: 50_000 }, (_, i) => record(i));
  const within = (ms: number, value: unknown) => {
    let looks = 0;
    const clock = new WorkClock(
      () => looks++ / 1000,
      () => 0,
    );
    return withinTime(ms, clock, () => encode(value, nobody, 1e8));
  };
  for (const value of [many, { many }, [many.slice(0, 3), many]]) {
    assert.throws(
      () => within(2, value),
      (error) => error instanceof TooLarge && error.values > 140_000 && error.values < 160_000,
    );
    assert.ok("bytes" in within(20, value));
  }
  assert.ok("bytes" in within(2, many.slice(0, 5000)));
});
