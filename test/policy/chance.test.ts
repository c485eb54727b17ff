/** The policies for tests. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ALWAYS } from "../../src/policy/always.ts";
import { Chance } from "../../src/policy/chance.ts";
import type { History } from "../../src/policy/policy.ts";

test("a policy of chance gives the same answers for the same seed, and each of them often enough", () => {
  const ask = (seed: string) => {
    const chance = new Chance(seed);
    return Array.from({ length: 2000 }, () => {
      const account = chance.account(null);
      const nodes = account.allowance("nothing")?.nodes ?? 0;
      const declined = account.decline();
      return {
        hopeless: account.prospect === "hopeless",
        paused: account.prospect === "paused",
        declined: nodes === 0,
        limited: nodes > 0 && nodes < Number.POSITIVE_INFINITY,
        pays: account.pays(1, 1),
        cheap: account.judge(true),
        timed: declined === "measure",
        idle: declined === "idle",
        long: account.isLong(),
      };
    });
  };
  const answers = ask("7");
  assert.deepEqual(ask("7"), answers);
  assert.notDeepEqual(ask("8"), answers);
  for (const question of [
    "hopeless",
    "paused",
    "declined",
    "limited",
    "pays",
    "cheap",
    "timed",
    "idle",
    "long",
  ] as const) {
    const yes = answers.filter((row) => row[question]).length;
    assert.ok(yes > 20 && yes < 1980, `${question}: ${yes} of 2000`);
  }
});

test("under ALWAYS nothing is too cheap, too expensive or given up", () => {
  const known: History = {
    run: 1,
    key: 9,
    hits: 9,
    misses: 9,
    saved: -9,
    bytes: 0,
    reason: null,
    fruitless: 9,
    refusedRuns: 9,
  };
  const account = ALWAYS.account(known, false);
  assert.equal(account.prospect, "open");
  assert.equal(account.pays(0, 1000), true);
  assert.equal(account.allowance("recorded")?.nodes, Number.POSITIVE_INFINITY);
  for (let i = 0; i < 1000; i++) assert.equal(account.judge(false), false);
});
