import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { installTaps, tapLoaded } from "../../audit/taps/install.ts";
import { originalOf } from "../../audit/taps/wrap.ts";
import { lazyModule } from "../../src/node/lazy.ts";

test("what dumbo takes of a module that Node has loaded for itself is no tap: its use would count as the program's", () => {
  installTaps();
  // Loads node:v8.
  createRequire(import.meta.url)("node:worker_threads");
  tapLoaded();
  const { setFlagsFromString } = lazyModule("v8");
  assert.equal(originalOf(setFlagsFromString), setFlagsFromString);
  assert.notEqual(process.getBuiltinModule("node:v8").setFlagsFromString, setFlagsFromString);
});
