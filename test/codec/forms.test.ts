/** The forms of a result: which one is chosen, and that each brings back all that a program can see. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { decode, encode } from "../../src/codec/codec.ts";
import { make, spec } from "../support/generated-values.ts";
import { observe, same } from "../support/observe.ts";
import { sharingNothing, unchanged } from "../support/shared-objects.ts";

const nothing = sharingNothing();
const nobody = unchanged(nothing);

type Form = "json" | "latin" | "wide" | "serialized" | "graph";
const FORMS: Readonly<Record<number, Form>> = { 1: "graph", 2: "latin", 3: "wide", 255: "serialized" };

/** The form in which a value is kept, once it is sure that it comes back the same; null if it is refused. */
function formOf(value: unknown): Form | null {
  const encoded = encode(value, nobody, 1e9);
  if ("refused" in encoded) return null;
  const found = decode(encoded.bytes, nothing);
  assert(found);
  same(found.value, observe(value));
  return FORMS[encoded.bytes[0] as number] ?? "json";
}

const rows = (text: (i: number) => unknown) =>
  Array.from({ length: 200 }, (_, id) => ({ id, ok: true, text: text(id) }));
const shared = { a: 1 };
const deep = (depth: number) => {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = { value };
  return value;
};

const chosen: Record<Form, Record<string, () => unknown>> = {
  json: {
    "small primitives": () => [null, true, false, 0, 1, -1, 2 ** 31, 1.5, 1e300, Number.MIN_VALUE, 2 ** 53],
    "a number": () => 7,
    "an empty record": () => ({}),
    "an empty list": () => [],
    records: () => rows((i) => `row ${i}`),
    "records of fractions": () => rows((i) => i * 0.37),
    "names like indices": () => ({ b: 1, 4294967295: 2, 4294967294: 3, 4294967296: 4, 1: 5, "01": 6, "-0": 7, "": 8 }),
    "a name that is the prototype's elsewhere": () => JSON.parse('{"__proto__": {"a": 1}, "b": {"__proto__": 2}}'),
    "a name that tells JSON what to be, elsewhere": () => ({ toJSON: 1 }),
    "texts that JSON escapes": () => ['"', "\\", "\n", "\0", "\u2028", "\ud800", "\udc00a", "é", "😀", "\ufeff"],
    "equal, not shared": () => [{ a: 1 }, { a: 1 }],
  },
  latin: {
    "no text": () => "",
    "a text": () => "a text",
    "a long text": () => "x".repeat(100_000),
    "all of Latin-1": () => String.fromCharCode(...Array(256).keys()),
  },
  wide: {
    "a text": () => "\u0100",
    "half a character": () => "a\ud800",
    "a long text": () => "„😀“".repeat(10_000),
    "a mark of the order of bytes": () => "\ufeffa",
    "a text of one that ends like Latin-1": () => `${"\u0141".repeat(3)}a`,
  },
  serialized: {
    undefined: () => undefined,
    "a bigint": () => 1n,
    "minus nothing": () => -0,
    "not a number": () => Number.NaN,
    "a date": () => new Date(0),
    "a map": () => new Map(),
  },
  graph: {
    "minus nothing, inside": () => ({ a: [-0] }),
    infinities: () => [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    "undefined, inside": () => ({ a: undefined }),
    "undefined in a list": () => [undefined],
    "a hole": () => [1, , 2],
    "a hole at the end": () => Object.assign([1], { length: 2 }),
    "an object twice": () => [shared, shared],
    "an empty object twice": () => Array(2).fill({}),
    "a cycle": () => {
      const list: unknown[] = [];
      list.push(list);
      return list;
    },
    "bytes among records": () => rows(() => new Uint8Array(1)),
    "long texts": () => rows((i) => `row ${i}`.repeat(50)),
    "a list of fractions": () => Array.from({ length: 1000 }, (_, i) => i * 0.37),
    "a list of large numbers": () => Array.from({ length: 1000 }, (_, i) => i * 7e9),
    "a frozen record": () => Object.freeze({ a: 1 }),
    "no prototype": () => Object.create(null),
    "a symbol": () => ({ [Symbol.iterator]: 1 }),
  },
};

for (const [form, values] of Object.entries(chosen)) {
  describe(`kept as ${form}`, () => {
    for (const [name, value] of Object.entries(values)) test(name, () => assert.equal(formOf(value()), form));
  });
}

test("each time it is a value of its own", () => {
  const encoded = encode({ a: [1] }, nobody, 100);
  assert("bytes" in encoded);
  const values = [1, 2].map(() => decode(encoded.bytes, nothing)?.value as { a: number[] });
  values[0]?.a.push(2);
  assert.deepEqual(values[1], { a: [1] });
});

describe("a program that tells objects what to be in JSON is not asked", () => {
  for (const [name, prototype] of Object.entries({ objects: Object.prototype, lists: Array.prototype })) {
    test(name, () => {
      const ran: unknown[] = [];
      const toJSON = { configurable: true, get: () => ran.push(1) };
      Object.defineProperty(prototype, "toJSON", toJSON);
      let forms: (Form | null)[];
      try {
        forms = [{ a: 1 }, [1], [{}], "a", 1].map(formOf);
      } finally {
        Reflect.deleteProperty(prototype, "toJSON");
      }
      assert.deepEqual(forms, ["graph", "graph", "graph", "latin", "serialized"]);
      assert.deepEqual(ran, []);
    });
  }
  test("by another prototype of lists", () => {
    const ran: unknown[] = [];
    Object.setPrototypeOf(Array.prototype, new Proxy(Object.prototype, { get: (_, key) => void ran.push(key) }));
    try {
      encode([1], nobody, 100);
    } finally {
      Object.setPrototypeOf(Array.prototype, Object.prototype);
    }
    assert.deepEqual(ran, []);
  });
  test("setters of its names", () => {
    const ran: unknown[] = [];
    Object.defineProperty(Object.prototype, "known", { configurable: true, set: () => ran.push(1) });
    try {
      assert.equal(formOf({ known: 1, 5: { known: 2 } }), "json");
    } finally {
      Reflect.deleteProperty(Object.prototype, "known");
    }
    assert.deepEqual(ran, []);
  });
});

test("what is too deep for JSON is kept as a table", () => {
  const kept: number[] = [];
  for (const depth of [1000, 3000, 6000]) {
    const encoded = [deep(depth)].map((value) => {
      try {
        return encode(value, nobody, 1e9);
      } catch (error) {
        assert(error instanceof RangeError || (error as Error).name === "DataCloneError");
        return null;
      }
    })[0];
    if (!encoded || "refused" in encoded) continue;
    let value = decode(encoded.bytes, nothing)?.value as { value: unknown };
    let found = 0;
    for (; typeof value === "object"; value = value.value as typeof value) found++;
    assert.equal(found, depth);
    kept.push(depth);
  }
  assert.ok(kept.includes(1000), `kept at depths ${kept}`);
});

const RUNS = 20_000;
const SEED = 7;
const key = fc.constantFrom(
  "a",
  "b",
  "0",
  "1",
  "10",
  "4294967295",
  "01",
  "",
  "__proto__",
  "toJSON",
  "length",
  "\ud800",
);
const text = fc.oneof(fc.string(), fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }));
const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -0, 2 ** 30, -(2 ** 30), 2 ** 53, 1e21, 1e-7));
const { data } = fc.letrec((tie) => ({
  data: fc.oneof(
    { depthSize: "small" },
    fc.oneof(text, number, fc.boolean(), fc.constant(null)),
    { weight: 2, arbitrary: fc.array(tie("data"), { maxLength: 5 }) },
    {
      weight: 3,
      arbitrary: fc
        .array(fc.tuple(key, tie("data")), { maxLength: 5 })
        // So that `__proto__` is a name like any other.
        .map((entries) => Object.fromEntries(entries)),
    },
  ),
}));

/** Each value comes back the same, or is refused. @param forms that are to occur */
function checkAll<T>(described: fc.Arbitrary<T>, valueOf: (one: T) => unknown, forms: readonly Form[]): void {
  const count = new Map<Form | null, number>();
  const property = fc.property(described, (one) => {
    const form = formOf(valueOf(one));
    count.set(form, 1 + (count.get(form) ?? 0));
  });
  fc.assert(property, { numRuns: RUNS, seed: SEED });
  for (const form of forms) {
    assert((count.get(form) ?? 0) > RUNS / 100, `only ${count.get(form)} values were kept as ${form}`);
  }
}

test("generated data comes back the same", () => checkAll(data, (value) => value, ["json", "latin", "wide", "graph"]));

test("generated values of all kinds come back the same, or are refused", () =>
  checkAll(spec, (spec) => make(spec), ["json", "serialized", "graph"]));
