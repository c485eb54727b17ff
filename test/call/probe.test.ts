/** What a probe says of an object whose member decides. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { probesOf } from "../../src/call/probe.ts";
import type { LiveModule } from "../../src/code/live-module.ts";
import type { MemberProbe } from "../../src/code/manifest.ts";
import { openFrame } from "../../src/trace/frames.ts";
import { runInFrame } from "../support/run-in-frame.ts";

/** Whether looking at an object marks the call around it. */
function marks(member: MemberProbe, object: unknown, property?: string): boolean {
  const kind = member === "stack" ? "stack-trace" : "constructor-read";
  const manifest = { probes: [{ kind, member, ...(property && { property }) }] };
  const module = { instance: { url: "file:///main.mjs" }, manifest } as unknown as LiveModule;
  const frame = openFrame([], false);
  const answer = runInFrame(frame, () => probesOf(module, () => null).look(0, object));
  assert.equal(answer, object, "the object itself is answered");
  return frame.effect !== null;
}

// biome-ignore lint/complexity/useArrowFunction: an arrow function has no `caller`
const called = function () {};
const hidden = (object: object) => Object.defineProperty(object, "stack", { value: "at f", enumerable: false });
const own = { value: [], enumerable: true, writable: true, configurable: true };
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
  ["an error behind a stack of one's own", Object.create(new Error("x"), { stack: own }), false],
  ["an error whose own stack was made to show", Object.defineProperty(new Error("x"), "stack", own), true],
  ["a Proxy of an object with a stack", new Proxy({ stack: [] }, {}), true],
  ["a trace", hidden({}), true],
  ["a trace that is inherited", Object.create(hidden({})), true],
  ["an accessor", lively, true],
  ["a function", called, true],
  ["what inherits from a function", Object.create(called), true],
  ["a function behind a stack of one's own", Object.assign(Object.create(called), { stack: 1 }), false],
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
    assert.equal(marks("stack", object, "stack"), expected, `${what} ${expected ? "shows" : "shows no"} callers`);
  });
}

test("a callee that may show callers", () => {
  const passed: object = new Function("return arguments")();
  assert.equal(marks("stack", { callee: {} }, "callee"), false, "a node of a syntax tree shows no callers");
  assert.equal(marks("stack", passed, "callee"), true, "arguments show callers");
  Object.defineProperty(passed, "callee", { value: 1, enumerable: true });
  assert.equal(marks("stack", passed, "callee"), true, "arguments with another callee are not told apart");
});

test("what was found of an object holds for those that differ in nothing that matters, and for no others", () => {
  class Parser {
    stack: unknown[] = [];
  }
  const manifest = { probes: [{ kind: "stack-trace", member: "stack", property: "stack" }] };
  const module = { instance: { url: "file:///main.mjs" }, manifest } as unknown as LiveModule;
  const { look } = probesOf(module, () => null);
  const isSuspect = (object: unknown) => {
    const frame = openFrame([], false);
    runInFrame(frame, () => look(0, object));
    return frame.effect !== null;
  };
  // So many that V8 is asked for hidden classes.
  for (let i = 0; i < 10_000; i++) assert.equal(isSuspect(new Parser()), false, `parser ${i} shows no callers`);
  assert.equal(isSuspect(Object.defineProperty(new Parser(), "stack", { enumerable: false })), true, "a hidden one");
  const lively = Object.defineProperty(new Parser(), "stack", { get: () => "", enumerable: true });
  assert.equal(isSuspect(lively), true, "an accessor");
  assert.equal(isSuspect(new Proxy(new Parser(), {})), true, "a Proxy");
  assert.equal(isSuspect(Object.defineProperty(new Error("x"), "stack", own)), true, "an error");
  assert.equal(isSuspect(Object.setPrototypeOf(new Parser(), new Error("x"))), false, "an error behind it");
  assert.equal(isSuspect(Object.assign(new Parser(), { stack: 1 })), false, "another value");
  for (let i = 0; i < 8; i++) assert.equal(isSuspect({ stack: [], [`k${i}`]: 1 }), false, `class ${i}`);
});
