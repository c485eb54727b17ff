/** Results to bytes and back: what is accepted comes back the same in every respect, everything else is refused. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { types } from "node:util";
import vm from "node:vm";
import { decode, type Encoded, encode, type Foreign, unfaithful } from "../src/codec.ts";
import { KeyWriter } from "../src/key-writer.ts";
import { ValueWalk } from "../src/values.ts";

const nobody: Foreign = { seen: new Set<object>(), views: [] };

function bytesOf(value: unknown, foreign = nobody, limit = 1e8): Uint8Array {
  const encoded = encode(value, foreign, limit);
  assert.ok("bytes" in encoded, (encoded as { refused: string }).refused);
  return encoded.bytes;
}

const roundTrip = (value: unknown) => decode(bytesOf(value));

function refused(value: unknown, foreign = nobody): string {
  const encoded: Encoded = encode(value, foreign, 1e8);
  return "refused" in encoded ? encoded.refused : "accepted";
}

/**
 * All that a program can see of a value, as text: prototypes, attributes, extensibility, order, holes, identity.
 * Nothing is compared with `deepEqual`, which forgives.
 */
function observe(root: unknown): string {
  const seen = new Map<object, number>();
  const lines: string[] = [];
  const see = (value: unknown): string => {
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
    if (typeof value === "string")
      return `"${[...Array(value.length).keys()].map((i) => value.charCodeAt(i)).join(" ")}"`;
    if (typeof value !== "object" || value === null) return String(value);
    const known = seen.get(value);
    if (known !== undefined) return `#${known}`;
    const number = seen.size;
    seen.set(value, number);
    const parts: string[] = [];
    const prototype = Object.getPrototypeOf(value) as { constructor?: { name: string } } | null;
    const isOurs =
      prototype === null ||
      (globalThis as unknown as Record<string, { prototype: unknown }>)[prototype.constructor?.name ?? ""]
        ?.prototype === prototype;
    parts.push(isOurs ? (prototype?.constructor?.name ?? "no prototype") : "a foreign prototype");
    parts.push(Object.isExtensible(value) ? "" : "not extensible");
    if (types.isMap(value)) Map.prototype.forEach.call(value, (item, key) => parts.push(`${see(key)} => ${see(item)}`));
    if (types.isSet(value)) Set.prototype.forEach.call(value, (item) => parts.push(see(item)));
    if (types.isDate(value)) parts.push(String(value.getTime()));
    if (types.isRegExp(value)) parts.push(value.source, value.flags);
    if (types.isAnyArrayBuffer(value)) {
      const grows = value as { resizable?: boolean; maxByteLength?: number };
      parts.push(`${value.byteLength} ${grows.resizable ?? false} ${grows.maxByteLength ?? value.byteLength}`);
      parts.push(Buffer.from(value as ArrayBuffer).toString("hex"));
    }
    if (ArrayBuffer.isView(value)) {
      parts.push(`${value.byteOffset} ${value.byteLength}`);
      parts.push(see(value.buffer));
    }
    for (const key of Reflect.ownKeys(value)) {
      const descriptor = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
      const flags = `${descriptor.writable}${descriptor.enumerable}${descriptor.configurable}`;
      parts.push(`${String(key)} ${flags} ${"value" in descriptor ? see(descriptor.value) : "accessor"}`);
    }
    lines.push(`#${number}: ${parts.join(" | ")}`);
    return `#${number}`;
  };
  const top = see(root);
  return [top, ...lines].join("\n");
}

/** Compares what is seen of two values; the message shows only where they part (a diff of long texts takes minutes). */
function same(actual: unknown, expected: string, message = ""): void {
  const got = observe(actual);
  if (got === expected) return;
  let at = 0;
  while (got[at] === expected[at]) at++;
  assert.fail(`${message} sees …${got.slice(at, at + 60)}… instead of …${expected.slice(at, at + 60)}…`);
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
      same(value, before, "encoding changes nothing:");
      same(roundTrip(first), before, "and again:");
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
  test("a piece of a Buffer that was not cut from the pool is refused", () => {
    assert.equal(refused(Buffer.alloc(20_000, 1).subarray(4, 8)), "result holds a view of a larger buffer");
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
  assert.deepEqual(encode("x".repeat(100), nobody, 100), { refused: "result is 104 bytes, above limits.value" });
});

const LOSES = /an object that would lose something/;

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
    "Symbol.iterator": [() => Symbol.iterator, /a symbol/],
    "regular expression with lastIndex": [() => Object.assign(/a/g, { lastIndex: 2 }), LOSES],
    "regular expression with a name": [() => Object.assign(/a/, { a: 1 }), LOSES],
    "regular expression whose lastIndex is fixed": [() => define(/a/, "lastIndex", { writable: false }), LOSES],
    Error: [() => new Error("a"), /instance of a class/],
    "Error with cause": [() => new Error("a", { cause: 1 }), /instance of a class/],
    "Error with code": [() => Object.assign(new TypeError("a"), { code: "E" }), /instance of a class/],
    "class of errors": [() => new Failure("a"), /instance of a class/],
    AggregateError: [() => new AggregateError([new Error("a")]), /instance of a class/],
    "class instance": [() => new Point(), /instance of a class/],
    "instance with private fields": [() => new Private(), /instance of a class/],
    "null prototype": [() => Object.create(null), /instance of a class/],
    "prototype of its own": [() => Object.create({ a: 1 }), /instance of a class/],
    "Map of a class of its own": [() => new (class extends Map {})(), /instance of a class/],
    "Set of a class of its own": [() => new (class extends Set {})(), /instance of a class/],
    "Date of a class of its own": [() => new (class extends Date {})(), /instance of a class/],
    "Array of a class of its own": [() => new (class extends Array {})(), /array of a class of its own/],
    Promise: [() => Promise.resolve(1), /instance of a class/],
    "Map with a name": [() => Object.assign(new Map(), { a: 1 }), LOSES],
    "Set with a name": [() => Object.assign(new Set(), { a: 1 }), LOSES],
    "Date with a name": [() => Object.assign(new Date(), { a: 1 }), LOSES],
    "ArrayBuffer with a name": [() => Object.assign(new ArrayBuffer(1), { a: 1 }), LOSES],
    "typed array with a name": [() => Object.assign(new Uint8Array(2), { a: 1 }), /typed array with properties/],
    "long typed array with a name": [
      () => Object.assign(new Uint8Array(5000), { a: 1 }),
      /typed array with properties/,
    ],
    "Buffer with a name": [() => Object.assign(Buffer.alloc(5000), { a: 1 }), /typed array with properties/],
    "DataView with a name": [
      () => Object.assign(new DataView(new ArrayBuffer(2)), { a: 1 }),
      /typed array with properties/,
    ],
    "typed array with a symbol": [
      () => Object.assign(new Uint8Array(200), { [Symbol.for("a")]: 1 }),
      /typed array with properties/,
    ],
    "typed array of a class of its own": [() => new (class extends Uint8Array {})(1), /instance of a class/],
    "array with a name": [() => Object.assign([1], { a: 1 }), /array with names/],
    "array with a symbol": [() => Object.assign([1], { [Symbol.for("a")]: 1 }), /array with names/],
    "array with as many symbols as holes": [
      () => Object.assign(new Array(100).fill(0, 1), { [Symbol.for("x")]: 1 }),
      /array with names/,
    ],
    "long array with as many symbols as holes": [
      () => Object.assign(new Array(2000).fill(0, 1), { [Symbol.for("x")]: 1 }),
      /array with names/,
    ],
    "array whose length is fixed": [() => define([1], "length", { writable: false }), /array of fixed length/],
    "array with a getter": [
      () => define(new Array(1000).fill(0), 5, { get: () => 1, enumerable: true, configurable: true }),
      /accessor, `5`/,
    ],
    "array with an element that is not writable": [
      () => define(new Array(1000).fill(0), 5, { writable: false }),
      /attributes, `5`/,
    ],
    "Map behind the face of an object": [() => proto(new Map([[1, 2]]), Object.prototype), LOSES],
    "Promise behind the face of an object": [() => proto(Promise.resolve(1), Object.prototype), /./],
    "result of a match": [() => "abc".match(/(b)/), /array with names/],
    "symbol key": [() => ({ [Symbol.iterator]: 1 }), /symbol for a name/],
    getter: [
      () => ({
        get a() {
          return 1;
        },
      }),
      /accessor, `a`/,
    ],
    setter: [() => ({ set a(_: number) {} }), /accessor, `a`/],
    "getter in an array": [() => define([1], 0, { get: () => 1 }), /accessor, `0`/],
    "not enumerable": [() => define({}, "a", { value: 1, writable: true, configurable: true }), /attributes, `a`/],
    "not writable": [() => define({}, "a", { value: 1, enumerable: true, configurable: true }), /attributes, `a`/],
    "not configurable": [() => define({}, "a", { value: 1, enumerable: true, writable: true }), /attributes, `a`/],
    "element that is not enumerable": [() => define([1], 0, { enumerable: false }), /attributes, `0`/],
    frozen: [() => Object.freeze({ a: 1 }), /frozen, sealed or not extensible/],
    "frozen array": [() => Object.freeze([1]), /frozen/],
    "frozen Map": [() => Object.freeze(new Map()), /frozen/],
    sealed: [() => Object.seal({ a: 1 }), /frozen/],
    "not extensible": [() => Object.preventExtensions({ a: 1 }), /frozen/],
    Proxy: [() => new Proxy({}, {}), /a Proxy/],
    "Proxy of an array": [() => new Proxy([], {}), /a Proxy/],
    URL: [() => new URL("https://example.com"), /instance of a class/],
    "boxed String": [() => Object("a"), /instance of a class/],
    "boxed Number": [() => Object(1), /instance of a class/],
    WeakMap: [() => new WeakMap(), /instance of a class/],
    toJSON: [() => ({ toJSON: () => 1 }), /a function/],
    generator: [
      () =>
        (function* () {
          yield 1;
        })(),
      /instance of a class/,
    ],
    iterator: [() => [1].values(), /instance of a class/],
    Blob: [() => new Blob(["a"]), /instance of a class/],
    "Intl.NumberFormat": [() => new Intl.NumberFormat("en"), /instance of a class/],
    arguments: [
      () =>
        (function () {
          return arguments;
        })(),
      /./,
    ],
    "shared memory": [() => new Uint8Array(new SharedArrayBuffer(8)), /shared memory/],
    SharedArrayBuffer: [() => new SharedArrayBuffer(8), /instance of a class/],
    "resizable ArrayBuffer": [() => resizable(8, 16), LOSES],
    "view of a resizable ArrayBuffer": [() => new Uint8Array(resizable(8, 16)), /a buffer that can be resized/],
    "Buffer over a resizable ArrayBuffer": [() => Buffer.from(resizable(8, 16)), /a buffer that can be resized/],
    "view of a buffer with a name": [
      () => new Uint8Array(Object.assign(new ArrayBuffer(2), { a: 1 })),
      /a buffer with properties/,
    ],
    "view of a larger buffer": [() => new Uint8Array(new ArrayBuffer(16), 8, 4), /view of a larger buffer/],
    "two views of the same memory": [
      () => {
        const { buffer } = new Uint8Array(8);
        return [new Uint8Array(buffer), new Int8Array(buffer)];
      },
      /two views/,
    ],
    "overlapping Buffers": [
      () => {
        const buffer = Buffer.alloc(8);
        return [buffer.subarray(0, 5), buffer.subarray(4)];
      },
      /view of a larger buffer/,
    ],
    "overlapping Buffers of the pool": [
      () => {
        const buffer = Buffer.from("pooled text");
        return [buffer.subarray(0, 5), buffer.subarray(4)];
      },
      /two views/,
    ],
    "view and its buffer": [
      () => {
        const view = new Uint8Array(8);
        return [view, view.buffer];
      },
      /view and its buffer/,
    ],
    "buffer and its view": [
      () => {
        const view = new Uint8Array(8);
        return [view.buffer, view];
      },
      /view and its buffer/,
    ],
    "object of another realm": [() => vm.runInNewContext("({})"), /instance of a class/],
    "array of another realm": [() => vm.runInNewContext("[]"), /class of its own/],
    "error without its face": [
      () => define(proto(new Error(), Object.prototype), "stack", { value: "", enumerable: true }),
      /./,
    ],
    Float16Array: [
      () => new ((globalThis as unknown as { Float16Array?: new () => object }).Float16Array ?? WeakSet)(),
      /instance of a class/,
    ],
  };
  for (const [name, [make, reason]] of Object.entries(cases)) {
    test(name, () => {
      assert.match(refused(make()), reason);
      assert.notEqual(refused(make()), "accepted");
      assert.notEqual(refused({ a: [new Map([[1, make()]])] }), "accepted");
    });
  }

  const known: Record<string, [() => unknown, string]> = {
    "very long array with a getter": [
      () => define(new Array(2000).fill(0), 5, { get: () => 1, enumerable: true, configurable: true }),
      "only arrays up to 1024 elements are looked at closely",
    ],
    "very long array with an element that is not writable": [
      () => define(new Array(2000).fill(0), 5, { writable: false }),
      "only arrays up to 1024 elements are looked at closely",
    ],
    "very long typed array with a name that is not enumerable": [
      () => define(new Uint8Array(2000), "a", { value: 1 }),
      "beyond 1024 elements only enumerable names are seen",
    ],
    "Map with a property behind the face of an object": [
      () => Object.assign(proto(new Map([[1, 2]]), Object.prototype), { x: 1 }),
      "asking every object for its slots costs 0.6 us; one whose prototype was replaced has to be made on purpose",
    ],
  };
  for (const [name, [make, todo]] of Object.entries(known)) {
    test(name, { todo }, () => {
      if (refused(make()) === "accepted") same(roundTrip(make()), observe(make()));
    });
  }
});

describe("refused, because it is shared with the caller", () => {
  /** What the key's walk met. */
  const met = (...values: unknown[]): Foreign => {
    const walk = new ValueWalk(new KeyWriter(), { writeFunction() {}, writePrototype() {} }, false, 1e6);
    for (const value of values) walk.write(value);
    return walk;
  };
  const shared = /^result shares an object with an argument/;
  const object = { a: { b: [1] } };
  const view = new Uint8Array(8);
  const buffer = Buffer.from("pooled buffer");

  test("an argument itself, a part of it, and a result that holds it", () => {
    const foreign = met(object);
    for (const result of [
      object,
      object.a,
      object.a.b,
      [object],
      { x: object.a },
      new Map([[object.a.b, 1]]),
      new Set([object]),
    ]) {
      assert.match(refused(result, foreign), shared);
    }
    assert.equal(refused({ a: { b: [1] } }, foreign), "accepted");
  });
  test("memory of an argument", () => {
    const foreign = met([view]);
    assert.match(refused(view, foreign), shared);
    assert.match(refused(view.buffer, foreign), shared);
    assert.match(refused(new Uint8Array(view.buffer), foreign), shared);
    assert.match(refused(new DataView(view.buffer), foreign), shared);
    assert.match(refused(Buffer.from(view.buffer), foreign), shared);
    assert.equal(refused(view.slice(), foreign), "accepted");
  });
  test("a buffer that is an argument", () => {
    const foreign = met(view.buffer);
    assert.match(refused(new Uint8Array(view.buffer), foreign), shared);
  });
  test("a piece of a Buffer", () => {
    const foreign = met(buffer);
    assert.match(refused(buffer.subarray(2, 4), foreign), shared);
    assert.match(refused(buffer.buffer, foreign), shared);
    assert.equal(refused(Buffer.from(buffer), foreign), "accepted", "its neighbour in the pool is another thing");
  });
  test("primitives are not shared", () => {
    const foreign = met("text", 1n, 5);
    for (const result of ["text", 1n, 5, ["text"]]) assert.equal(refused(result, foreign), "accepted");
  });
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
    [
      "getters in very large arrays",
      (ran: string[]) => define(new Array(2000).fill(0), 5, { get: trap(ran, "get") }),
      "only arrays up to 1024 elements are looked at closely",
    ],
  ] as [string, (ran: string[]) => unknown, string?][]) {
    test(name, todo === undefined ? {} : { todo }, () => {
      const ran: string[] = [];
      unfaithful(make(ran), nobody);
      assert.deepEqual(ran, []);
    });
  }
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
