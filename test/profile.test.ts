/** What runs leave for the next ones. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import {
  type FunctionProfile,
  readModules,
  readOmissions,
  readProfiles,
  writeModules,
  writeProfiles,
} from "../src/profile.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "dumbo-profile-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const profile = (name: string): FunctionProfile => ({
  name,
  file: "a.js",
  place: { line: 1, column: 0 },
  verdict: "cached",
  reason: null,
  calls: 1,
  hits: 0,
  misses: 1,
  saved: 0,
  run: 5,
  key: 0.1,
  bytes: 8,
});
const none = new Set<string>();

test("nothing is known at first", () => {
  assert.deepEqual([readOmissions(directory), readProfiles(directory), readModules(directory)], [{}, {}, {}]);
  assert.deepEqual(readProfiles(join(directory, "missing")), {});
});

test("profiles are merged", () => {
  writeProfiles(directory, { a: profile("a") }, {}, none, false);
  writeProfiles(directory, { b: profile("b"), a: { ...profile("a"), calls: 2 } }, {}, none, false);
  assert.deepEqual(readProfiles(directory), { a: { ...profile("a"), calls: 2 }, b: profile("b") });
});

test("guards to leave out are added up, in order and once", () => {
  writeProfiles(directory, {}, { m: [3, 1] }, new Set(["m"]), false);
  writeProfiles(directory, {}, { m: [1, 2], n: [0] }, new Set(["m", "n"]), false);
  assert.deepEqual(readOmissions(directory), { m: { sites: [1, 2, 3], runs: 0 }, n: { sites: [0], runs: 0 } });
});

test("guards come back after many runs of their module, and not of others", () => {
  writeProfiles(directory, {}, { m: [1], n: [1] }, none, false);
  for (let i = 0; i < 50; i++) writeProfiles(directory, {}, {}, new Set(["m"]), false);
  assert.deepEqual(readOmissions(directory), { m: { sites: [1], runs: 50 }, n: { sites: [1], runs: 0 } });
  writeProfiles(directory, {}, {}, new Set(["m"]), false);
  assert.deepEqual(Object.keys(readOmissions(directory)), ["n"]);
});

test("the last guards that come back are not forgotten in the file", () => {
  writeProfiles(directory, {}, { m: [1] }, none, false);
  for (let i = 0; i < 60; i++) writeProfiles(directory, {}, {}, new Set(["m"]), false);
  assert.deepEqual(readOmissions(directory), {});
});

test("an edit brings all guards back", () => {
  writeProfiles(directory, {}, { m: [1], n: [2] }, none, false);
  writeProfiles(directory, {}, { n: [3] }, none, true);
  assert.deepEqual(readOmissions(directory), { n: { sites: [3], runs: 0 } });
  writeProfiles(directory, {}, {}, none, true);
  assert.deepEqual(readOmissions(directory), {});
});

test("files that are damaged or of another version are as good as none", () => {
  for (const text of ["", "{", "null", "[]", '{"version":0,"content":{"a":1}}', '{"content":{"a":1}}']) {
    for (const file of ["omit.json", "profile.json", "modules.json"]) writeFileSync(join(directory, file), text);
    assert.deepEqual([readOmissions(directory), readProfiles(directory), readModules(directory)], [{}, {}, {}], text);
  }
  writeProfiles(directory, { a: profile("a") }, { m: [1] }, none, false);
  assert.deepEqual(readProfiles(directory), { a: profile("a") });
});

test("modules that ran are kept, the newest transform of each", () => {
  writeModules(
    directory,
    new Map([
      ["file:///a", "1"],
      ["file:///b", "1"],
    ]),
  );
  writeModules(directory, new Map([["file:///a", "2"]]));
  assert.deepEqual(readModules(directory), { "file:///a": "2", "file:///b": "1" });
});

test("nothing is written where nothing is new, and no temporary file stays", () => {
  writeProfiles(directory, {}, {}, none, false);
  writeModules(directory, new Map());
  assert.deepEqual(readdirSync(directory), []);
  writeModules(directory, new Map([["a", "1"]]));
  assert.deepEqual(readdirSync(directory), ["modules.json"]);
});
