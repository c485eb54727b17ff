/** Results that are loaded when somebody wants them, and passed on by where they came from. Expects dist/ to be built. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { isEntry } from "../../src/call/entry.ts";
import { listItems, openForWriting } from "../../src/store/disk/contents.ts";
import { CliProject } from "../support/cli-project.ts";
import { checkLibrary } from "../support/library-project.ts";

const HELPER = `
export function work(n) { let s = n; for (let i = 0; i < 1000; i++) s = (s * 31 + i) % 1000003; return s; }
export class Point { constructor(x) { this.x = x; } get double() { return work(this.x) * Point.scale; } }
Point.scale = 2;
`;

const PIPELINE = `
  const load = memo(function load(n) { return Array.from({ length: n }, (_, i) => ({ i, w: work(i), none: undefined })); }, { lazy: true });
  const parse = memo(function parse(rows) { return new Map(rows.map((row) => [row.i, { ...row, text: String(row.w) }])); }, { lazy: true });
  const total = memo(function total(rows) { let sum = 0; for (const row of rows.values()) sum += row.w; return sum; });
`;

test("lazy: functions that pass results on", () => {
  checkLibrary({
    files: {
      "helper.mjs": HELPER,
      "main.mjs": `
        import { memo } from "dumbo";
        import { Point, work } from "./helper.mjs";
        const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
        ${PIPELINE}
        for (let run = 0; run < 2; run++) {
          const rows = load(10);
          const parsed = parse(rows.argument);
          console.log(total(parsed.argument), parsed.value.get(3), rows.value[1], rows.value === rows.value);
        }
        // Each has a copy of its own: what becomes of one is no other's.
        const rows = load(4);
        const changes = memo(function changes(list) { list.push({ w: 1 }); return list.length; });
        const same = memo(function same(a, b) { return a === b; });
        console.log(changes(load(4).argument), changes(load(4).argument), rows.value.length, same(rows.argument, rows.argument));
        // What is no plain data is loaded, and is in the key by value: its class may change.
        const point = memo(function point(x) { return new Point(x); }, { lazy: true });
        const doubled = memo(function doubled(one) { return one.double; });
        for (const scale of [2, 2, 3]) { Point.scale = scale; console.log(doubled(point(4).argument), point(4).value instanceof Point); }
        Point.scale = 7; const made = point(4); Point.scale = 8; console.log(doubled(made.argument)); Point.scale = 7; console.log(doubled(point(4).argument));
        const given = { list: [1] };
        const inner = memo(function inner(from) { return from.list; }, { lazy: true });
        const first = memo(function first(list) { return list[0]; });
        const held = inner(given); console.log(held.value === given.list); given.list[0] = 2; console.log(first(held.argument), inner(given).value);
        console.log(first(inner({ list: [1] }).argument));
        const date = memo(function date(n) { return { date: new Date(n), map: new Map([[1, new Set([2n])]]), bytes: Buffer.from("ab") }; }, { lazy: true });
        const year = memo(function year(one) { return [one.date.getTime(), [...one.map.get(1)], one.bytes.length]; });
        for (let run = 0; run < 2; run++) console.log(year(date(5).argument), date(5).value);
        const text = memo(function text(n) { return "x".repeat(n) + work(n); }, { lazy: true });
        const lengthOf = memo(function lengthOf(text) { return text.length + work(1); });
        const bytes = memo(function bytes(n) { return new Uint8Array(n).fill(work(n)); }, { lazy: true });
        for (let run = 0; run < 2; run++) console.log(lengthOf(text(5).argument), lengthOf(text(6).argument), lengthOf(bytes(7).argument), lengthOf("texts"));
        const later = memo(async function later(n) { await null; return [work(n)]; }, { lazy: true });
        for (let run = 0; run < 2; run++) { console.log((await later(1)).value, lengthOf((await later(2)).argument)); await turn(); }
        const fails = memo(function fails() { throw new RangeError("no"); }, { lazy: true });
        for (let run = 0; run < 2; run++) try { fails(); } catch (error) { console.log(error.message); }
        const fake = memo(function fake() { return { [Symbol.for("dumbo.lazy")]: "0" }; }, { lazy: true });
        console.log(fake().value, fake().value);
        const outer = memo(function outer(n) { return load(n).value.length; });
        console.log(outer(2), outer(2));
        for (const wrong of [{ samples: 2 }, { ttl: 1, staleWhileRevalidate: 1 }, { cacheErrors: () => true }]) {
          try { memo(() => 1, { lazy: true, ...wrong }); } catch (error) { console.log(error.message); }
        }
      `,
    },
    cold: {
      load: 4,
      parse: 1,
      total: 1,
      changes: 1,
      doubled: 1,
      first: 0,
      year: 1,
      lengthOf: 5,
      fails: 0,
      fake: 0,
      outer: 0,
    },
    warm: {
      load: 7,
      parse: 2,
      total: 2,
      changes: 2,
      doubled: 5,
      first: 2,
      year: 2,
      lengthOf: 10,
      later: 4,
      fails: 0,
      fake: 0,
      outer: 0,
    },
    after: { files: { "helper.mjs": HELPER.replace("* 31", "* 37") }, hits: { load: 4, parse: 1, total: 1 } },
  });
});

test("lazy: hits of a pipeline load nothing but its last value", () => {
  const project = new CliProject({
    "package.json": "{}\n",
    "helper.mjs": HELPER,
    "main.mjs": `
      import assert from "node:assert/strict";
      import { commit, memo, missing } from "dumbo";
      import { work } from "./helper.mjs";
      ${PIPELINE}
      const isFirst = process.argv[2] === "1";
      const rows = load(50);
      const parsed = parse(rows.argument);
      const sum = total(parsed.argument);
      assert.deepEqual([load, parse, total].map((one) => one.stats().hits), isFirst ? [0, 0, 0] : [1, 1, 1]);
      assert.deepEqual([rows.isLoaded, parsed.isLoaded], [false, false]);
      assert.equal(sum, Array.from({ length: 50 }, (_, i) => work(i)).reduce((a, b) => a + b));
      assert.equal(parse.peek(rows.argument) === missing, process.argv[2] === "lost");
      // What is lost is made once more, if it is the same.
      assert.equal(parsed.value.get(49).w, work(49));
      assert.equal(rows.value[49].w, work(49));
      globalThis.text = "text";
      const vouched = memo(function vouched(n) { return [globalThis.text, n]; }, { lazy: true, assumePure: true });
      const [kept, lost] = [vouched(1), vouched(2)];
      commit();
      vouched.forgetAll();
      assert.equal(kept.isLoaded, false);
      assert.deepEqual(kept.value, ["text", 1]);
      globalThis.text = "other";
      assert.deepEqual(kept.value, ["text", 1], "it is loaded");
      assert.throws(() => lost.value, { code: "ERR_DUMBO_LAZY_LOST" });
      const length = memo(function length(list) { return list.length; });
      assert.throws(() => length(lost.argument), { code: "ERR_DUMBO_LAZY_LOST" });
    `,
  });
  const run = (argument: string) => {
    const { stderr, status } = project.node(["main.mjs", argument]);
    assert.equal(status, 0, `${argument}: ${stderr}`);
  };
  try {
    run("1");
    const directory = join(project.root, "node_modules/.cache/dumbo");
    const values = listItems(directory).filter(({ start }) => !isEntry(start));
    assert.ok(values.length >= 2, `${values.length} values are stored by themselves`);
    // Were any of them loaded, it would not be there.
    const store = openForWriting(directory, 2 ** 30, (line) => assert.fail(line));
    for (const { key } of values) store.remove(key);
    store.close();
    run("lost");
  } finally {
    project.remove();
  }
});
