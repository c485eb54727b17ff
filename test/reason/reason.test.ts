/** Reasons as data: each kind has a sentence and an advice, and what is kept of many is bounded. */
import assert from "node:assert/strict";
import { describe as group, test } from "node:test";
import { categoryOf, remedyOf } from "../../src/reason/advise.ts";
import { describe, describeAt } from "../../src/reason/describe.ts";
import { type Cause, countKinds, type Reason, type ReasonKind, reasonsOf, within } from "../../src/reason/reason.ts";

const named = { name: "NAME" };
const ofApi = { api: "API" };
const file = "FILE";
const limited = { limit: 7 };

/** One of each kind, with what its sentence has to show. */
const EXAMPLES: { readonly [K in ReasonKind]: [Extract<Cause, { kind: K }>, shown?: RegExp] } = {
  "writes-binding": [{ kind: "writes-binding", ...named }, /NAME/],
  "writes-object": [{ kind: "writes-object", ...named }, /NAME/],
  "writes-this": [{ kind: "writes-this" }],
  "private-static": [{ kind: "private-static" }],
  "uses-api": [{ kind: "uses-api", ...ofApi }, /API/],
  "api-result": [{ kind: "api-result", ...ofApi }, /API/],
  "api-as-value": [{ kind: "api-as-value", ...ofApi }, /API/],
  "handle-as-value": [{ kind: "handle-as-value", ...ofApi }, /API/],
  clock: [{ kind: "clock", ...ofApi }, /clock \(API\)/],
  "import-meta": [{ kind: "import-meta" }],
  "dynamic-import": [{ kind: "dynamic-import" }],
  "stack-trace": [{ kind: "stack-trace", property: "PROPERTY" }, /PROPERTY/],
  "constructor-read": [{ kind: "constructor-read" }],
  "arguments-read": [{ kind: "arguments-read" }],
  "module-object": [{ kind: "module-object" }],
  "block-binding": [{ kind: "block-binding", ...named }, /NAME/],
  "hidden-binding": [{ kind: "hidden-binding", ...named }, /NAME/],
  super: [{ kind: "super", isInner: true }],
  "outer-this": [{ kind: "outer-this", name: "new.target" }, /new\.target/],
  "unknown-code": [{ kind: "unknown-code" }],
  asm: [{ kind: "asm" }],
  generator: [{ kind: "generator" }],
  "returns-nothing": [{ kind: "returns-nothing" }],
  "too-small": [{ kind: "too-small", calls: false }],
  "called-in-loops": [{ kind: "called-in-loops" }],
  "no-memo": [{ kind: "no-memo" }, /no memo/],
  "uses-arguments": [{ kind: "uses-arguments" }],
  "uses-new-target": [{ kind: "uses-new-target" }],
  "arrow-this": [{ kind: "arrow-this" }],
  "arrow-pattern": [{ kind: "arrow-pattern" }],
  "default-parameter": [{ kind: "default-parameter", inPattern: true }, /pattern/],
  "shadowed-parameter": [{ kind: "shadowed-parameter" }],
  "anonymous-default": [{ kind: "anonymous-default", hasImports: false }],
  "beside-eval": [{ kind: "beside-eval" }],
  "inside-function": [{ kind: "inside-function" }],
  reassigned: [{ kind: "reassigned", ...named }, /NAME/],
  "not-analysed": [{ kind: "not-analysed", file, ...named }, /uses `NAME`.*FILE is not analysed yet/],
  "left-this-time": [{ kind: "left-this-time", file, ...named }, /uses `NAME`.*so FILE is left as it is for now/],
  "too-large": [{ kind: "too-large", file, bytes: 7, ...named }, /FILE has 7 bytes/],
  "left-alone": [{ kind: "left-alone", file, why: { kind: "direct-eval" }, ...named }, /FILE calls eval/],
  "nodes-function": [{ kind: "nodes-function", ...named }, /`NAME`.*one of Node's own functions/],
  "native-function": [{ kind: "native-function", ...named, from: "FROM" }, /`NAME` from "FROM".*native/],
  "proxied-function": [{ kind: "proxied-function", ...named, held: true }, /holds .*Proxy/],
  "unread-code": [{ kind: "unread-code", ...named }, /NAME/],
  "unread-text": [{ kind: "unread-text", why: { kind: "with-statement" }, ...named }, /NAME.*`with`/],
  "repeated-code": [{ kind: "repeated-code", ...named }, /NAME/],
  "unshown-function": [{ kind: "unshown-function", ...named }, /NAME/],
  "ambiguous-function": [{ kind: "ambiguous-function", ...named }, /NAME/],
  "replaced-function": [{ kind: "replaced-function", ...named }, /NAME/],
  "unseen-class": [{ kind: "unseen-class", ...named }, /NAME/],
  "odd-base": [{ kind: "odd-base" }],
  "stamped-base": [{ kind: "stamped-base" }],
  "moved-self": [{ kind: "moved-self", ...named }, /NAME/],
  "global-accessor": [{ kind: "global-accessor" }],
  "unshown-capture": [{ kind: "unshown-capture", ...named }, /NAME/],
  "uninitialised-capture": [{ kind: "uninitialised-capture", ...named }, /NAME/],
  "unshown-scopes": [{ kind: "unshown-scopes" }],
  "class-base-replaced": [{ kind: "class-base-replaced", ...named }, /NAME/],
  "signing-key": [{ kind: "signing-key" }, /DUMBO_REMOTE_KEY/],
  "weak-collection": [{ kind: "weak-collection", beside: "template" }, /WeakMap/],
  proxy: [{ kind: "proxy", of: "parent" }, /inherits from a Proxy/],
  "opaque-object": [{ kind: "opaque-object", what: "a WHAT" }, /a WHAT/],
  "built-in-object": [{ kind: "built-in-object", ...named }, /NAME/],
  "private-members": [{ kind: "private-members", ...named }, /NAME/],
  "extra-properties": [{ kind: "extra-properties", what: "a WHAT" }, /a WHAT/],
  "own-class": [{ kind: "own-class", what: "a WHAT" }, /a WHAT/],
  "shared-memory": [{ kind: "shared-memory" }],
  "resizable-memory": [{ kind: "resizable-memory", isView: true }, /view/],
  "detached-memory": [{ kind: "detached-memory" }],
  "stack-value": [{ kind: "stack-value" }],
  accessor: [{ kind: "accessor", ...named }, /NAME/],
  "array-attributes": [{ kind: "array-attributes", ...named, is: "writable" }, /NAME/],
  "read-only-regexp": [{ kind: "read-only-regexp" }],
  "shares-object": [{ kind: "shares-object" }],
  "pooled-memory": [{ kind: "pooled-memory", as: "view" }, /view/],
  "nodes-object": [{ kind: "nodes-object" }],
  "new-symbol": [{ kind: "new-symbol" }],
  "new-function": [{ kind: "new-function" }],
  "new-accessor": [{ kind: "new-accessor", ...named }, /NAME/],
  "unknown-class": [{ kind: "unknown-class" }],
  "template-texts": [{ kind: "template-texts" }],
  "large-result": [{ kind: "large-result", bytes: 7 }, /7 bytes/],
  "large-key": [{ kind: "large-key" }],
  "reading-runs-code": [{ kind: "reading-runs-code" }],
  "callers-arguments": [{ kind: "callers-arguments" }],
  "second-run": [{ kind: "second-run" }],
  "added-member": [{ kind: "added-member", ...named }, /NAME/],
  "read-after-wait": [{ kind: "read-after-wait", of: "argument", argument: 7 }, /argument 7/],
  "changes-unseen": [{ kind: "changes-unseen" }],
  "given-function": [{ kind: "given-function" }],
  throws: [{ kind: "throws" }],
  changes: [{ kind: "changes", what: "arguments" }, /arguments/],
  "other-zone": [{ kind: "other-zone" }, /time zone/],
  "replaces-by-equal": [{ kind: "replaces-by-equal", what: "state" }, /state/],
  "changes-for-good": [{ kind: "changes-for-good", what: "prototype" }, /prototype/],
  "changes-binding": [{ kind: "changes-binding", name: "count" }, /count/],
  "changes-nothing": [{ kind: "changes-nothing" }],
  "own-iterator": [{ kind: "own-iterator" }],
  "returns-thenable": [{ kind: "returns-thenable" }],
  "own-promise": [{ kind: "own-promise" }],
  stream: [{ kind: "stream", what: "left" }, /left before its end/],
  "unfinished-work": [{ kind: "unfinished-work" }],
  "dropped-promise": [{ kind: "dropped-promise" }],
  "uncounted-turns": [{ kind: "uncounted-turns" }],
  "many-promises": [{ kind: "many-promises" }],
  moved: [{ kind: "moved" }],
  "found-wrong": [{ kind: "found-wrong" }],
  "prints-otherwise": [{ kind: "prints-otherwise" }],
  "writes-otherwise": [{ kind: "writes-otherwise" }],
  "result-differs": [{ kind: "result-differs", where: "WHERE" }, /WHERE/],
  touches: [{ kind: "touches", event: "EVENT", ...ofApi, why: { kind: "device" } }, /API \(EVENT, to a device\)/],
  "listed-touches": [{ kind: "listed-touches", event: "EVENT" }, /EVENT/],
  "touches-after-wait": [{ kind: "touches-after-wait", ...ofApi }, /API/],
  "changed-while-read": [{ kind: "changed-while-read" }],
  "trace-limit": [{ kind: "trace-limit", of: "output", ...limited }, /prints more than 7/],
  "large-write": [{ kind: "large-write", ...limited }, /7 bytes/],
  "ends-early": [{ kind: "ends-early", ...ofApi, writes: true }, /API has written/],
  "catches-error": [{ kind: "catches-error", ...ofApi }, /API/],
  "callback-throws": [{ kind: "callback-throws", ...ofApi }, /API/],
  "left-open": [{ kind: "left-open", ...ofApi }, /API/],
  "mixed-waits": [{ kind: "mixed-waits", writes: true }, /reads or writes/],
  "changeable-input": [{ kind: "changeable-input", writes: false }, /^reads files/],
  "others-wrote": [{ kind: "others-wrote" }],
  "replaced-api": [{ kind: "replaced-api", ...ofApi }, /API/],
  "dependency-changed": [{ kind: "dependency-changed", what: "file WHAT" }, /file WHAT/],
  "changed-built-in": [{ kind: "changed-built-in", ...named }, /NAME/],
  "replaced-built-in": [{ kind: "replaced-built-in", ...named }, /NAME/],
  "removed-member": [{ kind: "removed-member", ...named }, /NAME/],
  "added-built-in": [{ kind: "added-built-in", ...named }, /NAME/],
  "last-match": [{ kind: "last-match", ...named }, /NAME/],
  unparsed: [{ kind: "unparsed", message: "MESSAGE" }, /MESSAGE/],
  "direct-eval": [{ kind: "direct-eval" }],
  "with-statement": [{ kind: "with-statement" }],
  "sloppy-this": [{ kind: "sloppy-this" }, /this/],
  "foreign-name": [{ kind: "foreign-name", ...named }, /NAME/],
  "made-code": [{ kind: "made-code", depends: "WHAT" }, /WHAT/],
  "long-text": [{ kind: "long-text" }],
  "shadowed-name": [{ kind: "shadowed-name", ...named }, /NAME/],
  "contains-mark": [{ kind: "contains-mark", ...named }, /NAME/],
};

group("each kind", () => {
  const sentences = new Set<string>();
  for (const [kind, [cause, shown = /./]] of Object.entries(EXAMPLES)) {
    test(kind, () => {
      const sentence = describe(cause);
      assert.match(sentence, shown);
      assert.doesNotMatch(sentence, /undefined|\[object|^\s|\s$|^$/);
      assert.ok(!sentences.has(sentence), `another kind has the sentence: ${sentence}`);
      sentences.add(sentence);
      assert.match(categoryOf(cause), /^[a-z-]+$/);
    });
  }
});

test("a sentence follows the way from the call to what was met", () => {
  const met: Reason = { kind: "proxy", place: { line: 3, column: 0 }, module: "src/b.js" };
  const reason = within({ step: "call" }, within({ step: "reads", name: "state" }, met));
  assert.equal(describe(reason), "a call reads `state`, which holds a Proxy");
  assert.equal(describeAt(reason, "src/a.js"), "a call reads `state`, which holds a Proxy at src/b.js:3");
  const late = within({ step: "after-return" }, { kind: "changes", what: "arguments" });
  assert.equal(describe(late), "changes its arguments after it returned");
  assert.equal(describeAt({ kind: "throws", place: { line: 9, column: 1 } }, "src/a.js"), "throws at src/a.js:9");
});

test("of many reasons the first ones are kept, and the others counted", () => {
  const all = Array.from({ length: 25 }, (_, line): Reason => ({ kind: "throws", place: { line, column: 0 } }));
  assert.equal(reasonsOf([]), null);
  assert.deepEqual(reasonsOf(all.slice(0, 1)), { reason: all[0] });
  const kept = reasonsOf(all, 2);
  assert.deepEqual([kept?.reason, kept?.others?.length, kept?.unlisted], [all[0], 19, 7]);
});

test("kinds are counted", () => {
  const reasons: Reason[] = [{ kind: "throws" }, { kind: "proxy" }, { kind: "throws" }];
  assert.deepEqual(countKinds(reasons), { throws: 2, proxy: 1 });
});

test("a kind that only another version knows has a sentence and a category", () => {
  const unknown = { kind: "of-a-later-version" } as unknown as Reason;
  assert.equal(describe(unknown), "is not cached (of-a-later-version)");
  assert.deepEqual([categoryOf(unknown), remedyOf(unknown)], ["not-known", []]);
});

group("categories and remedies", () => {
  const cases: [Reason, category: string, first: unknown][] = [
    [{ kind: "uses-api", api: "Date.now" }, "clock", { kind: "pass-in", what: "the time" }],
    [{ kind: "uses-api", api: "Math.random" }, "random", { kind: "pass-in", what: "the random number" }],
    [{ kind: "uses-api", api: "setTimeout" }, "timer", { kind: "split", what: "setTimeout" }],
    [{ kind: "uses-api", api: "eval" }, "code-from-text", { kind: "assume-pure", entry: null }],
    [{ kind: "uses-api", api: "node:net.connect" }, "outside", { kind: "split", what: "node:net.connect" }],
    [{ kind: "touches", event: "clock", api: "x" }, "clock", { kind: "pass-in", what: "the time" }],
    [
      { kind: "touches", event: "file", api: "fs.writeFileSync" },
      "outside",
      { kind: "configure", option: "replayWrites" },
    ],
    [
      { kind: "touches", event: "file", api: "fs.writeFileSync", why: { kind: "device" } },
      "outside",
      { kind: "split", what: "fs.writeFileSync" },
    ],
    [{ kind: "uses-api", api: "node:fs.mkdirSync" }, "outside", { kind: "configure", option: "replayWrites" }],
    [{ kind: "uses-api", api: "node:fs/promises.rm" }, "outside", { kind: "split", what: "node:fs/promises.rm" }],
    [{ kind: "not-analysed", file, ...named }, "not-known", { kind: "run-again" }],
    [{ kind: "repeated-code", ...named }, "not-known", { kind: "run-again" }],
    [{ kind: "native-function", ...named, from: "@a/b/c" }, "not-known", { kind: "assume-pure", entry: "@a/b" }],
    [{ kind: "native-function", ...named, from: "./c" }, "not-known", { kind: "assume-pure", entry: null }],
    [{ kind: "writes-binding", name: "n" }, "writes", { kind: "return-it", what: "n" }],
    [{ kind: "proxy" }, "value", { kind: "rewrite", how: "use-plain-data" }],
    [within({ step: "result" }, { kind: "proxy" }), "result", { kind: "rewrite", how: "use-plain-data" }],
    [within({ step: "reads", name: "list" }, { kind: "proxy" }), "value", { kind: "rewrite", how: "use-plain-data" }],
    // A user cannot write a package anew. The innermost binding is what stands in the way.
    [
      within(
        { step: "reads", name: "a", package: "outer" },
        within({ step: "reads", name: "b", package: "inner" }, { kind: "proxy" }),
      ),
      "state",
      { kind: "assume-pure", entry: "inner" },
    ],
    [
      within({ step: "reads", name: "a", package: "outer" }, within({ step: "reads", name: "b" }, { kind: "proxy" })),
      "value",
      { kind: "rewrite", how: "use-plain-data" },
    ],
    [{ kind: "large-result", bytes: 7 }, "limit", { kind: "configure", option: "limits.value" }],
    [{ kind: "throws" }, "throws", undefined],
  ];
  for (const [reason, category, first] of cases) {
    test(describe(reason), () => {
      assert.equal(categoryOf(reason), category);
      assert.deepEqual(remedyOf(reason)[0], first);
    });
  }

  test("nobody is asked to vouch for what changes files or ends the process", () => {
    const hasVouch = (api: string) => remedyOf({ kind: "uses-api", api }).some(({ kind }) => kind === "assume-pure");
    const changing = ["node:fs.mkdirSync", "fs.rmSync", "node:fs/promises.writeFile", "fs.chmod", "process.exit"];
    const others = ["node:fs.openSync", "node:os.cpus", "fetch", "Date.now"];
    assert.deepEqual(changing.filter(hasVouch), []);
    assert.deepEqual(others.filter(hasVouch), others);
  });
});
