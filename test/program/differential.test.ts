/** Law 1: with dumbo, cold or warm, edited or not, a program is the same program. Programs in `differential/programs`. */

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { chance, check, ran, skipReason, wholeRuns } from "./differential/harness.ts";
import type { Program } from "./differential/program.ts";

const folder = new URL("differential/programs/", import.meta.url);
/** Part of the name of those that are to run. */
const only = process.env.DUMBO_TEST_ONLY;
/** Of those that the oldest Node runs as well, one of so many runs. */
const every = Number(process.env.DUMBO_TEST_EVERY ?? 1);
let seen = 0;
let chosen = 0;

for (const file of readdirSync(folder).sort()) {
  const { programs } = (await import(new URL(file, folder).href)) as { programs: readonly Program[] };
  describe(file.replace(/\.ts$/, ""), { concurrency: 2 }, () => {
    for (const program of programs) {
      if (only && !program.name.includes(only)) continue;
      if (program.node === undefined && ++seen % every !== 0) continue;
      chosen++;
      const skip = skipReason(program);
      test(program.name, { ...(skip && { skip }), ...(program.todo && { todo: program.todo }) }, () => check(program));
    }
  });
}

if (chance) {
  test("under a policy of chance, most programs have hits all the same", () => {
    assert.ok(ran.withHits > ran.programs / 2, `${ran.withHits} of ${ran.programs} programs had hits`);
  });
}

if (wholeRuns) {
  test("many runs are answered as a whole", () => {
    assert.ok(
      ran.withHits > ran.programs / 3,
      `${ran.withHits} of ${ran.programs} programs had a run that was answered`,
    );
  });
}

test("a filter matches some", () => assert.ok(chosen > 0, `no program has "${only}" in its name`));
