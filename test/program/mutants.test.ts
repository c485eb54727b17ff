/** The mutants that the fuzzer has to find: that each of them still changes what it is meant to change. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { mutants } from "../../scripts/mutants.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

for (const { name, file, from, times = 1 } of mutants) {
  test(`${name}: the text to change is in ${file}`, () => {
    assert.equal(readFileSync(root + file, "utf8").split(from).length, times + 1);
  });
}
