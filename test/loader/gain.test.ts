/** What a run has gained: hits and stored results, less all that was done for nothing. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type FunctionOutcome, gainOf } from "../../loader/gain.ts";

const NOTHING = { hits: 0, saved: 0, hitTotal: 0, storedTotal: 0 };

function outcome(stats: Partial<FunctionOutcome["stats"]>, wasInVain = false): FunctionOutcome {
  return { stats: { ...NOTHING, ...stats }, wasInVain };
}

test("hits gain what they save: their own time is part of all work, and is not subtracted twice", () => {
  assert.equal(gainOf([outcome({ hits: 2, saved: 90, hitTotal: 10 })], 10, 1), 90);
});

test("keys that were made for nothing take from it, until nothing is left", () => {
  const hits = outcome({ hits: 2, saved: 110, hitTotal: 60 });
  assert.equal(gainOf([hits, outcome({})], 60 + 150, 1), -40);
});

test("what is stored is expected to answer calls of several runs, unless earlier results have answered none", () => {
  assert.ok(gainOf([outcome({ storedTotal: 100 })], 150, 1) > 0);
  assert.equal(gainOf([outcome({ storedTotal: 100 }, true)], 150, 1), -150);
  assert.ok(gainOf([outcome({ hits: 1, saved: 5, hitTotal: 1, storedTotal: 100 }, true)], 150, 1) > 0);
});

test("of what is stored, as much counts as has come back in earlier runs", () => {
  assert.equal(gainOf([outcome({ storedTotal: 100 })], 0, 0.25), 0.25 * gainOf([outcome({ storedTotal: 100 })], 0, 1));
});
