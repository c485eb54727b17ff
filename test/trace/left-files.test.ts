/** What a run leaves of files and folders, and which answers follow from that. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LeftFiles } from "../../src/trace/left-files.ts";

const file = (path: string, content = "1") => ({ action: ["file", path, ""], content });
const folder = (path: string) => ({ action: ["folder", path, "", "r"], content: "" });

test("what is removed is not left, nor what was in it", () => {
  const left = new LeftFiles();
  for (const place of [folder("pout"), file("pout/a"), file("pout.txt"), file("pa")]) left.put(place);
  assert.equal(left.change({ kind: "removed", path: "pout/" }), true);
  assert.deepEqual(left.places, [file("pout.txt"), file("pa")]);
  assert.deepEqual(left.emptied, ["pout"]);
  assert.deepEqual(
    ["pout", "pout/", "pout/a/b", "pout.txt", "pou"].map((path) => left.isEmptied(path)),
    [true, true, true, false, false],
  );
});

test("a folder that is emptied twice is named once", () => {
  const left = new LeftFiles();
  for (const path of ["pout", "pout/a", "pout"]) left.change({ kind: "removed", path });
  assert.deepEqual(left.emptied, ["pout"]);
});

test("what is put where something was removed is left, in the order in which it was put last", () => {
  const left = new LeftFiles();
  left.put(file("pout/a"));
  left.put(file("pb"));
  left.change({ kind: "removed", path: "pout" });
  left.put(file("pout/a", "2"));
  assert.deepEqual(left.places, [file("pb"), file("pout/a", "2")]);
});

test("only a file that the run has written moves", () => {
  const left = new LeftFiles();
  left.put({ action: ["file", "pa", "384"], content: "1" });
  left.put(folder("pf"));
  assert.equal(left.change({ kind: "moved", path: "pa", to: "pb" }), true);
  assert.deepEqual(left.places, [folder("pf"), { action: ["file", "pb", "384"], content: "1" }]);
  assert.deepEqual(left.emptied, ["pa", "pb"]);
  assert.equal(left.change({ kind: "moved", path: "pf", to: "pg" }), false);
  assert.equal(left.change({ kind: "moved", path: "pother", to: "pg" }), false);
});

test("more is written only to a file of the run, or where nothing was", () => {
  const left = new LeftFiles();
  assert.equal(left.change({ kind: "appended", path: "pa" }), false);
  left.put(file("pa"));
  assert.equal(left.change({ kind: "appended", path: "pa" }), true);
  assert.deepEqual(left.places, [{ ...file("pa"), content: null }]);
  left.change({ kind: "removed", path: "pb" });
  assert.equal(left.change({ kind: "appended", path: "pb" }), true);
});

test("answers follow from what the run has made", () => {
  const left = new LeftFiles();
  left.put(file("pa"));
  left.put(folder("pf"));
  left.change({ kind: "removed", path: "pout" });
  const settled = (...query: string[]) => left.settles(query);
  assert.deepEqual(
    ["readFile", "later readFile", "exists", "open", "part", "access"].map((operation) => settled(operation, "pa")),
    [true, true, true, true, true, true],
  );
  // What else is in a folder that was there, the modes of files, their times and where links lead, others decide.
  assert.equal(settled("access", "pa", "2"), false);
  for (const operation of ["stat", "lstat", "realpath", "readdir"]) assert.equal(settled(operation, "pa"), false);
  assert.deepEqual(
    ["exists", "readdir", "readFile"].map((operation) => settled(operation, "pf")),
    [true, false, false],
  );
  assert.deepEqual(
    ["exists", "readdir", "readFile", "stat"].map((operation) => settled(operation, "pout/x")),
    [true, true, true, false],
  );
  assert.equal(settled("cwd"), false);
});
