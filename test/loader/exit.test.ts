/** What dumbo does when the program ends (loader/exit.ts) leaves the exit code to the program. Expects dist/ to be built. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CliProject } from "../support/cli-project.ts";

test("a program is kept in which something has replaced `process.emit` before dumbo", () => {
  const project = new CliProject({
    "package.json": "{}\n",
    "before.cjs": "const { emit } = process; process.emit = function (...all) { return emit.apply(this, all); };",
    "main.cjs": `
      function work(n) { let sum = 0; for (let i = 0; i < 4e7; i++) sum = (sum + i) % n; return sum; }
      console.log(work(1009));
      process.on("exit", () => console.log("end"));
    `,
  });
  try {
    const run = () =>
      project.node(["--require", "./before.cjs", "--require", "dumbo/auto", "main.cjs"], { DUMBO_LOG: "1" });
    for (const expected of [/0 hits, 1 miss/, /1 hit, 0 misses/]) {
      const { status, stdout, stderr } = run();
      assert.deepEqual([status, stdout.trim().split("\n").at(-1)], [0, "end"]);
      assert.match(stderr, expected);
    }
  } finally {
    project.remove();
  }
});

test("a program that leaves the iterator of arrays replaced by one that lies keeps its exit code", () => {
  const project = new CliProject({
    "package.json": "{}\n",
    "main.cjs": `
      async function later(n) { let h = n; for (let i = 0; i < 300000; i++) h = (h * 31 + i) | 0; return h; }
      function work(n) { return [later(n)]; }
      work(1);
      Array.prototype[Symbol.iterator] = function* () { yield "it"; };
      work(2);
      process.exitCode = 3;
    `,
  });
  try {
    assert.deepEqual([project.node(["main.cjs"]).status, "bare"], [3, "bare"]);
    for (let run = 1; run <= 2; run++) {
      const { status, stderr } = project.node(["--require", "dumbo/auto", "main.cjs"]);
      assert.equal(status, 3, `run ${run}: ${stderr}`);
      assert.doesNotMatch(stderr, /^ +at /m, "an error that nobody has caught");
    }
  } finally {
    project.remove();
  }
});
