/** When caching pays. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { affords, Budget, isCheap, isIdle, nodeLimit, pays } from "../src/policy.ts";

test("a call pays when it costs more than twice its key and look-up", () => {
  assert.equal(pays(0.01, 0), false);
  assert.equal(pays(1, 0), true);
  assert.equal(pays(10, 6), false);
  assert.equal(pays(20, 6), true);
  assert.equal(pays(0, 0), false);
});

test("the budget grows with time and with what was saved, and shrinks by what was spent", () => {
  let now = 0;
  const budget = new Budget(() => now);
  const start = budget.left();
  assert.ok(start > 0, "the first calls are looked at");
  budget.spend(start + 1);
  assert.equal(Math.round(budget.left()), -1);
  now = 1000;
  const later = budget.left();
  assert.ok(later > -1, "time gives new budget");
  budget.save(100);
  assert.ok(budget.left() > later, "so does time that was saved");
  assert.ok(budget.left() < later + 100, "but not all of it");
});

/** A budget with so many milliseconds left, or overdrawn by as many. */
function budgetOf(left: number): Budget {
  const budget = new Budget(() => 0);
  budget.spend(budget.left() - left);
  return budget;
}

test("without budget only what is small beside a call's known cost is afforded", () => {
  assert.equal(affords(budgetOf(1), 0, 100, false), true);
  assert.equal(affords(budgetOf(-5), 1000, 1, false), true);
  assert.equal(affords(budgetOf(-5), 1000, 500, false), false);
  assert.equal(affords(budgetOf(-5), 0.01, 0, false), false);
});

test("a function of which nothing is known is looked at without budget, until that has cost enough", () => {
  const budget = budgetOf(-5);
  assert.equal(affords(budget, 0, 0, false), true);
  budget.explore(10_000);
  assert.equal(affords(budget, 0, 0, false), false);
});

test("a call within a recorded one has only the budget", () => {
  assert.equal(affords(budgetOf(1), 0, 0, true), true);
  assert.equal(affords(budgetOf(-5), 1000, 1, true), false);
  assert.equal(affords(budgetOf(-5), 0, 0, true), false);
});

test("a key may be larger when there is more time, or more to save", () => {
  assert.ok(nodeLimit(-100, 0) > 0, "small arguments are always hashed");
  assert.ok(nodeLimit(100, 0) > nodeLimit(10, 0));
  assert.ok(nodeLimit(0, 10_000) > nodeLimit(0, 100));
  assert.equal(nodeLimit(100, 0), nodeLimit(100, 4));
});

test("a function is given up after calls in a row, not after one", () => {
  for (const enough of [isCheap, isIdle]) {
    assert.equal(enough(0), false);
    assert.equal(enough(1), false);
    assert.equal(enough(1000), true);
  }
});
