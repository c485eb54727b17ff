/** Which package file a function of unread code is from, as far as the specifier tells. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PassedOver } from "../../loader/hooks/passed-over.ts";

const files = new PassedOver();
files.noteLarge("/p/node_modules/large/dist/index.js", 99);
files.noteWaiting("/p/node_modules/@a/b/lib/parse.mjs");
files.noteLeftAlone("/p/node_modules/odd/index.js", { kind: "direct-eval" });
files.noteWaiting("/p/node_modules/outer/node_modules/inner/main.js");

const kindOf = (from: string | undefined) => files.whyUnread(from).kind;

test("by the package that is imported, or a path in it", () => {
  assert.equal(kindOf("large"), "too-large");
  assert.equal(kindOf("large/dist/index.js"), "too-large");
  assert.equal(kindOf("@a/b"), "not-analysed");
  assert.equal(kindOf("@a/b/lib/parse"), "not-analysed");
  assert.equal(kindOf("inner"), "not-analysed");
  assert.deepEqual(files.whyUnread("odd"), {
    kind: "left-alone",
    file: "/p/node_modules/odd/index.js",
    why: { kind: "direct-eval" },
  });
});

test("by the end of a path, with and without its extension", () => {
  assert.equal(kindOf("./parse.mjs"), "not-analysed");
  assert.equal(kindOf("../lib/parse"), "not-analysed");
  assert.equal(kindOf("./dist"), "too-large");
  assert.equal(kindOf("./arse"), "unread-code");
});

test("else how many files wait is told", () => {
  for (const from of ["outer", "a", ".", "..", "./", undefined]) {
    assert.deepEqual(files.whyUnread(from), { kind: "unread-code", waiting: 2 }, String(from));
  }
  assert.deepEqual(new PassedOver().whyUnread("large"), { kind: "unread-code" });
});
