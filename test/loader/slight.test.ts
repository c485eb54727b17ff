/** Which functions are too slight for a guard by their code alone, and that this is asked for. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { transform } from "../../loader/transform/transform.ts";

/** Names of the functions that get a guard, and of those that are too small for one. */
function sorted(source: string, leavesSlight = true): { guarded: string[]; small: string[] } {
  const options = { scope: "user", assumed: [], assumedBuiltins: [], kind: "module", sourceMap: false } as const;
  const made = transform(source, "id", { ...options, leavesSlight });
  assert.ok("manifest" in made, `left untouched: ${JSON.stringify(made)}`);
  const guarded = made.manifest.sites.map(({ name }) => name);
  for (const [site, name] of guarded.entries()) assert.ok(made.code.includes(`$dumbo${site}(`), `${name} has a guard`);
  return { guarded, small: made.manifest.refusals.filter(({ trivial }) => trivial).map(({ name }) => name) };
}

const VECTORS = `
  const clamp = (x) => Math.max(0, Math.min(1, x));
  export const mix = (a, b, t) => a + (b - a) * clamp(t);
  export class Vector {
    constructor(x, y) { this.x = x; this.y = y; }
    dot(other) { return this.x * other.x + this.y * other.y; }
    length() { return Math.sqrt(this.dot(this)); }
    scaled(by) { return new Vector(this.x * by, this.y * by); }
  }
  export function isName(text, at) { return /* a letter */ isLetter(text.charCodeAt(at)); }
  function isLetter(c) { if (Number.isNaN(c)) throw new RangeError("no code"); return c > 96 && c < 123; }
`;

test("without a loop, and with calls only of such functions and of built-ins that take no time", () => {
  const { guarded, small } = sorted(VECTORS);
  assert.deepEqual(guarded, []);
  assert.deepEqual(
    small.sort(),
    ["Vector.dot", "Vector.length", "Vector.scaled", "clamp", "isLetter", "isName", "mix"].sort(),
  );
});

test("only where it is asked for: the policy for tests keeps all guards", () => {
  assert.deepEqual(sorted(VECTORS, false).small, ["Vector.dot"]);
});

describe("what may take long keeps its guard", () => {
  const kept: Record<string, string> = {
    "a loop": "export function f(a) { let n = 0; for (const x of a) n += x; return Math.abs(n); }",
    "a callback": "export const f = (a) => Math.abs(a.map((x) => x + 1).length);",
    "a call of a function that has a loop":
      "function g(n) { let s = 0; while (n > 0) s += n--; return s; } export const f = (n) => g(n) + 1;",
    "a call of itself": "export function f(n) { return n < 2 ? n : f(n - 1) + f(n - 2); }",
    "a call of each other":
      "export function f(n) { return n < 2 ? n : g(n - 1); } export function g(n) { return f(n) + f(n - 1); }",
    "a call of a function from elsewhere": 'import { g } from "./g.mjs"; export const f = (n) => g(n) + 1;',
    "a call of what it is given": "export const f = (g) => g(1) + 1;",
    "a method that others may have as well": "export const f = (graph) => graph.get(1) + 1;",
    "a method of an object that stands for another": "export const f = (text) => text.replace(/a/g, 'b');",
    "a name that hides a built-in":
      "const Math = { abs: run }; export const f = (n) => Math.abs(n); function run(n) { return [n].sort(); }",
    "a class that extends another": "class B extends Array {} export const f = (n) => new B(n).length;",
    "a class whose fields do something":
      "class B { list = make(); } export const f = () => new B().list; const make = () => Array(9).fill(0);",
    "a constructor with a loop":
      "class B { constructor(n) { while (n-- > 0) this[n] = n; } } export const f = (n) => new B(n)[0];",
    "a spread": "export const f = (a) => Math.max(...a);",
    "a copy of the rest": "export const f = (a) => { const { x, ...rest } = a; return Object.is(x, rest); };",
    "a name that is assigned to again": "let g = (n) => n; g = (n) => [n].sort(); export const f = (n) => g(n) + 1;",
  };
  for (const [what, source] of Object.entries(kept)) {
    test(what, () => {
      assert.ok(sorted(source).guarded.includes("f"), `f has a guard: ${JSON.stringify(sorted(source))}`);
    });
  }
});
