/** Finding out what functions are is work of a call, and ends soon after the time that the call has for it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { beginKey } from "../../src/code/captured-scope.ts";
import { step, withinTime } from "../../src/value/time-limit.ts";
import { TooLarge } from "../../src/value/unkeyable.ts";
import { WorkClock } from "../../src/value/work-clock.ts";
import { Program } from "../support/live-modules.ts";

const LIMIT = 5;

/** A clock that is a millisecond later at each look. @returns whether the work was abandoned */
function isAbandoned(work: () => void): boolean {
  let now = 0;
  const look = () => now++;
  try {
    withinTime(LIMIT, new WorkClock(look, look), work);
    return false;
  } catch (error) {
    assert.ok(error instanceof TooLarge, String(error));
    return true;
  } finally {
    // Without a limit, nothing is abandoned.
    step(1e6);
  }
}

/** Modules with a function each, which reads what is outside of it. */
const modules = (count: number, source: (i: number) => string) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`m${i}`, source(i)]));

describe("what a call has no time for", () => {
  test("manifests are read one by one, and none twice", () => {
    const program = new Program(modules(60, (i) => `let x = ${i}; x++; exports.f = (a) => a + x + ${i}`));
    const identifyAll = () => {
      for (const [name, { f }] of Object.entries(program.exports)) assert.equal(program.identify(f), `${name}:f`);
    };
    let tries = 1;
    for (; isAbandoned(identifyAll); tries++) {
      assert.ok(program.manifests <= tries * (LIMIT + 2), `${program.manifests} in ${tries} tries`);
      assert.ok(tries < 60, "each try goes on where the last one was abandoned");
    }
    assert.ok(tries > 5, `${tries} tries`);
    assert.equal(program.manifests, 60);
  });

  test("registering the classes of a large module", () => {
    const methods = Array.from({ length: 40 }, (_, i) => `m${i}() { return x + ${i} }`).join(" ");
    const classes = Array.from({ length: 40 }, (_, i) => `class C${i} { ${methods} } exports.C${i} = C${i};`).join(
      "\n",
    );
    const program = new Program({ a: `let x = 1; x++; ${classes}` });
    const last = program.exports.a?.C39;
    let tries = 1;
    for (; isAbandoned(() => program.identify(last)); tries++) assert.ok(tries < 100, `${tries} tries`);
    assert.ok(tries > 5, `${tries} tries`);
    assert.equal(program.identify(last), "a:C39");
    assert.equal(program.identify(program.exports.a?.C0), "a:C0");
  });

  test("many functions as values", () => {
    const program = new Program({ a: "let x = 1; x++; exports.make = () => (a) => a + x" });
    const { make } = program.exported<{ make: () => object }>("a");
    const functions = Array.from({ length: 200 }, make);
    let known = 0;
    const identifyAll = () => {
      known = 0;
      for (const fn of functions) {
        assert.equal(program.identify(fn), "a:(anonymous)");
        known++;
      }
    };
    assert.ok(isAbandoned(identifyAll), "the first time");
    assert.ok(known < 30, `${known} functions`);
    let tries = 2;
    for (; isAbandoned(identifyAll); tries++) assert.ok(tries < 100, `${tries} tries`);
    assert.equal(known, 200);
  });

  test("what closures have captured is opened one by one", () => {
    const source = "exports.make = (x) => { let y = x; const step = () => { y++ }; step(); return (a) => a + y }";
    const program = new Program({ a: source });
    const { make } = program.exported<{ make: (x: number) => object }>("a");
    const functions = Array.from({ length: 8 }, (_, i) => make(i));
    const before = program.keyOf(functions);
    assert.match(before, /^[0-9a-f]{32}$/);
    // What can change is read again.
    beginKey();
    let key = "";
    isAbandoned(() => {
      key = program.keyOf(functions);
    });
    assert.match(key, /too large/);
    assert.equal(program.keyOf(functions), before, "without a limit");
  });

  test("functions that read the same state are known to take as long", () => {
    const program = new Program({
      a: [
        "let few = [1]; let many = Array.from({ length: 4000 }, (_, i) => ({ ['k' + i]: [i] }));",
        "exports.reset = () => { few = []; many = []; };",
        "exports.all = () => [few, many];",
        "exports.first = () => many[0];",
        "exports.few = () => [few];",
      ].join("\n"),
    });
    const least = () => ["all", "first", "few"].map((name) => program.leastTime("a", name));
    assert.deepEqual(least(), [0, 0, 0]);
    let key = "";
    isAbandoned(() => {
      key = program.key("a", "all");
    });
    assert.match(key, /too large/);
    const [all = 0, first = 0, few = 0] = least();
    assert.ok(all > LIMIT / 2 && all < 4 * LIMIT, String(all));
    assert.equal(first, all);
    assert.equal(few, 0, "it was walked over in time");
  });
});
