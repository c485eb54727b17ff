/** Keys of arrays: equal elements give equal keys, however V8 keeps them, and different ones different keys. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { KeyWriter } from "../../src/key/key-writer.ts";
import { ValueWalk } from "../../src/key/value-walk.ts";
import type { FunctionWriter } from "../../src/key/walk.ts";
import { areClassesKnown, countLooks } from "../../src/value/hidden-classes.ts";

const reachCache: FunctionWriter = {
  builtInObjects: () => new Map(),
  writeFunction: () => assert.fail(),
  writePrototype: () => assert.fail(),
};

function key(value: unknown): string {
  const writer = new KeyWriter();
  new ValueWalk(writer, reachCache, false, 1e6).write(value);
  return Buffer.from(writer.since(0)).toString("hex");
}

const bytesOf = (numbers: number[]) => Buffer.from(new Float64Array(numbers).buffer).toString("hex");

/** The same elements as V8 keeps them for different histories of the array. */
const HISTORIES: Record<string, (items: readonly unknown[]) => unknown[]> = {
  "as they come": (items) => [...items],
  "once fractions": (items) => once(0.5, items),
  "once texts": (items) => once("a", items),
  holey: (items) => fill(new Array<unknown>(items.length), items),
  "holey, once fractions": (items) => fill(new Array<unknown>(items.length).fill(0.5), items),
  "holey, once texts": (items) => fill(new Array<unknown>(items.length).fill("a"), items),
};
function fill(array: unknown[], items: readonly unknown[]): unknown[] {
  for (let i = 0; i < items.length; i++) if (i in items) array[i] = items[i];
  return array;
}
function once(first: unknown, items: readonly unknown[]): unknown[] {
  const array: unknown[] = [first];
  array.pop();
  for (let i = 0; i < items.length; i++) array.push(items[i]);
  return array;
}

/** The processor makes another NaN of this than the one that is written `NaN`. */
const quotient = (zero: number) => [zero / zero, 0.5, 1, 2, 3, 4, 5, 6, 7, 8];
const NUMBERS = [0, -0, 1, -1, 2 ** 30, 2 ** 31, -(2 ** 31), 0.5, 1 / 3, Number.NaN, Infinity, -Infinity, 1e300];
const items = fc.array(
  fc.oneof({ weight: 9, arbitrary: fc.constantFrom<unknown>(...NUMBERS) }, fc.constantFrom("a", null)),
  {
    maxLength: 600,
  },
);

const booleans = fc.array(
  fc.oneof({ weight: 60, arbitrary: fc.boolean() }, fc.constantFrom<unknown>(undefined, null, 0, "a")),
  { maxLength: 200 },
);

/** Booleans are written as bits: each of them counts, and so does their number. */
function checkBooleans(): void {
  let pure = 0;
  const known = new Map<string, string>();
  fc.assert(
    fc.property(booleans, (items) => {
      const keys = Object.values(HISTORIES).map((make) => key(make(items)));
      for (const one of keys) assert.equal(one, keys[0], "equal arrays have equal keys");
      const text = items.map((item) => `${typeof item} ${String(item)}`).join();
      assert.equal(known.get(keys[0] as string) ?? text, text, "unlike arrays have unlike keys");
      known.set(keys[0] as string, text);
      if (items.length > 0 && items.every((item) => typeof item === "boolean")) pure++;
    }),
    { numRuns: 500 },
  );
  assert(pure > 20, `only ${pure} arrays of booleans`);
}

function checkKinds(): void {
  let numbers = 0;
  fc.assert(
    fc.property(items, (items) => {
      const keys = Object.values(HISTORIES).map((make) => key(make(items)));
      for (const one of keys) assert.equal(one, keys[0]);
      if (items.every((item) => typeof item === "number")) numbers++;
    }),
    { numRuns: 500 },
  );
  assert(numbers > 20, `only ${numbers} arrays of numbers`);
}

const withHole = (items: readonly unknown[], at: number) => {
  const array = new Array<unknown>(items.length);
  for (let i = 0; i < items.length; i++) if (i !== at) array[i] = items[i];
  return array;
};

function checkDifferences(): void {
  for (const length of [1, 3, 8, 9, 511, 512, 1100]) {
    for (const first of [0, 0.5]) {
      const base = Array.from({ length }, (_, i) => first + (i % 3));
      for (const at of [0, length >> 1, length - 1]) {
        const others = [0, -0, 7, 7.5, Number.NaN, undefined, "0", null, 0n].map((item) => {
          const array: unknown[] = [...base];
          array[at] = item;
          return array;
        });
        const all = [...others, withHole(base, at), [...base, 0], base.slice(1), Object.assign([...base], { name: 1 })];
        const keys = new Set([...all, Object.freeze([...(others[2] as unknown[])])].map(key));
        // One of them may be what stands there anyway.
        assert.equal(keys.size, all.length + 1, `${length}, ${first}, ${at}`);
      }
    }
  }
  assert.notEqual(bytesOf(quotient(0)), bytesOf([Number.NaN, ...quotient(1).slice(1)]));
  assert.equal(key(quotient(0)), key([Number.NaN, ...quotient(1).slice(1)]));
  assert.notEqual(key([[1], [2]]), key([[1, 2]]));
  assert.notEqual(key([]), key([[]]));
  assert.notEqual(key(new Array(1)), key([Number.NaN]));
}

test("equal elements have equal keys, whatever the array was before", () => {
  countLooks(Number.POSITIVE_INFINITY);
  assert(areClassesKnown());
  checkKinds();
  checkBooleans();
});

test("different elements have different keys", checkDifferences);

test("a hole is not read from the prototypes", () => {
  const array = withHole([0.5, 1.5, 2.5], 1);
  const full = withHole([0.5, 1.5, 2.5], -1);
  const before = key(array);
  let isAsked = false;
  Object.defineProperty(Array.prototype, 1, {
    configurable: true,
    get() {
      isAsked = true;
      return 7;
    },
  });
  try {
    assert.equal(key(array), before);
    assert.equal(key(full), key([0.5, 1.5, 2.5]));
  } finally {
    delete (Array.prototype as unknown[])[1];
  }
  assert.equal(isAsked, false);
});
