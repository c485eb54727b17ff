/** Laws of keys: two values have one key if, and only if, no program can tell them apart. Values are generated. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hash128 } from "../../src/hash.ts";
import { KeyWriter } from "../../src/key/key-writer.ts";
import { ValueWalk } from "../../src/key/value-walk.ts";
import type { FunctionWriter } from "../../src/key/walk.ts";
import { Unkeyable } from "../../src/value/unkeyable.ts";
import { change, make, Point, type Spec, spec } from "../support/generated-values.ts";
import { observe } from "../support/observe.ts";

const names = new Map<unknown, string>([
  [Point, "Point"],
  [Map, "Map"],
  [Set, "Set"],
]);

const reachCache: FunctionWriter = {
  builtInObjects: () => new Map(),
  writeFunction: () => assert.fail("no functions here"),
  writePrototype: (prototype, walk) => walk.out.text(nameOf(prototype)),
};

function nameOf(prototype: object): string {
  const name = names.get((prototype as { constructor?: unknown }).constructor);
  assert.ok(name !== undefined, "a prototype of another class");
  return name;
}

const writer = new KeyWriter();

function keyOf(value: unknown): string | null {
  writer.reset();
  try {
    new ValueWalk(writer, reachCache, false, 1e6).write(value);
  } catch (error) {
    if (error instanceof Unkeyable) return null;
    throw error;
  }
  return hash128(writer.since(0));
}

const RUNS = 20_000;
const SEED = 7;

test("a value made twice has one key", () => {
  let keyed = 0;
  fc.assert(
    fc.property(spec, (spec) => {
      const key = keyOf(make(spec));
      if (key !== null) keyed++;
      assert.equal(keyOf(make(spec)), key);
    }),
    { numRuns: RUNS, seed: SEED },
  );
  assert(keyed > RUNS / 2, `only ${keyed} of ${RUNS} values had a key`);
});

/** Two values have one key if, and only if, an observer takes them for the same. @param pair made from a description and a change of it */
function checkPairs(pair: (spec: Spec, changed: Spec) => readonly [unknown, unknown]): void {
  const found = { same: 0, different: 0 };
  fc.assert(
    fc.property(spec, fc.nat(), fc.nat(), (spec, place, choice) => {
      const values = pair(spec, change(spec, place, choice));
      const [key, other] = values.map(keyOf);
      if (key === null || other === null) return;
      const [look, otherLook] = values.map((value) => observe(value, names));
      found[look === otherLook ? "same" : "different"]++;
      assert.equal(key === other, look === otherLook);
    }),
    { numRuns: RUNS, seed: SEED },
  );
  for (const [what, count] of Object.entries(found)) assert(count > RUNS / 50, `only ${count} pairs were ${what}`);
}

test("values that differ in one place have different keys if, and only if, an observer can tell them apart", () =>
  checkPairs((spec, changed) => [make(spec), make(changed)]));

test("the same beside a value of its kind", () =>
  checkPairs((spec, changed) => [
    [make(spec), make(spec)],
    [make(spec), make(changed)],
  ]));
