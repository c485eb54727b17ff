/**
 * Streams, lazy results and samples in contexts: where something is tweaked, they run as without dumbo, and outside nothing of that is seen.
 * Expects dist/ to be built.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CliProject } from "../support/cli-project.ts";

const PROGRAM = `
  import assert from "node:assert/strict";
  import { context, memo, tweak } from "dumbo";
  const isOn = process.env.DUMBO !== "off";
  const isFirst = process.argv[2] === "1";
  function work(x) { let s = 0; for (let i = 0; i < 1000; i++) s = (s * 31 + i * x) % 1000003; return s; }
  const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const all = async (items) => { const list = []; for await (const one of items) list.push(one); return list; };
  const vouched = { assumePure: true };

  const leaf = memo(function leaf(x) { return work(x); });
  const rows = memo.stream(function* rows(x) { yield leaf(x); yield leaf(x + 1); });
  const later = memo.stream(async function* later(x) { yield leaf(x); await null; yield leaf(x + 1); });
  const listed = memo.stream(function listed(x) { return new Set([leaf(x), leaf(x + 1)]); });
  const web = memo.stream(function web(x) {
    let at = x;
    return new ReadableStream({ pull(c) { if (at < x + 2) c.enqueue(leaf(at++)); else c.close(); } }, { highWaterMark: 0 });
  }, vouched);
  const lazily = memo(function lazily(x) { return [leaf(x), leaf(x + 1)]; }, { lazy: true });
  const draws = memo(function draws(x) { Math.random(); return [leaf(x), leaf(x + 1)]; }, { samples: 2 });
  const chosen = memo(function chosen(x) { Math.random(); return [leaf(x), leaf(x + 1)]; }, { samples: 2, seed: (x) => x });
  const seeded = memo(function seeded(x) { return [leaf(x), leaf(x + 1), Math.random()]; }, { seed: 1 });

  /** All of them, each as a list. */
  const results = async (x) => [
    [...rows(x)], await all(later(x)), [...listed(x)], await all(web(x)), lazily(x).value, draws(x), chosen(x), seeded(x).slice(0, 2),
  ];
  const KEPT = [rows, later, listed, web, lazily, draws, chosen];
  const expect = (first, second) => Array.from({ length: KEPT.length + 1 }, () => [first, second]);
  const outside = expect(work(1), work(2));
  if (isOn) assert.deepEqual(KEPT.map((f) => f.wouldHit(1)), KEPT.map(() => !isFirst));
  assert.deepEqual(await results(1), outside);
  assert.deepEqual(draws(1), outside[0], "the second draw");
  await turn();
  if (isOn) assert.deepEqual(KEPT.map((f) => f.wouldHit(1)), KEPT.map(() => true));

  // They run each time, and what calls them is masked, also where the user vouches for it.
  const sum = (x) => [...rows(x), ...listed(x), ...lazily(x).value, ...draws(x), ...chosen(x)].join();
  const plain = memo(function plain(x) { return sum(x); });
  const trusted = memo(function trusted(x) { return sum(x); }, vouched);
  const sumOf = (first, second) => Array.from({ length: 5 }, () => [first, second]).join();
  const sums = (x) => [plain(x), plain(x), trusted(x), trusted(x)];
  assert.deepEqual(sums(1), Array(4).fill(sumOf(work(1), work(2))));
  const before = KEPT.map((f) => f.stats());
  for (const value of ["tweaked", "otherwise", "tweaked"]) {
    await context(async () => {
      tweak(leaf, [2], value);
      if (isOn) assert.deepEqual(KEPT.map((f) => f.wouldHit(1)), KEPT.map(() => false));
      if (isOn) assert.match(rows.explain(1).reason, /in a context/);
      for (let i = 0; i < 2; i++) assert.deepEqual(await results(1), expect(work(1), value));
      assert.deepEqual(sums(1), Array(4).fill(sumOf(work(1), value)));
      await turn();
      await context(async () => {
        tweak(leaf, [1], "deeper");
        assert.deepEqual(await results(1), expect("deeper", value));
        assert.deepEqual(sums(1), Array(4).fill(sumOf("deeper", value)));
      });
    });
  }
  await turn();
  assert.deepEqual(KEPT.map((f) => f.stats()), before, "none was counted, and none was kept");
  assert.deepEqual(await results(1), outside);
  assert.deepEqual(sums(1), Array(4).fill(sumOf(work(1), work(2))));
  await context(async () => assert.deepEqual(await results(1), outside, "nothing is tweaked"));

  // A stream goes on in the context of its call, whoever goes over it: also one that is kept, or would be.
  const lists = async (made) => [[...made[0]], await all(made[1]), [...made[2]]];
  const make = (x) => [rows(x), later(x), listed(x)];
  for (const x of [1, 11]) {
    const plainly = Array(3).fill([work(x), work(x + 1)]);
    const made = make(x);
    const first = make(x);
    const firsts = [first[0].next().value, (await first[1].next()).value, first[2].next().value];
    assert.deepEqual(firsts, Array(3).fill(work(x)));
    let inside;
    await context(async () => {
      tweak(leaf, [x], "one");
      tweak(leaf, [x + 1], "two");
      assert.deepEqual(await lists(made), plainly, "made outside");
      assert.deepEqual(await lists(first), Array(3).fill([work(x + 1)]), "begun outside");
      inside = make(x);
    });
    assert.deepEqual(await lists(inside), Array(3).fill(["one", "two"]), "made inside");
    await turn();
    assert.deepEqual(await lists(make(x)), plainly);
  }
  await context(async () => {
    const made = make(21);
    tweak(leaf, [21], "late");
    assert.deepEqual(await lists(made), Array(3).fill([work(21), work(22)]), "made before");
    assert.deepEqual(await lists(make(21)), Array(3).fill(["late", work(22)]));
  });
  await turn();
  assert.deepEqual(await lists(make(21)), Array(3).fill([work(21), work(22)]));

  // A lazy result is what was computed where it was made.
  const count = memo(function count(list) { return list.join(); });
  const lazy = lazily(31);
  let fromInside;
  context(() => {
    tweak(leaf, [31], "tweaked");
    assert.deepEqual(count(lazy.argument), [work(31), work(32)].join());
    fromInside = lazily(31);
    assert.deepEqual(count(fromInside.argument), ["tweaked", work(32)].join());
  });
  assert.deepEqual(fromInside.value, ["tweaked", work(32)]);
  assert.deepEqual(count(lazily(31).argument), [work(31), work(32)].join());

  // Tweaks of their own calls.
  context(() => {
    for (const one of [rows, listed, lazily]) assert.throws(() => tweak(one, [1], []), { name: "TypeError", message: /tweak what it calls/ });
    tweak(draws, [1], ["drawn", 1]);
    tweak(chosen, [1], ["chosen", 1]);
    assert.deepEqual([draws(1), chosen(1)], [["drawn", 1], ["chosen", 1]]);
    assert.match(trusted(1), /drawn,1,chosen,1$/);
  });
  assert.deepEqual([draws(1), trusted(1)], [[work(1), work(2)], sumOf(work(1), work(2))]);
  const body = (x) => [leaf(x)];
  const [same, other] = [memo(body), memo(body, { lazy: true })];
  const uses = memo(function uses(x) { return other(x).value; }, vouched);
  assert.deepEqual(uses(1), [work(1)]);
  context(() => { tweak(same, [1], ["same"]); assert.deepEqual([same(1), other(1).value, uses(1)], Array(3).fill(["same"])); });
  assert.deepEqual([same(1), other(1).value, uses(1)], Array(3).fill([work(1)]));
`;

for (const [name, flags, env, runs] of [
  ["by themselves", [], {}, ["1", "2"]],
  ["under dumbo/auto", ["--import", "dumbo/auto"], {}, ["1", "2"]],
  ["with dumbo switched off", [], { DUMBO: "off" }, ["1"]],
] as const) {
  test(`contexts with streams, lazy results and samples: ${name}`, () => {
    const project = new CliProject({ "package.json": "{}\n", "main.mjs": PROGRAM });
    try {
      for (const run of runs) {
        const { status, stderr } = project.node([...flags, "main.mjs", run], env);
        assert.equal(status, 0, `run ${run}: ${stderr}`);
      }
    } finally {
      project.remove();
    }
  });
}
