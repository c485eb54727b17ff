/** Async functions that tell what they do while they are recorded: what the rewrite puts into them, and what that tells. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { transform } from "../../loader/transform/transform.ts";
import { type CallInPlace, originalText } from "../../src/code/guard-text.ts";
import { force } from "../program/conformance/force.ts";

const RUNTIME = Symbol.for("dumbo");
const options = { kind: "commonjs", sourceMap: false, scope: "user", assumed: [] } as const;

function rewritten(source: string): string {
  const result = transform(source, "id", options as never);
  assert.ok("code" in result, JSON.stringify(result));
  return result.code;
}

const withoutPrologue = (code: string) => code.replace(/^var \{box:.*?\?\?0;/, "");

/** What a call tells, one letter each: suspend, resume, loop, fail, end; and whether it was inside when it was to be. */
class Spy implements CallInPlace {
  told = "";
  isInside = true;
  suspend() {
    this.told += this.isInside ? "s" : "!";
    this.isInside = false;
  }
  resume() {
    this.told += "r";
    this.isInside = true;
  }
  loop() {
    this.told += "l";
  }
  fail() {
    this.told += "f";
  }
  end(value: unknown) {
    this.told += `e${this.told.includes("f") ? "" : JSON.stringify(value)}`;
    this.isInside = false;
    return false;
  }
}

async function run(code: string, call: CallInPlace | undefined): Promise<unknown> {
  const world = globalThis as unknown as Record<PropertyKey, unknown>;
  const asked: unknown[] = [];
  if (call) {
    world[RUNTIME] = (_id: string, _url: string, sites: number[]) => {
      const guards = sites.map((site) => [site, () => asked.push(site) && call] as const);
      return { box: { value: "never read" }, ...Object.fromEntries(guards) };
    };
  }
  world.spy = call ?? { isInside: true };
  try {
    const value: unknown = await new Function("__filename", `${code}\n;return f(1);`)("/f.cjs").catch(
      (error: unknown) => `threw ${error}`,
    );
    if (call) assert.ok(asked.length > 0, "no guard was asked");
    return typeof value === "function" ? `function ${value.name}` : value;
  } finally {
    delete world[RUNTIME];
    delete world.spy;
  }
}

const NO = "Promise.reject(new Error('no'))";
// `at(x)` is called where the frame has to be entered.
const AT = "const at = (x) => { if (!globalThis.spy.isInside) throw 'outside'; return x };\n";

const bodies: Record<string, [body: string, told: string]> = {
  "nothing awaited": ["return at(a) + Math.abs(a)", "e2"],
  "falls off the end": ["if (a < 0) return 1\nat(await a)", "sreundefined"],
  "returns nothing": ["if (await a) return\nreturn at(2)", "sreundefined"],
  awaits: ["const b = await at(a); return at(b) + (await at(await 3))", "srsrsre4"],
  "a statement after one without a semicolon": [
    "let x = at(a)\nawait x\nawait (x)\n;[await x].map(at)\nreturn x",
    "srsrsre1",
  ],
  "statements without a block": [
    "if (a) await at(a)\nelse await 2\ndo await 3; while (await false)\nfor (;await false;);\nreturn at(a)",
    "srsrsrsre1",
  ],
  "what throws": ["at(await a); throw new Error('x'); return 1", "srfe"],
  "what rejects": [`at(a); await ${NO}; return 1`, "sfe"],
  caught: [`try { await ${NO} } catch (e) { at(1); return at(e.message) } return 1`, 'sre"no"'],
  "caught by a pattern": [
    `try { at(await ${NO}) } catch ({ message: [m = at(1)], ...rest }) { var x = at(m) } return x`,
    'sre"n"',
  ],
  "caught without a name": [`try { await ${NO} } catch { return at(3) }`, "sre3"],
  finally: [`try { return await at(a) } finally { at(1); await null; at(2) }`, "srrsre1"],
  "finally after a rejection": [`try { return await ${NO} } finally { at(1); return at(2) }`, "sre2"],
  "a finally that throws": ["try { return at(1) } finally { await null; throw at(new Error('x')) }", "rsrfe"],
  "a finally that goes on": [
    "for (const i of [1, 2]) { try { return at(i) } finally { await null; if (i < 2) continue; at(0) } }",
    "rsrrsre2",
  ],
  loops: [
    "let s = 0; const list = at([1, 2]);\nfor (const x of list) s += await at(x); for (const x of [3]) s += x; return at(s)",
    "lsrsre6",
  ],
  "named functions": [
    "const g = async () => { await null; return 5 }; return [at(() => 1), function () { return 2 }].concat(await g()).map((x) => typeof x === 'function' ? x.name : x)",
    'sre["","",5]',
  ],
  "a function as a result": ["if (await a) return function () {}; return Math.abs(1)", "sreundefined"],
  "a class with its own methods": [
    "class C { async m() { return await 1 } static x = at(1) } return at(await new C().m())",
    "sre1",
  ],
  "functions in the body": ["return g(await a); function g(x) { return at(x) } var h = 1", "sre1"],
  comments: ["// one\nreturn /* two */ await /* three */ at(a) // four\n/* five */", "sre1"],
  "a directive": ["'use strict'\nreturn at(await this ?? 1)", "sre1"],
  "labels and switches": [
    "l: for (const x of [1]) { switch (await x) { case await 1: await 2; break l; default: at(3) } } return at(a)",
    "srsrsre1",
  ],
  templates: [
    "return `${await a}${at(await 2)}` + -(await a) + (await null ?? 'x') + typeof await a",
    'srsrsrsrsre"12-1xnumber"',
  ],
};

describe("in place", () => {
  for (const [name, [body, told]] of Object.entries(bodies)) {
    test(name, async () => {
      const source = `${AT}async function f(a) {${body}\n}\nexports = f`;
      const code = rewritten(source);
      assert.ok(code.includes("$dumboF0"), "not in place");
      assert.equal(withoutPrologue(originalText(code)), source);
      assert.equal(code.split("\n").length, source.split("\n").length);
      const bare = await run(source, undefined);
      assert.deepEqual(await run(code, undefined), bare, "without a runtime");
      const spy = new Spy();
      const value = await run(code, spy);
      assert.deepEqual(value, bare);
      assert.equal(spy.told, told);
    });
  }

  const arrows: Record<string, string> = {
    "an expression": "async (a) => at(await a)",
    "in parentheses": "async a => (at(await a), [await a])",
    "an object": "async (a) => ({ a: at(await a) })",
    "another line": "async (a /* => */, // => \n b = '=>') => // why\n  at(await a) // end",
    "no parameters": "async /* => */ () =>\nat(await 1)",
    "an arrow in it": "async (a) => (await a, (b) => b)",
    "a promise": "async (a) => Promise.resolve(at(a))",
  };
  for (const [name, text] of Object.entries(arrows)) {
    test(`an arrow function: ${name}`, async () => {
      const source = `${AT}const f = ${text};\nexports = f`;
      const code = rewritten(source);
      assert.ok(code.includes("$dumboF0"), "not in place");
      assert.equal(withoutPrologue(originalText(code)), source);
      assert.equal(code.split("\n").length, source.split("\n").length);
      const bare = await run(source, undefined);
      const spy = new Spy();
      const value = await run(code, spy);
      assert.deepEqual(value, bare);
      assert.match(spy.told, /^(sr)*e/);
    });
  }

  const ends: Record<string, [body: string, told: string]> = {
    "for await": ["for await (const x of [a]) await x; return Math.abs(a)", "e1"],
    "a pattern that waits": ["const [b = await 1] = []; return Math.abs(b)", "e1"],
    "a loop over what is awaited": [
      "let s = 0; for (const x of await [1, 2]) { s += await x } return Math.abs(s)",
      "e3",
    ],
    "a loop over what no name holds": [
      "let s = 0; for (const x of Object.values([a])) { s += await x }\nreturn Math.abs(s)",
      "e1",
    ],
    "what an error would quote: a call": ["return (await [a]).map.call([2], Math.abs)", "e[2]"],
    "what an error would quote: a constructor": ["return new (await Array)()", "e[]"],
    "what an error would quote: a spread": ["return Math.max(...((await [a]) || []))", "e1"],
    "what an error would quote: a pattern": ["const { b } = await a; if (b) return; return Math.abs(a)", "e1"],
    "what an error would quote: an assigned pattern": [
      "let b; [b] = await [a]; if (b > 1) return b; Math.abs(b)",
      "eundefined",
    ],
    "what is thrown": ["const { b } = await null; return Math.abs(b)", "fe"],
    "what is caught": [
      "try { const { b } = await null } catch ({ message }) { return message } finally { await 1 }",
      `e${JSON.stringify("Cannot destructure property 'b' of '(intermediate value)' as it is null.")}`,
    ],
  };
  for (const [name, [body, told]] of Object.entries(ends)) {
    test(`tells its end: ${name}`, async () => {
      const source = `async function f(a) {${body}\n}\nexports = f`;
      const code = rewritten(source);
      assert.ok(code.includes("$dumboF0") && !code.includes("suspend"), code);
      assert.equal(withoutPrologue(originalText(code)), source);
      assert.equal(code.split("\n").length, source.split("\n").length);
      const bare = await run(source, undefined);
      assert.deepEqual(await run(code, undefined), bare, "without a runtime");
      const spy = new Spy();
      assert.deepEqual(await run(code, spy), bare);
      assert.equal(spy.told, told);
      const taken = Object.assign(new Spy(), { end: () => true });
      assert.equal(await run(code, taken), undefined, "it returns, or throws, what is handed on");
    });
  }

  test("tells nothing: a function that is declared twice", () => {
    const code = rewritten("async function f(a) {await a; function g() { return 1 } var g; return g(a)}\nexports = f");
    assert.ok(code.includes("$dumbo0(") && !/\$dumboF\d/.test(code), code);
  });
});

test("a function that ends with what another one returns has its end inside of that", () => {
  const texts = [
    "async function a(x) { return async () => x }",
    "const a = async (x) => async () => x",
    "const a = (x) => (y) => x",
    "class C { async #m(x) { return async () => x } m(x) { return this.#m(x) } }",
    "async function a(x) { return { async b() { return (y) => async () => await y } } }",
  ];
  for (const text of texts) {
    const { code } = force(text, "commonjs", "id") ?? assert.fail(text);
    new Function(code);
    assert.equal(originalText(withoutPrologue(code)), text);
  }
});
