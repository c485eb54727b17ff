/** What an async function may look into after it has waited, found from its code alone. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { transform } from "../../loader/transform/transform.ts";

const options = { scope: "user", assumed: [], assumedBuiltins: [], kind: "commonjs", sourceMap: false } as const;
const MODULE = `let state = 1; state++; const { minify } = require("minifier"); const step = async (n) => [n].map(String);`;

/** What is read late by `async function f(box, n) { BODY }`: arguments by path, names of state, `this`. */
function late(body: string, parameters = "box, n"): string[] {
  const made = transform(`${MODULE} exports.f = async function f(${parameters}) { ${body} };`, "id", options);
  assert.ok("manifest" in made);
  const { cells, sites, units } = made.manifest;
  const site = sites.find(({ name }) => name === "f");
  assert.ok(site);
  const { reads = [] } = units[site.unit]?.late?.[site.late ?? -1] ?? {};
  const names = reads.flatMap(({ given, self, refs }) => [
    ...given.map((one) => one.join(".")),
    ...(self ? ["this"] : []),
    ...refs.map((ref) => cells[ref]?.name as string).filter((name) => name !== "step"),
  ]);
  return [...new Set(names)].sort();
}

describe("read before the wait", () => {
  for (const body of [
    "return step(box.n)",
    "const m = box.n + state; await null; return [m].map(String)",
    "await step(box.n); return [1].map(String)",
    "const r = [box.n, this].length + 1; return [await step(1), r]",
    "return await step(box.list.map((x) => x.n))",
    "if (box.n > 1) return box; await null; return step(1)",
    "for (const x of box) x.y; await null; return step(1)",
  ]) {
    test(body, () => assert.deepEqual(late(body), []));
  }
});

describe("read after the wait", () => {
  const expected: Record<string, string[]> = {
    "await null; return step(box.n)": ["0"],
    "return (await step(1)) + box.n": ["0"],
    "return box.n + (await step(1))": ["0"],
    "return step(box, await step(1))": ["0"],
    "const held = { box }; await null; return step(held)": ["0"],
    "const list = []; list.push(box); await null; return step(list)": ["0"],
    "let held; held = n; held = box; await null; return step(held)": ["0", "1"],
    "const get = () => box.n; await null; return step(get())": ["0"],
    "function get() { return box.n } await null; return step(get())": ["0"],
    "for (const x of [1]) { step(box.n); await null } return step(1)": ["0"],
    "while (box.n) await step(1); return step(1)": ["0"],
    "for await (const x of [1]) step(box); return step(1)": ["0"],
    "try { await step(box) } catch (error) { return step(error) }": ["0"],
    "return step(1).then(() => box.n)": ["0"],
    "await null; return step(state)": ["state"],
    "await null; return step(this.n)": ["this"],
    "const { x } = this; await null; return step(x)": ["this"],
    "const r = await minify(n, box); return step(r.code)": ["0", "1", "minify"],
    "const [a] = await Promise.all([step(box)]); return step(a)": ["0"],
    "switch (await step(1)) { case 1: return step(box) }": ["0"],
    "const it = box.values(); await null; return step([...it])": ["0"],
  };
  for (const [body, names] of Object.entries(expected)) {
    test(body, () => assert.deepEqual(late(body), names));
  }
});

test("parameters by path", () => {
  const body = "await null; return step(code)";
  assert.deepEqual(late(body, "{ code, options }"), ["0.code"]);
  assert.deepEqual(late(body, "{ inner: { code = 1 }, options }"), ["0.inner.code"]);
  assert.deepEqual(late(body, "[code]"), ["0"]);
  assert.deepEqual(late(body, "...code"), ["-1"]);
  assert.deepEqual(late(body, "{ options, ...code }"), ["0"]);
  assert.deepEqual(late(body, "options, code = options"), ["0", "1"]);
});

test("what a package's function is given is left out where the user vouches for it", () => {
  const made = transform(
    `${MODULE} exports.f = async function f(code, options) { const r = await minify(code, options); return r.code };`,
    "id",
    options,
  );
  assert.ok("manifest" in made);
  const { cells, units } = made.manifest;
  const [found] = units.flatMap(({ late = [] }) => late).filter(({ packages }) => packages.length > 0);
  assert.deepEqual(
    found?.packages.map((cell) => cells[cell]?.from),
    ["minifier"],
  );
  assert.deepEqual(found?.vouched, []);
  assert.equal(found?.reads.length, 1);
});
