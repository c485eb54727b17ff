/** The places at which a run reads the clock. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ClockReads, ORIGIN } from "../../src/trace/clock-reads.ts";

const at = (line: number) => () => ({ path: "/p/a.js", line });

test("each place is known once, with the first and the last time", () => {
  const reads = new ClockReads();
  for (const [line, now] of [
    [3, 10],
    [4, 11],
    [3, 12],
  ] as const) {
    assert.equal(reads.note("Date.now", now, at(line)), true);
  }
  assert.deepEqual(reads.all, [
    { path: "/p/a.js", line: 3, api: "Date.now", first: 10, last: 12, isOnce: false },
    { path: "/p/a.js", line: 4, api: "Date.now", first: 11, last: 11, isOnce: true },
  ]);
});

test("a place that nobody knows forbids", () => {
  assert.equal(
    new ClockReads().note("Date.now", 1, () => null),
    false,
  );
});

test("a line that also says when the process began forbids", () => {
  for (const [one, other] of [
    [ORIGIN, "performance.now"],
    ["performance.now", ORIGIN],
  ] as const) {
    const reads = new ClockReads();
    assert.equal(reads.note(one, 1, at(3)), true);
    assert.equal(reads.note(one, 1, at(3)), true);
    assert.equal(reads.note(other, 1, at(3)), false);
  }
});

test("no more are looked for than the time allows", () => {
  const inOne = new ClockReads();
  let found = 0;
  const find = () => {
    found++;
    return { path: "/p/a.js", line: 1 };
  };
  for (let i = 0; i < 10_000; i++) inOne.note("Date.now", 1_000, find);
  assert.equal(found, 501);
  const slowly = new ClockReads();
  for (let i = 0; i < 10_000; i++) assert.equal(slowly.note("Date.now", 1_000 + i, find), true);
});
