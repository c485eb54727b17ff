/** Probes that tell nothing new are not written, and all others are. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { transform } from "../../loader/transform/transform.ts";

/** The code that follows each probe, in the order of the text. */
function probed(source: string): string[] {
  const made = transform(source, "id", {
    scope: "user",
    assumed: [],
    assumedBuiltins: [],
    kind: "module",
    sourceMap: false,
  });
  assert.ok("code" in made, `left untouched: ${JSON.stringify(made)}`);
  const text = made.code.slice(made.code.indexOf("??0;") + "??0;".length);
  const pieces = text.split(
    /typeof \$dumboF==="object"&&\$dumboF\.open(?:&&(?:\$dumboF\.mark!==\$dumboO\d+&&)?\$dumboP|\?\$dumboK)\([^()]*\)[;,:]?/,
  );
  return pieces.slice(1).map((piece) => /^[\w.[\]]+/.exec(piece.trimStart())?.[0] ?? piece.slice(0, 10));
}

const STATE = "let n = 0, m = 0; const seen = {}; export const state = () => [n, m, seen];";

describe("what is covered", () => {
  const covered: Record<string, [source: string, probed: string[]]> = {
    "a write in a loop behind one in front of it": [
      "export function f(a) { if (a) { n++; for (const x of a) { n += x; } } return n; }",
      ["n"],
    ],
    "a change of state behind an assignment": [
      "export function f(a) { if (a) { n++; for (const x of a) seen[x] = 1; } return n; }",
      ["n"],
    ],
    "a write in a branch, in a statement that stands alone, behind a comma": [
      "export function f(a) { if (a) { n++; if (a > 1) n--; while (n > 9) n -= a; return a > 2 ? (n = 3) : n; } return 0; }",
      ["n"],
    ],
    "a write to what the call around it has made": [
      "export function f(a) { const to = []; a.forEach((x) => { to.m = x; for (const y of x) to[y] = 1; }); return to; }",
      ["to.m"],
    ],
  };
  for (const [what, [source, expected]] of Object.entries(covered)) {
    test(what, () => assert.deepEqual(probed(`${STATE}\n${source}`), expected));
  }
});

describe("what is not covered", () => {
  const kept: Record<string, [source: string, probed: string[]]> = {
    "another branch, and what comes after a branch": [
      "export function f(a) { if (a) { n++; } else { n--; } for (const x of a) { n += x; } return n; }",
      ["n", "n", "n"],
    ],
    "an assignment to another binding, which calls keep by itself": [
      "export function f(a) { if (a) { n++; for (const x of a) { m += x; n += x; } } return n; }",
      ["n", "m"],
    ],
    "another case": ["export function f(a) { switch (a) { case 1: n++; break; case 2: n--; } return n; }", ["n", "n"]],
    "an assignment behind a change of state, which calls may keep": [
      "export function f(a) { if (a) { seen[0] = 1; for (const x of a) { n += x; } } return n; }",
      ["seen[0]", "n"],
    ],
    "code of a function inside, which may run in another call": [
      "export function f(a) { if (a) { n++; a.later(() => { n--; }); } return n; }",
      ["n", "n"],
    ],
    "an async function, which leaves the call and comes back": [
      "export async function f(a) { if (a) { n++; await a; for (const x of a) { n += x; } } return n; }",
      ["n", "n"],
    ],
    "a field of instances, which may be made in another call": [
      "export function f(a) { if (a) { n++; return class { x = a > 1 ? (n += 2) : 0; }; } return null; }",
      ["n", "n"],
    ],
    "a generator": ["export function* f(a) { if (a) { n++; yield 1; if (a > 1) { n += 1; } } return n; }", ["n", "n"]],
    "code that may read `Error.stackTraceLimit`, which is given back for it": [
      "export function f(a) { if (a) { n++; if (a > 1) { Error.b = 1; } } return n; }",
      ["n", "Error.b"],
    ],
    "a write to what another function's call has made": [
      "export const f = (a) => { const to = []; return a.map((x) => { const own = []; x.each((y) => { own.m = y; for (const z of y) { to[z] = 1; } }); return own; }); };",
      ["own.m", "to[z]"],
    ],
  };
  for (const [what, [source, expected]] of Object.entries(kept)) {
    test(what, () => assert.deepEqual(probed(`${STATE}\n${source}`), expected));
  }
});
