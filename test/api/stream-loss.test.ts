/** What becomes of memoized streams whose stored items are lost, and how much is read ahead. Expects dist/ to be built. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { isEntry } from "../../src/call/entry.ts";
import { listItems, openForWriting } from "../../src/store/disk/contents.ts";
import { CliProject } from "../support/cli-project.ts";

const PROGRAM = `
  import assert from "node:assert/strict";
  import { tracingChannel } from "node:diagnostics_channel";
  import { Readable } from "node:stream";
  import { setFlagsFromString } from "node:v8";
  import { runInNewContext } from "node:vm";
  import { commit, memo } from "dumbo";
  const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  globalThis.ran = 0;
  const textOf = (i) => String(i).repeat(200);
  const texts = memo.stream(function* texts(n) { for (let i = 0; i < n; i++) yield String(i).repeat(200); return "end"; });
  const isFirst = process.argv[2] === "1";
  const expected = Array.from({ length: 1000 }, (_, i) => textOf(i));
  if (process.argv[2] !== "lost") {
    assert.equal(texts.wouldHit(1000), !isFirst);
    assert.deepEqual([...texts(1000)], expected);
    await turn();
    assert.equal(texts.wouldHit(1000), true);
    assert.equal(texts.stats().hits, isFirst ? 0 : 1);

    // A part is lost while somebody goes over the stream: the function yields it again.
    for (const at of [326, 500]) {
      await turn();
      const seen = [];
      for (const text of texts(1000)) { if (seen.push(text) === at) assert.equal(texts.forget(1000), true); }
      assert.deepEqual(seen, expected, "lost at " + at);
      assert.equal(texts.wouldHit(1000), false);
      assert.deepEqual([...texts(1000)], expected);
    }
    await turn();

    // The same of a stream that is waited for; and where the function yields something else, there is no mix.
    const vouched = { assumePure: true };
    const changing = memo.stream(async function* changing(n) { globalThis.ran++; for (let i = 0; i < n; i++) yield globalThis.text + i; }, vouched);
    globalThis.text = "same".repeat(300);
    const drain = async (made, at) => { const seen = []; for await (const one of made) if (seen.push(one) === at) changing.forget(200); return seen; };
    const whole = await drain(changing(200));
    await turn();
    const before = globalThis.ran;
    assert.deepEqual(await drain(changing(200), 3), whole);
    assert.equal(globalThis.ran, before + 1);
    await drain(changing(200));
    await turn();
    const broken = changing(200);
    for (let i = 0; i < 3; i++) await broken.next();
    globalThis.text = "other".repeat(300);
    changing.forget(200);
    await assert.rejects(drain(broken), { code: "ERR_DUMBO_STREAM_LOST" });
    assert.deepEqual(await broken.next(), { value: undefined, done: true });

    // Nobody runs ahead of who goes over a stream: not the function, and not a hit.
    const steps = memo.stream(function steps(n) {
      let i = 0;
      return new ReadableStream({ pull(c) { globalThis.steps++; if (i < n) c.enqueue(i++); else c.close(); } }, { highWaterMark: 0 });
    }, vouched);
    for (let run = 0; run < 2; run++) {
      steps.forget(100);
      globalThis.steps = 0;
      const reader = steps(100).getReader();
      await turn();
      assert.equal(globalThis.steps, 0);
      for (let i = 0; i < 10; i++) assert.equal((await reader.read()).value, i);
      await turn();
      assert.equal(globalThis.steps, 10);
      while (!(await reader.read()).done);
      assert.equal(globalThis.steps, 101);
    }
    const large = memo.stream(function large(n) { return Readable.from((function* () { for (let i = 0; i < n; i++) yield "x".repeat(15e5) + i; })()); }, vouched);
    for await (const one of large(8)) assert.equal(one.length > 15e5, true);
    commit();
    await turn();
    setFlagsFromString("--expose-gc");
    const gc = runInNewContext("gc");
    const collect = async () => { gc(); await turn(); gc(); };
    await collect();
    const used = process.memoryUsage().arrayBuffers;
    let most = 0;
    for await (const one of large(8)) {
      await collect();
      most = Math.max(most, process.memoryUsage().arrayBuffers - used);
    }
    assert.equal(large.stats().hits, isFirst ? 1 : 2);
    assert.equal(most < 6e6, true, "all of it was in memory: " + most);
  } else {
    // A part is gone before anybody goes over the stream.
    assert.equal(texts.wouldHit(1000), false);
    assert.deepEqual([...texts(1000)], expected);
    await turn();
    assert.equal(texts.stats().misses, 1);
    assert.equal(texts.wouldHit(1000), true);
  }

  // Listeners are told of calls, and change nothing.
  tracingChannel("dumbo:call").subscribe({ start: (message) => (globalThis.told = message), end() {}, asyncStart() {}, asyncEnd() {}, error() {} });
  const heard = memo.stream(function* heard() { yield 1; return 2; });
  const heardLater = memo.stream(async function* heardLater() { await null; yield 1; return 2; });
  for (let run = 0; run < 2; run++) {
    const [made, madeLater] = [heard(), heardLater()];
    assert.deepEqual([made.next(), made.next()], [{ value: 1, done: false }, { value: 2, done: true }]);
    assert.equal(globalThis.told.async, false);
    assert.deepEqual([await madeLater.next(), await madeLater.next()], [{ value: 1, done: false }, { value: 2, done: true }]);
    await turn();
  }
  assert.equal(heard.stats().hits > 0 && heardLater.stats().hits > 0, true);

  // Options, and what is no stream.
  assert.throws(() => memo.stream(async () => []), TypeError);
  assert.throws(() => memo.stream(function* () {}, { keep: () => true }), /no option "keep"/);
  assert.throws(() => memo.stream(() => 1)(), /nothing that can be gone over/);
  const off = memo.stream(function* off() { yield 1; });
  off.disable();
  assert.equal(off.explain().outcome, "not-cached");
  assert.deepEqual([...off()], [1]);
  off.enable();
  assert.deepEqual([...off()], [1]);
  await turn();
  off.forgetAll();
`;

for (const flags of [[], ["--import", "dumbo/auto"]]) {
  test(`streams: what is lost is yielded again, never a mix${flags.length > 0 ? ", under dumbo/auto" : ""}`, () => {
    const project = new CliProject({ "package.json": "{}\n", "main.mjs": PROGRAM });
    const run = (argument: string) => {
      const { stderr, status } = project.node([...flags, "main.mjs", argument]);
      assert.equal(status, 0, `${argument}: ${stderr}`);
    };
    try {
      run("1");
      if (flags.length > 0) return;
      run("2");
      const directory = join(project.root, "node_modules/.cache/dumbo");
      const parts = listItems(directory).filter(({ start }) => !isEntry(start));
      assert.ok(parts.length > 2, `${parts.length} chunks are stored`);
      const store = openForWriting(directory, 2 ** 30, (line) => assert.fail(line));
      for (const { key } of parts) store.remove(key);
      store.close();
      run("lost");
    } finally {
      project.remove();
    }
  });
}
