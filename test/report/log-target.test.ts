/** What `DUMBO_LOG` means. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { logTarget } from "../../src/report/log-target.ts";

test("words, files, and what an earlier version understood", () => {
  assert.deepEqual(logTarget(undefined), { kind: "default" });
  for (const text of ["", "0", "off", "no", "False", "silent"])
    assert.deepEqual(logTarget(text), { kind: "silent" }, text);
  for (const text of ["1", "on", "summary", "anything"]) assert.deepEqual(logTarget(text), { kind: "summary" }, text);
  assert.deepEqual(logTarget("json"), { kind: "json", file: null });
  assert.deepEqual(logTarget("./log"), { kind: "json", file: "./log" });
  assert.deepEqual(logTarget("C:\\log"), { kind: "json", file: "C:\\log" });
  assert.deepEqual(logTarget("ops"), { kind: "operations", file: null, isDetailed: false });
  assert.deepEqual(logTarget("Debug:/tmp/x:y"), { kind: "operations", file: "/tmp/x:y", isDetailed: true });
});
