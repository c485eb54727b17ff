/** Copies of arrays: all of their elements, and nothing of the program is asked for them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { arrayContents } from "../../src/change/array-contents.ts";
import { areClassesKnown, countLooks } from "../../src/value/hidden-classes.ts";

const LONG = 500;
const KINDS: Record<string, (i: number) => unknown> = {
  integers: (i) => i,
  numbers: (i) => i + 0.5,
  booleans: (i) => i % 3 === 0,
  texts: (i) => `${i}`,
};

function checkCopies(): void {
  for (const [kind, make] of Object.entries(KINDS)) {
    for (const length of [3, LONG]) {
      const array: unknown[] = [];
      for (let i = 0; i < length; i++) array.push(make(i));
      const { items } = arrayContents(array);
      assert.deepEqual(items, array, kind);
      array[1] = "changed";
      assert.equal(items[1], make(1), `${kind}: the copy is its own`);
    }
  }
}

test("a copy has all elements, and does not follow the array", () => {
  countLooks(Number.POSITIVE_INFINITY);
  assert.ok(areClassesKnown(), "V8 tells hidden classes");
  checkCopies();
});

const REPLACED: Record<string, (ask: () => unknown) => () => void> = {
  "the constructor, by an accessor": (ask) => {
    const was = Object.getOwnPropertyDescriptor(Array.prototype, "constructor") as PropertyDescriptor;
    Object.defineProperty(Array.prototype, "constructor", { configurable: true, get: ask });
    return () => Object.defineProperty(Array.prototype, "constructor", was);
  },
  "the constructor, by a value": (ask) => {
    const was = Array.prototype.constructor;
    Array.prototype.constructor = {
      get [Symbol.species]() {
        return ask();
      },
    } as never;
    return () => {
      Array.prototype.constructor = was;
    };
  },
  "what is made by methods of arrays": (ask) => {
    const was = Object.getOwnPropertyDescriptor(Array, Symbol.species) as PropertyDescriptor;
    Object.defineProperty(Array, Symbol.species, { configurable: true, get: ask });
    return () => Object.defineProperty(Array, Symbol.species, was);
  },
};

for (const [what, replace] of Object.entries(REPLACED)) {
  test(`a program that has replaced ${what} is not asked`, () => {
    let asked = 0;
    const restore = replace(() => {
      asked++;
      return undefined;
    });
    const copies: (readonly unknown[])[] = [];
    const arrays = Object.values(KINDS).map((make) => Array.from({ length: LONG }, (_, i) => make(i)));
    asked = 0;
    try {
      for (let i = 0; i < arrays.length; i++) copies.push(arrayContents(arrays[i] as unknown[]).items);
      assert.equal(asked, 0);
    } finally {
      restore();
    }
    assert.deepEqual(copies, arrays);
  });
}
