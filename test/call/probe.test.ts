/** What a probe says of an object whose member decides. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { probesOf } from "../../src/call/probe.ts";
import type { LiveModule } from "../../src/code/live-module.ts";
import type { MemberProbe } from "../../src/code/manifest.ts";
import { openFrame } from "../../src/trace/frames.ts";
import { runInFrame } from "../support/run-in-frame.ts";

/** Whether looking at an object marks the call around it. */
function marks(member: MemberProbe, object: unknown): boolean {
  const manifest = { probes: [{ text: "reads a member", member }] };
  const module = { instance: { url: "file:///main.mjs" }, manifest } as unknown as LiveModule;
  const frame = openFrame([], false);
  const answer = runInFrame(frame, () => probesOf(module, () => null).look(0, object));
  assert.equal(answer, object, "the object itself is answered");
  return frame.effect !== null;
}

// biome-ignore lint/complexity/useArrowFunction: an arrow function has no `caller`
const called = function () {};
const hidden = (object: object) => Object.defineProperty(object, "stack", { value: "at f", enumerable: false });
const lively = {
  get stack() {
    return "";
  },
};

const STACKS: readonly (readonly [string, unknown, boolean])[] = [
  ["a plain object", {}, false],
  ["a stack of one's own", { stack: [] }, false],
  ["a stack that is inherited", Object.create({ stack: [] }), false],
  ["a text", "abc", false],
  ["nothing", null, false],
  ["an error", new Error("x"), true],
  ["what inherits from an error", Object.create(new Error("x")), true],
  ["an error behind a stack of one's own", Object.assign(Object.create(new Error("x")), { stack: 1 }), true],
  ["a trace", hidden({}), true],
  ["a trace that is inherited", Object.create(hidden({})), true],
  ["an accessor", lively, true],
  ["a function", called, true],
  ["what inherits from a function", Object.create(called), true],
  ["a function behind a stack of one's own", Object.assign(Object.create(called), { stack: 1 }), true],
  ["a Proxy", new Proxy({}, {}), true],
  ["what inherits from a Proxy", Object.create(new Proxy({}, {})), true],
  [
    "arguments",
    (function () {
      return arguments;
    })(),
    true,
  ],
  [
    "what inherits from arguments",
    Object.create(
      (function () {
        return arguments;
      })(),
    ),
    true,
  ],
];

for (const [what, object, expected] of STACKS) {
  test(`a member that may show callers, of ${what}`, () => {
    assert.equal(marks("stack", object), expected, `${what} ${expected ? "shows" : "shows no"} callers`);
  });
}
