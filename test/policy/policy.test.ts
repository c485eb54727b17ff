/** When caching pays. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ALWAYS, type Known, Measured } from "../../src/policy/policy.ts";

const fresh = () => new Measured(() => 0);

test("a call pays when it costs more than twice its key and look-up", () => {
  const { pays } = fresh();
  assert.equal(pays(0.01, 0), false);
  assert.equal(pays(1, 0), true);
  assert.equal(pays(10, 6), false);
  assert.equal(pays(20, 6), true);
  assert.equal(pays(0, 0), false);
});

test("the budget grows with time and with what was saved, and shrinks by what was spent", () => {
  let now = 0;
  const policy = new Measured(() => now);
  const start = policy.left();
  assert.ok(start > 0, "the first calls are looked at");
  policy.spend(start + 1);
  assert.equal(Math.round(policy.left()), -1);
  now = 1000;
  const later = policy.left();
  assert.ok(later > -1, "time gives new budget");
  policy.save(100);
  assert.ok(policy.left() > later, "so does time that was saved");
  assert.ok(policy.left() < later + 100, "but not all of it");
});

/** A policy with so many milliseconds left, or overdrawn by as many. */
function policyOf(left: number): Measured {
  const policy = fresh();
  policy.spend(policy.left() - left);
  return policy;
}

test("without budget only what is small beside a call's known cost is afforded", () => {
  assert.equal(policyOf(1).affords(0, 100, false), true);
  assert.equal(policyOf(-5).affords(1000, 1, false), true);
  assert.equal(policyOf(-5).affords(1000, 500, false), false);
  assert.equal(policyOf(-5).affords(0.01, 0, false), false);
});

test("a function of which nothing is known is looked at without budget, until that has cost enough", () => {
  const policy = policyOf(-5);
  assert.equal(policy.affords(0, 0, false), true);
  policy.explore(10_000);
  assert.equal(policy.affords(0, 0, false), false);
});

test("a call within a recorded one has only the budget", () => {
  assert.equal(policyOf(1).affords(0, 0, true), true);
  assert.equal(policyOf(-5).affords(1000, 1, true), false);
  assert.equal(policyOf(-5).affords(0, 0, true), false);
});

test("a key may be larger when there is more time, or more to save", () => {
  assert.ok(policyOf(-100).nodeLimit(0) > 0, "small arguments are always hashed");
  assert.ok(policyOf(100).nodeLimit(0) > policyOf(10).nodeLimit(0));
  assert.ok(policyOf(0).nodeLimit(10_000) > policyOf(0).nodeLimit(100));
  assert.equal(policyOf(100).nodeLimit(0), policyOf(100).nodeLimit(4));
});

test("a function is given up after calls in a row, not after one", () => {
  const policy = fresh();
  for (const enough of [policy.isCheap, policy.isIdle]) {
    assert.equal(enough(0), false);
    assert.equal(enough(1), false);
    assert.equal(enough(1000), true);
  }
});

test("a function whose hits cost more than they save is not asked again, one that was refused is", () => {
  const known: Known = { run: 1, hits: 0, misses: 0, saved: 0, bytes: 0, reason: null };
  const { isPromising } = fresh();
  assert.equal(isPromising(known), true);
  assert.equal(isPromising({ ...known, hits: 3, saved: 2 }), true);
  assert.equal(isPromising({ ...known, hits: 3, saved: -2 }), false);
  assert.equal(isPromising({ ...known, misses: 5 }), false);
  assert.equal(isPromising({ ...known, misses: 5, reason: "reads the clock" }), true);
  const kept = { ...known, misses: 100, bytes: 10 };
  assert.equal(isPromising({ ...kept, fruitless: 4 }), true);
  assert.equal(isPromising({ ...kept, fruitless: 5 }), false, "five runs with misses and without a hit");
});

test("under ALWAYS nothing is too cheap, too dear or given up", () => {
  assert.equal(ALWAYS.pays(0, 1000), true);
  assert.equal(ALWAYS.affords(0, 1000, true), true);
  assert.equal(ALWAYS.nodeLimit(0), Number.POSITIVE_INFINITY);
  assert.equal(ALWAYS.isCheap(1e9) || ALWAYS.isIdle(1e9), false);
  assert.equal(ALWAYS.isPromising({ run: 0, hits: 9, misses: 9, saved: -9, bytes: 0, reason: null }), true);
});
