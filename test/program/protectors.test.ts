/**
 * V8 compiles code faster as long as a program does nothing unusual to the language, like to detach the memory of a buffer: a "protector" for each
 * such thing holds until somebody does it, and then all code of the program becomes slower. dumbo does none of them while a program runs.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { project, run } from "../support/store-project.ts";

/** With Node 24, `v8.serialize` and all else of Node's native code that makes a Buffer does it. */
const BY_NODE = "TypedArrayLengthLookupChain";

const PROGRAM = `
class Point { #secret = 1; constructor(x) { this.x = x; } get y() { return this.x + this.#secret; } }
const kinds = [Int8Array, Uint8Array, Uint16Array, Int32Array, Float32Array, Float64Array, BigInt64Array];
const state = { points: [new Point(1)], table: new Map([["a", [1, 2]]]), seen: new Set([1]), at: new Date(5), text: /a(b)/g };
function numbers(n) { return Array.from({ length: n }, (_, i) => Math.sqrt(i)); }
function sumOf(list) { let sum = 0; for (const one of list) sum += Number(one); return sum; }
function views() { return kinds.map((kind) => new kind(5).fill(kind === BigInt64Array ? 3n : 3)); }
function bytes(text) { return Buffer.alloc(9).fill(text); }
function joined(buffer) { return buffer.toString("hex") + buffer.length; }
function ofState(key) { return [state.table.get(key), state.points[0].y, state.seen.has(1), state.at.getTime(), "ab".match(state.text)]; }
function changes(point) { point.x += 1; state.points.push(point); return new Point(point.y); }
function fails(text) { throw new RangeError(text); }
async function later(list) { await null; return list.map((x) => x * 2); }
function* steps(n) { for (let i = 0; i < n; i++) yield i; }
function made(n) { return (m) => n + m; }
const main = async () => {
  // More than the memory in which dumbo hashes has at first.
  const large = numbers(600000);
  console.log(sumOf(large), sumOf(numbers(10)), sumOf([...steps(9)]), views().map(sumOf).join(), views().length);
  console.log(joined(bytes("x")), JSON.stringify(ofState("a")), changes(new Point(4)).x, state.points.length, made(1)(2));
  try { fails("too far"); } catch (error) { console.log(error.message); }
  console.log((await later([1, 2, 3])).join(), sumOf(new Float64Array(large)));
  console.log("end");
};
main();
`;

/** Prints the names of built-in objects whose properties V8 keeps in a dictionary. */
const KEPT = `
const { types } = require("node:util");
const isFast = new Function("object", "return %HasFastProperties(object)");
const names = ["Object", "Array", "String", "Number", "Math", "JSON", "Date", "Promise", "RegExp", "Error", "Map", "Set", "Symbol", "Float64Array", "Reflect", "Buffer"];
const all = names.flatMap((name) => [[name, globalThis[name]], [name + ".prototype", globalThis[name].prototype]]);
const slow = all.filter(([, one]) => one && !types.isProxy(one) && !isFast(one)).map(([name]) => name);
console.log(slow.join() || "none");
`;

describe("V8's protectors", () => {
  // Where an ES module is imported, Node 20 loads it in a thread of its own, which has its own protectors.
  const folder = project({ "main.cjs": PROGRAM });
  const env = { DUMBO_DIR: join(folder, "cache"), DUMBO_WHOLE_RUNS: "none" };
  const ran = async (bare: boolean) => {
    const { stdout, end, hits, misses } = await run(folder, {
      bare,
      env,
      args: ["--trace-protector-invalidation", "main.cjs"],
    });
    assert.equal(end, 0);
    const lines = stdout.split("\n").filter((line) => line !== "" && !line.endsWith(BY_NODE));
    assert.ok(lines.includes("end"), stdout);
    // What dumbo writes when the program has ended slows nothing down.
    return { output: lines.slice(0, lines.indexOf("end")), hits, misses };
  };

  test("hold while calls are recorded and answered, where they hold without dumbo", async () => {
    const bare = await ran(true);
    assert.deepEqual(
      bare.output.filter((line) => /Invalidating/.test(line)),
      [],
    );
    const cold = await ran(false);
    assert.deepEqual(cold.output, bare.output);
    assert.ok(cold.misses >= 12, `${cold.misses} misses`);
    const warm = await ran(false);
    assert.deepEqual(warm.output, bare.output);
    assert.ok(warm.hits >= 9, `${warm.hits} hits`);
  });
});

test("V8 keeps the properties of built-in objects as it does without dumbo", async () => {
  const folder = project({ "main.cjs": KEPT });
  const args = ["--allow-natives-syntax", "main.cjs"];
  const bare = await run(folder, { bare: true, args });
  const { stdout, end } = await run(folder, { args });
  assert.equal(end, 0);
  assert.equal(stdout, bare.stdout);
});
