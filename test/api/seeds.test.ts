/** Functions that draw random numbers: with a seed they do the same as without dumbo, and draws are kept. Expects dist/ to be built. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CliProject } from "../support/cli-project.ts";
import { checkLibrary } from "../support/library-project.ts";

const HELPER = `
export function normal() { let s = 0; for (let i = 0; i < 12; i++) s += Math.random(); return s - 6; }
export function maybe(x) { return x > 1 ? normal() : x; }
`;

test("seeds: functions with a seed, and seeds within functions", () => {
  checkLibrary({
    files: {
      "helper.mjs": HELPER,
      "main.mjs": `
        import { memo, withSeed } from "dumbo";
        import { maybe, normal } from "./helper.mjs";
        const walk = memo(function walk(n) { let s = 0; for (let i = 0; i < n; i++) s += normal(); return s; }, { seed: 7 });
        console.log(walk(10), walk(10), walk(11));
        const bySeed = memo(function bySeed(n, seed) { return [normal() * n]; }, { seed: (n, seed) => seed });
        console.log(bySeed(1, 1), bySeed(1, "1"), bySeed(1, 1), bySeed(1, 0.5));
        const later = memo(async function later(n) { const a = normal(); await null; await Promise.all([null]); return [a, normal(), n]; }, { seed: "x" });
        console.log(await Promise.all([later(1), later(1), withSeed(3, async () => { await null; return normal(); }), later(2)]));
        const drawn = memo(function drawn(n) { return { n, draw: Math.random() }; }, { samples: 2, seed: (n) => n });
        console.log(drawn(1), drawn(2), drawn(3), drawn(-1), drawn(1));
        const within = memo(function within(n) { return [withSeed(n, () => normal() + maybe(n)), withSeed(n, () => withSeed("inner", normal) + normal())]; });
        console.log(within(1), within(1), within(2));
        const waits = memo(async function waits(n) { return [await withSeed(n, async () => { await null; return normal(); }), n]; });
        console.log(await waits(1), await waits(1));
        // What draws inside of a seed that was set outside is not kept: a hit would leave the next number to somebody else.
        const plain = memo(function plain(n) { return n + normal(); });
        for (let run = 0; run < 2; run++) console.log(withSeed(1, () => [plain(1), plain(1), Math.random()]));
        // Nor is what draws beside its seed.
        const beside = memo(function beside(n) { return [withSeed(n, normal), typeof normal()]; });
        console.log(beside(1), beside(1));
        try { withSeed(1, () => { throw new RangeError("no"); }); } catch (error) { console.log(error.message); }
        await withSeed(1, async () => { await null; throw new RangeError("later"); }).catch((error) => console.log(error.message));
        const between = withSeed(5, async () => { const a = Math.random(); await null; await null; return [a, Math.random()]; });
        const others = withSeed(6, () => Math.random());
        console.log(await between, others, withSeed(5, () => [Math.random(), Math.random()]));
        let release; const held = withSeed(1, () => new Promise((resolve) => { release = resolve; }));
        let left; withSeed(9, () => { left = Promise.resolve().then(() => Math.random()); });
        console.log((await left) === withSeed(9, () => Math.random()), Math.random.name, Math.random.length, Math.random() !== Math.random());
        release(2); console.log(await held);
        for (const wrong of [Number.NaN, null, {}]) try { withSeed(wrong, () => 1); } catch (error) { console.log(error.constructor.name); }
        for (const wrong of [{ samples: 0 }, { samples: 1.5 }, { seed: null }]) try { memo(() => 1, wrong); } catch (error) { console.log(error.constructor.name); }
        const odd = memo(function odd() { return normal(); }, { seed: () => ({}) });
        try { odd(); } catch (error) { console.log(error.constructor.name); }
      `,
    },
    cold: { walk: 1, bySeed: 1, drawn: 1, within: 1, waits: 0, plain: 0, beside: 0 },
    warm: { walk: 3, bySeed: 4, drawn: 5, within: 3, waits: 2, later: 3, plain: 0, beside: 0 },
    after: {
      files: { "helper.mjs": HELPER.replace("- 6", "- 5") },
      hits: { walk: 1, bySeed: 1, drawn: 5, within: 1, plain: 0, beside: 0 },
    },
  });
});

const DRAWS = `
  import assert from "node:assert/strict";
  import { memo } from "dumbo";
  import { normal } from "./helper.mjs";
  const isFirst = process.argv[2] === "1";
  const early = Math.random;
  const draws = memo(function draws(n) { return { draw: normal() * n }; }, { samples: 3 });
  assert.equal(draws.wouldHit(1), !isFirst);
  const all = Array.from({ length: 7 }, () => draws(1).draw);
  assert.equal(new Set(all).size, 3);
  assert.deepEqual(all.slice(3, 6), all.slice(0, 3));
  assert.equal(draws.stats().hits, isFirst ? 4 : 7);
  assert.notEqual(draws(2).draw, all[0] * 2);
  // Sources that have no seed are no draws.
  const other = memo(function other() { return crypto.randomUUID(); }, { samples: 1 });
  assert.notEqual(other(), other());
  const clock = memo(function clock() { return [Math.random(), process.hrtime.bigint()]; }, { samples: 1 });
  assert.notDeepEqual(clock(), clock());
  const captured = memo(function captured() { return early(); }, { samples: 1 });
  captured();
  console.log(JSON.stringify(all), captured.explain().outcome);
`;

test("seeds: draws are kept, and handed out in turn", () => {
  for (const flags of [[], ["--import", "dumbo/auto"]]) {
    const project = new CliProject({ "package.json": "{}\n", "helper.mjs": HELPER, "main.mjs": DRAWS });
    try {
      const printed = ["1", "2"].map((argument) => {
        const { stdout, stderr, status } = project.node([...flags, "main.mjs", argument], { DUMBO_VERIFY: "0" });
        assert.equal(status, 0, `${argument}: ${stderr}`);
        return stdout;
      });
      assert.equal(
        printed[0]?.split(" ")[0],
        printed[1]?.split(" ")[0],
        "the draws of the next run are those of the first",
      );
      if (flags.length === 0) assert.match(printed[1] ?? "", /not-cached|miss/, "what drew before dumbo was there");
    } finally {
      project.remove();
    }
  }
});
