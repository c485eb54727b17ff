/** The graph of calls: programs with assertions of their own, by themselves and under `dumbo/auto`, each twice. Expects dist/ to be built. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CliProject } from "../support/cli-project.ts";

const HELPER = `
  import { memo } from "dumbo";
  export const base = memo(function base(x) { let s = 0; for (let i = 0; i < 1000; i++) s = (s * 31 + i * x) % 1000003; return s; });
  export function guarded(x) { "use memo"; return base(x) + base(x + 1); }
`;

const TEXT = String.raw`
  import assert from "node:assert/strict";
  import { commit, context, dependencies, dependencyGraph, dependents, group, memo, tweak } from "dumbo";
  import { base, guarded } from "./helper.js";
  const isLoaded = process.argv[2] === "loaded";
  const isFirst = process.argv[3] === "1";
  function work(x) { let s = 0; for (let i = 0; i < 1000; i++) s = (s * 31 + i * x) % 1000003; return s; }
  const leaf = memo(function leaf(x) { return work(x); });
  const other = memo(function other(x, { a }) { return work(x) + a; }, { group: group({ dir: "others" }) });
  const middle = memo(function middle(x) { return leaf(x) + other(x, { a: 1 }); });
  const top = memo(function top(...names) { return middle(1) + middle(2) + leaf(1) + names.length; });
  const through = memo(async function through(x) { await null; return guarded(x) + middle(x); });
  // How the test calls them: with whom they call.
  const named = new Map();
  const nameIt = (name, fn, ...args) => named.set(fn.keyOf(...args).key, name);
  for (const x of [1, 2, 100, 101, 102]) {
    for (const fn of [leaf, middle, base, through]) nameIt(fn.name + x, fn, x);
    nameIt("other" + x, other, x, { a: 1 });
  }
  nameIt("top", top, 'a"b', null);
  const names = (calls) => calls && calls.map(({ key, name }) => named.get(key) ?? name).sort();
  assert.deepEqual(names(dependencies(top, 'a"b', null)), isFirst ? null : ["leaf1", "middle1", "middle2"]);
  top('a"b', null);
  await through(1);
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  assert.deepEqual(names(dependencies(top, 'a"b', null)), ["leaf1", "middle1", "middle2"]);
  assert.deepEqual(names(dependencies(middle, 1)), ["leaf1", "other1"]);
  assert.deepEqual(dependencies(leaf, 1), []);
  assert.equal(dependencies(leaf, 5), null);
  assert.deepEqual(dependencies(middle, 1)[0], { name: "leaf", args: isFirst ? "1" : null, key: leaf.keyOf(1).key });
  if (isFirst) assert.equal(dependencies(middle, 1)[1].args, "1, {…}");
  // What stands between is no memoized function, or one of the loader.
  assert.deepEqual(names(dependencies(through, 1)), ["base1", "base2", "middle1"]);
  assert.deepEqual(names(dependents(leaf, 1)), ["middle1", "top"]);
  assert.deepEqual(names(dependents(leaf, 2)), isFirst ? ["middle2"] : ["middle2", "total"]);
  assert.deepEqual(names(dependents(other, 1, { a: 1 })), ["middle1"]);
  assert.deepEqual(dependents(top, 'a"b', null), []);
  assert.deepEqual(names(dependents(base, 2)).filter((one) => one !== "guarded"), ["through1"]);
  if (isLoaded) assert.equal(names(dependents(base, 2)).includes("guarded"), true);
  // Of methods, by what they are called on.
  class Shop { total(x) { return leaf(x) + 1; } }
  Shop.prototype.total = memo(Shop.prototype.total);
  const shop = new Shop();
  shop.total(2);
  assert.deepEqual(names(dependencies(shop.total.of(shop), 2)), ["leaf2"]);
  assert.deepEqual(names(dependents(leaf, 2)), ["middle2", "total"]);
  // In a context it is that of the context; outside nothing of it is seen.
  const before = dependencyGraph();
  context(() => {
    tweak(leaf, [1], 0);
    assert.deepEqual(names(dependencies(leaf, 1)), []);
    middle(1);
    assert.deepEqual(names(dependencies(middle, 1)), ["leaf1", "other1"]);
  });
  const graph = dependencyGraph();
  assert.deepEqual(graph.edges, before.edges);
  const nameOf = new Map(graph.calls.map((call) => [call.key, names([call])[0]]));
  const edges = graph.edges.map(({ from, to }) => nameOf.get(from) + " " + nameOf.get(to)).filter((edge) => !/^(guarded|many)/.test(edge)).sort();
  assert.deepEqual(edges, [
    "middle1 leaf1", "middle1 other1", "middle2 leaf2", "middle2 other2", "through1 base1", "through1 base2", "through1 middle1",
    "top leaf1", "top middle1", "top middle2", "total leaf2",
  ]);
  assert.deepEqual(JSON.parse(dependencyGraph({ format: "json" })), graph);
  const dot = dependencyGraph({ format: "dot" }).split("\n");
  assert.equal(dot[0], "digraph calls {");
  const label = isFirst ? 'top(\\"a\\\\\\"b\\", null)' : "top";
  assert.equal(dot.includes('  "' + top.keyOf('a"b', null).key + '" [label="' + label + '"];'), true, dot.join("\n"));
  assert.equal(dot.includes('  "' + middle.keyOf(1).key + '" -> "' + leaf.keyOf(1).key + '";'), true);
  assert.throws(() => dependencyGraph({ format: "svg" }), TypeError);
  assert.throws(() => dependencies((x) => x, 1), { name: "TypeError", message: /no memoized function/ });
  // Lists that are not whole, and calls that ask.
  const many = memo(function many(n) { let sum = 0; for (let i = 0; i < n; i++) sum += leaf(i + 100); return sum; });
  many(1100); many(3);
  assert.equal(dependencies(many, 1100), null);
  assert.deepEqual(names(dependencies(many, 3)), ["leaf100", "leaf101", "leaf102"]);
  context(() => { tweak(leaf, [1150], -1e9); assert.equal(many(1100) < 0, true); });
  const asks = memo(function asks() { return dependencyGraph().edges.length + dependents(leaf, 1).length; });
  asks(); asks();
  assert.equal(asks.stats().hits, 0);
`;

for (const flags of [[], ["--import", "dumbo/auto"]]) {
  const way = flags.length > 0 ? "loaded" : "alone";
  test(`the graph of calls, ${way}`, () => {
    const project = new CliProject({ "package.json": '{ "type": "module" }\n', "main.js": TEXT, "helper.js": HELPER });
    try {
      for (const time of ["1", "2"]) {
        const { status, stderr } = project.node([...flags, "main.js", way, time]);
        assert.equal(status, 0, `run ${time}: ${stderr}`);
      }
    } finally {
      project.remove();
    }
  });
}
