/** Which function a value is, where V8 tells its script and where only the inspector does: the same, and the same key. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

interface Told {
  /** Whether V8 tells scripts. */
  readonly tells: boolean;
  readonly told: readonly (readonly [kind: string, identity: string, key: string])[];
}

function identified(flags: readonly string[]): Told {
  const program = fileURLToPath(new URL("../support/identified-program.ts", import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, "--import", "tsx", program], { encoding: "utf8" });
  assert.ok(stdout !== "", stderr);
  return JSON.parse(stdout) as Told;
}

const IDENTITIES: Record<string, string> = {
  "a declaration": "a:declared",
  "the same of another module of the same text": "b:declared",
  "an arrow function": "a:arrow",
  "the same of the other": "b:arrow",
  "a method of an object": "a:object.m",
  "the same, of the other": "b:object.m",
  "a getter": "a:(anonymous)",
  "a setter": "a:(anonymous)",
  "a class": "a:Class",
  "a class without a constructor": "a:Bare",
  "a derived one": "a:Derived",
  "a method of a class": "method",
  "a static method": "method",
  "a closure": "a:(anonymous)",
  "another with the same": "a:(anonymous)",
  "another with other state": "a:(anonymous)",
  "a closure of the other module": "b:(anonymous)",
  "an inner function that has captured nothing": "a:(anonymous)",
  "once more": "a:(anonymous)",
  "of the other module": "b:(anonymous)",
  "a class made by a function": "a:(anonymous)",
  "its method": "method",
  "a class made by it with another base": "a:(anonymous)",
  "what reads nothing outside": "a:(anonymous)",
  "the same in another module": "b:(anonymous)",
  "the first of two on one line": "a:(anonymous)",
  "the second": "a:(anonymous)",
  "the first of two of one text": "a:(anonymous)",
  "the second of them, on the next line": "a:(anonymous)",
  "a constructor in the old style": "a:Old",
  "its method, put on its prototype": "a:Old.prototype.m",
  "an asynchronous generator": "a:steps",
  "a function in a list": "a:(anonymous)",
  "an asynchronous one": "a:(anonymous)",
  "a generator": "a:(anonymous)",
  "a method that was put into another module": "a:object.m",
  "a function that another module exports": "b:arrow",
  "a module in a wrapper of text": "d:arrow",
  "a closure of it": "d:(anonymous)",
  "an inner function of a script that ran twice": "unknown: ambiguous-function",
  "one of the second run": "unknown: ambiguous-function",
  "a method of a script that ran twice": "unknown: ambiguous-function",
  "a bound closure": "bound",
  "a bound declaration": "bound",
  "a function of the language": "unknown: native-function",
  "a Proxy": "unknown: proxied-function",
  "a function made of a text": "unknown: unread-code",
  "of eval, with the text of a module's": "unknown: unread-code",
  "of another context": "unknown: unread-code",
  "of another context, closed": "unknown: unread-code",
};

const byEngine = identified([]);
// There V8's flags cannot be changed.
const byInspector = identified(["--freeze-flags-after-init"]);

test("each kind of function is what it is", () => {
  assert.equal(byEngine.tells, true);
  assert.deepEqual(Object.fromEntries(byEngine.told.map(([kind, identity]) => [kind, identity])), IDENTITIES);
});

test("the inspector says the same, but for what is the same wherever it stands", () => {
  assert.equal(byInspector.tells, false);
  const closed = ["the same in another module", "of another context, closed"];
  const said = Object.fromEntries(byInspector.told.map(([kind, identity]) => [kind, identity]));
  assert.deepEqual(said, { ...IDENTITIES, ...Object.fromEntries(closed.map((kind) => [kind, "a:(anonymous)"])) });
});

test("keys are the same", () => {
  // Neither is a key; the reasons differ.
  const others = new Set(["of another context, closed"]);
  const keys = ({ told }: Told) => told.filter(([kind]) => !others.has(kind)).map(([kind, , key]) => [kind, key]);
  assert.deepEqual(keys(byEngine), keys(byInspector));
  const key = Object.fromEntries(byEngine.told.map(([kind, , text]) => [kind, text]));
  assert.equal(key["another with the same"], key["a closure"]);
  assert.notEqual(key["another with other state"], key["a closure"]);
  assert.notEqual(key["the second"], key["the first of two on one line"]);
});
