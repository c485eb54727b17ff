/** What a run leaves of files and folders, and which answers follow from that. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { LeftFiles } from "../../src/trace/left-files.ts";

const file = (path: string, content: string | null = "1") => ({ action: ["file", path, ""], content });
const folder = (path: string) => ({ action: ["folder", path, "", "r"], content: "" });
const there = <T extends object>(place: T) => ({ ...place, isFresh: false, after: 0 });
const fresh = <T extends object>(place: T) => ({ ...place, isFresh: true, after: 0 });

test("what is removed is not left, nor what was in it", () => {
  const left = new LeftFiles(() => 0);
  for (const place of [folder("pout"), file("pout/a"), file("pout.txt"), file("pa")]) left.put(place);
  assert.equal(left.change({ kind: "removed", path: "pout" }), true);
  assert.deepEqual(left.places, [there(file("pout.txt")), there(file("pa"))]);
  assert.deepEqual(left.emptied, ["pout"]);
  assert.deepEqual(
    ["pout", "pout/", "pout/a/b", "pout.txt", "pou"].map((path) => left.isEmptied(path)),
    [true, true, true, false, false],
  );
});

test("a folder that is emptied twice is named once", () => {
  const left = new LeftFiles(() => 0);
  for (const path of ["pout", "pout/a", "pout"]) left.change({ kind: "removed", path });
  assert.deepEqual(left.emptied, ["pout"]);
});

test("what is put where something was removed is left, in the order in which it was put last", () => {
  const left = new LeftFiles(() => 0);
  left.put(file("pout/a"));
  left.put(file("pb"));
  left.change({ kind: "removed", path: "pout" });
  left.put(file("pout/a", "2"));
  assert.deepEqual(left.places, [there(file("pb")), fresh(file("pout/a", "2"))]);
});

test("only a file that the run has written moves", () => {
  const left = new LeftFiles(() => 0);
  left.put({ action: ["file", "pa", "384"], content: "1" });
  left.put(folder("pf"));
  assert.equal(left.change({ kind: "moved", path: "pa", to: "pb" }), true);
  assert.deepEqual(left.places, [there(folder("pf")), fresh({ action: ["file", "pb", "384"], content: "1" })]);
  assert.deepEqual(left.emptied, ["pa", "pb"]);
  assert.equal(left.change({ kind: "moved", path: "pf", to: "pg" }), false);
  assert.equal(left.change({ kind: "moved", path: "pother", to: "pg" }), false);
});

test("more is written only to a file of the run, or where nothing was", () => {
  const left = new LeftFiles(() => 0);
  assert.equal(left.change({ kind: "appended", path: "pa" }), false);
  left.put(file("pa"));
  assert.equal(left.change({ kind: "appended", path: "pa" }), true);
  assert.deepEqual(left.places, [there(file("pa", null))]);
  left.change({ kind: "removed", path: "pb" });
  assert.equal(left.change({ kind: "appended", path: "pb" }), true);
});

test("answers follow from what the run has made", () => {
  const left = new LeftFiles(() => 0);
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

test("a folder that is made where nothing was left is made with all above it that is new", () => {
  const left = new LeftFiles(() => 0);
  left.change({ kind: "removed", path: "p/w/out" });
  left.put(folder("p/w/out/a/b"));
  left.put({ action: ["folder", "p/w/out/c", "448", ""], content: "" });
  assert.deepEqual(left.places, [
    ...["p/w/out", "p/w/out/a", "p/w/out/a/b"].map((path) => fresh(folder(path))),
    fresh({ action: ["folder", "p/w/out/c", "448", ""], content: "" }),
  ]);
});

test("a copy has its mode whatever was there, and keeps it under another name", () => {
  const left = new LeftFiles(() => 0);
  left.put(file("pa"));
  left.change({ kind: "copied", path: "pa", mode: "493" });
  left.put(file("pa", "2"));
  const copy = (path: string) => ({ action: ["file", path, "493"], content: "2", hasMode: true });
  assert.deepEqual(left.places, [there(copy("pa"))]);
  left.change({ kind: "moved", path: "pa", to: "pb" });
  assert.deepEqual(left.places, [fresh(copy("pb"))]);
});

test("nothing more is put where a file was that may have been there, and has another name now", () => {
  const left = new LeftFiles(() => 0);
  left.put(file("pa"));
  left.change({ kind: "moved", path: "pa", to: "pb" });
  assert.equal(left.put(file("pa")), false);
  left.change({ kind: "removed", path: "pc" });
  left.put(file("pc"));
  left.change({ kind: "moved", path: "pc", to: "pd" });
  assert.equal(left.put(file("pc")), true);
});
