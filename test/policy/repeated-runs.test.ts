/** What is kept of functions that runs have seen run again. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { readRepeatedRuns, type SeenAgain, writeRepeatedRuns } from "../../src/policy/repeated-runs.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dumbo-repeated-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const seen = (content: string, ...starts: number[]): SeenAgain => ({ url: `/${content}.js`, content, starts });

test("what runs have seen adds up, in one order whoever saw it first", () => {
  assert.deepEqual(readRepeatedRuns(directory), {});
  assert.equal(writeRepeatedRuns(directory, [seen("a", 20), seen("b", 7), seen("a", 3, 20)]), true);
  assert.equal(writeRepeatedRuns(directory, [seen("a", 100)]), true);
  assert.deepEqual(readRepeatedRuns(directory), { a: [3, 20, 100], b: [7] });
});

test("nothing is written where nothing is new", () => {
  assert.equal(writeRepeatedRuns(directory, []), false);
  assert.deepEqual(readdirSync(directory), []);
  writeRepeatedRuns(directory, [seen("a", 3, 20)]);
  assert.equal(writeRepeatedRuns(directory, [seen("a", 20)]), false);
});

test("a damaged file is as good as none", () => {
  writeRepeatedRuns(directory, [seen("a", 3)]);
  writeFileSync(join(directory, "repeated.json"), '{"digest":"","version":3,"content":{"a":[4]}}');
  assert.deepEqual(readRepeatedRuns(directory), {});
  assert.equal(writeRepeatedRuns(directory, [seen("a", 5)]), true);
  assert.deepEqual(readRepeatedRuns(directory), { a: [5] });
});

test("of many modules, those that were noted longest ago give way", () => {
  const many = (from: number) => Array.from({ length: 600 }, (_, n) => seen(`m${from + n}`, n));
  writeRepeatedRuns(directory, many(0));
  writeRepeatedRuns(directory, [seen("m0", 1), ...many(600)]);
  const known = readRepeatedRuns(directory);
  assert.equal(Object.keys(known).length, 1000);
  assert.deepEqual([known.m0, known.m1, known.m1199], [[0, 1], undefined, [599]], "m0 was noted again");
});
