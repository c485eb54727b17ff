/** Whether what was proven of one run is proven of another one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { haveSameDoubts } from "../../loader/whole-run/unproven-runs.ts";
import { ORIGIN } from "../../src/trace/clock-reads.ts";
import type { Doubts } from "../../src/trace/whole-run.ts";

const read = { path: "/p/a.js", line: 3, api: "performance.now", first: 1, last: 1, isOnce: true };
const doubts: Doubts = {
  reads: [read, { ...read, line: 4 }],
  draws: [{ path: "/p/b.js", line: 5 }],
  unread: ["/p/c.js"],
  changes: { functions: false, dates: false, zone: false },
};

test("the order and the times do not count", () => {
  const later = { first: 2, last: 2 };
  assert.ok(
    haveSameDoubts(doubts, {
      ...doubts,
      reads: [
        { ...read, ...later, line: 4 },
        { ...read, ...later },
      ],
    }),
  );
});

test("another place, way or number of readings counts, and another draw", () => {
  for (const change of [{ path: "/p/b.js" }, { line: 5 }, { api: ORIGIN }, { isOnce: false }]) {
    const reads = [
      { ...read, ...change },
      { ...read, line: 4 },
    ];
    assert.equal(haveSameDoubts(doubts, { ...doubts, reads }), false, JSON.stringify(change));
  }
  assert.equal(haveSameDoubts(doubts, { ...doubts, draws: [] }), false);
  assert.equal(haveSameDoubts(doubts, { ...doubts, draws: [{ path: "/p/b.js", line: 6 }] }), false);
  assert.equal(haveSameDoubts(doubts, { ...doubts, unread: [] }), false);
  assert.equal(haveSameDoubts(doubts, { ...doubts, changes: { ...doubts.changes, functions: true } }), false);
});
