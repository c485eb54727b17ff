/** What runs leave for the next ones. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import {
  type FunctionProfile,
  learnedUnder,
  readDistrusted,
  readModules,
  readOmissions,
  readProfiles,
  writeDistrusted,
  writeModules,
  writeProfiles,
} from "../../src/policy/profile.ts";

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
const NOW = 1e12;
const WEEK = 7 * 24 * 3600 * 1000;

test("nothing is known at first", () => {
  assert.deepEqual([readOmissions(directory, NOW), readProfiles(directory), readModules(directory)], [{}, {}, {}]);
  assert.deepEqual(readProfiles(join(directory, "missing")), {});
});

test("profiles are merged", () => {
  writeProfiles(directory, { a: profile("a") }, {}, false, NOW);
  writeProfiles(directory, { b: profile("b"), a: { ...profile("a"), calls: 2 } }, {}, false, NOW);
  assert.deepEqual(readProfiles(directory), { a: { ...profile("a"), calls: 2 }, b: profile("b") });
});

test("guards to leave out are added up, in order and once", () => {
  writeProfiles(directory, {}, { m: [3, 1] }, false, NOW);
  writeProfiles(directory, {}, { m: [1, 2], n: [0] }, false, NOW);
  assert.deepEqual(readOmissions(directory, NOW), {
    m: { sites: [1, 2, 3], since: NOW },
    n: { sites: [0], since: NOW },
  });
});

test("guards come back after a week, for good when others are left out then", () => {
  writeProfiles(directory, {}, { m: [1] }, false, NOW);
  writeProfiles(directory, {}, { n: [2] }, false, NOW + WEEK - 1);
  assert.deepEqual(Object.keys(readOmissions(directory, NOW + WEEK - 1)), ["m", "n"]);
  assert.deepEqual(Object.keys(readOmissions(directory, NOW + WEEK)), ["n"]);
  writeProfiles(directory, {}, { n: [3] }, false, NOW + WEEK);
  assert.deepEqual(readOmissions(directory, NOW), { n: { sites: [2, 3], since: NOW + WEEK - 1 } });
});

test("an edit brings all guards back", () => {
  writeProfiles(directory, {}, { m: [1], n: [2] }, false, NOW);
  writeProfiles(directory, {}, { n: [3] }, true, NOW);
  assert.deepEqual(readOmissions(directory, NOW), { n: { sites: [3], since: NOW } });
  writeProfiles(directory, {}, {}, true, NOW);
  assert.deepEqual(readOmissions(directory, NOW), {});
});

test("files that are damaged or of another version are as good as none", () => {
  for (const text of ["", "{", "null", "[]", '{"version":0,"content":{"a":1}}', '{"content":{"a":1}}']) {
    for (const file of ["omit.json", "profile.json", "modules.json"]) writeFileSync(join(directory, file), text);
    assert.deepEqual(
      [readOmissions(directory, NOW), readProfiles(directory), readModules(directory)],
      [{}, {}, {}],
      text,
    );
  }
  writeProfiles(directory, { a: profile("a") }, { m: [1] }, false, NOW);
  assert.deepEqual(readProfiles(directory), { a: profile("a") });
});

test("a byte that was changed anywhere makes a file as good as none", () => {
  writeProfiles(directory, { a: profile("a") }, { m: [1, 2] }, false, NOW);
  writeModules(directory, new Map([["file:///a", "1"]]));
  writeDistrusted(directory, { m: ["1:0 f"] });
  const readers = {
    "profile.json": () => readProfiles(directory),
    "omit.json": () => readOmissions(directory, NOW),
    "modules.json": () => readModules(directory),
    "distrusted.json": () => readDistrusted(directory),
  };
  for (const [file, read] of Object.entries(readers)) {
    const path = join(directory, file);
    const sound = readFileSync(path);
    assert.notDeepEqual(read(), {}, file);
    for (let at = 0; at < sound.length; at++) {
      const damaged = Buffer.from(sound);
      damaged[at] = (damaged[at] as number) ^ 1;
      writeFileSync(path, damaged);
      assert.deepEqual(read(), {}, `${file}, byte ${at}`);
    }
  }
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
  writeProfiles(directory, {}, {}, false, NOW);
  writeModules(directory, new Map());
  assert.deepEqual(readdirSync(directory), []);
  writeProfiles(directory, {}, {}, true, NOW);
  assert.deepEqual(readdirSync(directory), []);
  writeModules(directory, new Map([["a", "1"]]));
  assert.deepEqual(readdirSync(directory), ["modules.json"]);
});

test("with another assumePure list, guards that were left out come back, and only what is cached is still known", () => {
  writeProfiles(directory, {}, { m: [1] }, false, NOW);
  assert.deepEqual(Object.keys(readOmissions(directory, NOW)), ["m"]);
  assert.deepEqual(readOmissions(directory, NOW, "a list"), {}, "its keys are others now");
  writeProfiles(directory, {}, { n: [2] }, false, NOW, "a list");
  assert.deepEqual(Object.keys(readOmissions(directory, NOW, "a list")), ["n"]);
  assert.deepEqual(readOmissions(directory, NOW), {}, "the list is gone");

  const cheap = { ...profile("a"), verdict: "cheap" } as const;
  const listed = { ...cheap, list: "a list" };
  const cached = { ...listed, verdict: "cached" } as const;
  assert.equal(learnedUnder("", cheap), cheap);
  assert.equal(learnedUnder("a list", cheap), undefined);
  assert.equal(learnedUnder("a list", listed), listed);
  assert.equal(learnedUnder("another", listed), undefined);
  assert.equal(learnedUnder("another", cached), cached);
  assert.equal(learnedUnder("", undefined), undefined);
});
