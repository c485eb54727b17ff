/** The places at which a run draws random numbers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { RandomDraws } from "../../src/trace/random-draws.ts";

const at = (line: number) => () => ({ path: "/p/a.js", line });

test("each place may draw once", () => {
  const draws = new RandomDraws();
  assert.deepEqual(
    [3, 4, 3].map((line) => draws.note(at(line))),
    [true, true, false],
  );
  assert.deepEqual(draws.all, [at(3)(), at(4)()]);
});

test("a place that nobody knows forbids", () => {
  assert.equal(
    new RandomDraws().note(() => null),
    false,
  );
});

test("many places forbid, and none is looked for any more", () => {
  const draws = new RandomDraws();
  let found = 0;
  const next = () => ({ path: "/p/a.js", line: ++found });
  for (let i = 0; i < 50; i++) assert.equal(draws.note(next), true);
  assert.equal(draws.note(next), false);
  assert.equal(found, 50);
});
