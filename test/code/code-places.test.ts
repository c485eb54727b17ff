/** V8's own functions say of a function's code what the inspector says: its script and its line. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { lineOf, NO_SCRIPT, scriptOf } from "../../src/code/code-places.ts";
import { openFunction } from "../../src/code/inspect-function.ts";

/** Runs a text as a script of its own. */
const run = (text: string, options: vm.RunningScriptOptions = {}) => vm.runInThisContext(text, options) as object;

const getterOf = (object: object, key: string) => Object.getOwnPropertyDescriptor(object, key)?.get as object;
const setterOf = (object: object, key: string) => Object.getOwnPropertyDescriptor(object, key)?.set as object;

function resolver(): object {
  let resolve: object = {};
  new Promise((given) => {
    resolve = given;
  });
  return resolve;
}

const KINDS = `
({
  declaration: (() => { function f(a, b) { return a + b } return f })(),
  expression: function (a) { return a },
  named: function f(a) { return a },
  arrow: (a) =>
    a,
  method: { m(a) { return a } }.m,
  computed: { ["m" + 1](a) { return a } }.m1,
  generator: function* () { yield 1 },
  async: async () => {},
  asyncGenerator: async function* () {},
  class: class { constructor(a) { this.a = a } },
  "class without a constructor": class { m() {} },
  "derived class without a constructor": class extends Array {},
  "class with fields": class { a = 1; static b = 2 },
  "method of a class": class { m() {} }.prototype.m,
  "static method": class { static m() {} }.m,
  "default parameter": (() => { let f; ((a = (f = () => 1)) => a)(); return f })(),
  inner: ((a) => (b) => a + b)(1),
})`;

describe("a function that a script has", () => {
  const forms: Record<string, string> = {
    "lines that end with a line feed": KINDS,
    "lines that end with both": KINDS.replaceAll("\n", "\r\n"),
    "lines that end with a carriage return": KINDS.replaceAll("\n", "\r"),
    "lines that end with a line separator": KINDS.replaceAll("\n", "\u2028"),
    "a line separator in a text": `"a\u2028b\u2029c";${KINDS}`,
    "characters of two bytes and pairs of surrogates": `"\u{1f600} \u00e9 \u4e00";${KINDS}`,
    "no line end": KINDS.replaceAll("\n", " "),
    "a line end in front and one behind": `\n\n${KINDS}\n`,
  };
  for (const [form, text] of Object.entries(forms)) {
    test(form, () => {
      let compared = 0;
      for (const [kind, fn] of Object.entries(run(text) as Record<string, object>)) {
        const opened = openFunction(fn);
        assert.ok(opened.kind === "closure", `${kind}: the inspector shows it`);
        const script = scriptOf(fn);
        assert.equal(script, Number(opened.script), `${kind}: the script`);
        assert.equal(lineOf(fn, script as number), opened.line, `${kind}: the line`);
        compared++;
      }
      assert.equal(compared, 17);
    });
  }

  test("accessors, functions made of texts, of eval, of another context, of compileFunction", () => {
    const object = run("({ get a() { return 1 },\n set a(x) {} })");
    const functions = [
      getterOf(object, "a"),
      setterOf(object, "a"),
      new Function("a", "return a"),
      // biome-ignore lint/security/noGlobalEval: a function that it makes
      // biome-ignore lint/complexity/noCommaOperator: so that it is not the eval of this scope
      (0, eval)("\n\n(a) => a") as object,
      vm.runInNewContext("\n(a) => a") as object,
      vm.compileFunction("\n\nreturn (a) => a", ["x", "y"])() as object,
      vm.compileFunction("\n\nreturn a", ["a"]),
    ];
    for (const fn of functions) {
      const opened = openFunction(fn);
      assert.ok(opened.kind === "closure", String(fn));
      assert.equal(scriptOf(fn), Number(opened.script), String(fn));
      assert.equal(lineOf(fn, Number(opened.script)), opened.line, String(fn));
    }
  });

  test("two runs of one script are one script, two scripts of one text are two", () => {
    const script = new vm.Script("(a) => a // once");
    const [first, second] = [script.runInThisContext() as object, script.runInThisContext() as object];
    assert.notEqual(first, second);
    assert.equal(scriptOf(first), scriptOf(second));
    const compile = (filename: string) => vm.compileFunction("return (a) => a", [], { filename })() as object;
    assert.notEqual(scriptOf(compile("/a.js")), scriptOf(compile("/b.js")), "of another name");
  });
});

test("what has no script", () => {
  const f = (a: number) => a;
  const wasm = new WebAssembly.Module(
    new Uint8Array([
      0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 4, 1, 2, 0, 11,
    ]),
  );
  const without: Record<string, object> = {
    "of the language": Math.max,
    "of Node, native": process.cwd.bind(null),
    "a constructor of the language": Map,
    bound: f.bind(null, 1),
    "bound twice": f.bind(null).bind(null),
    "a bound class": class {}.bind(null),
    "a Proxy": new Proxy(f, {}),
    "a revoker": Proxy.revocable({}, {}).revoke,
    "what resolves a promise": resolver(),
    "no function": {},
  };
  for (const [kind, value] of Object.entries(without)) assert.equal(scriptOf(value), NO_SCRIPT, kind);
  // It has a script that is no text, and that is no module's.
  const { f: exported } = new WebAssembly.Instance(wasm, {}).exports as unknown as { f: object };
  assert.notEqual(scriptOf(exported), scriptOf(f), "of WebAssembly");
});

/** What is said in a process of its own. */
function child(flags: readonly string[], source: string): string {
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const args = [...flags, "--import", "tsx", "--input-type=module", "-"];
  const input = `import { lineOf, scriptOf } from "./src/code/code-places.ts";
    const f = () => 1;
    const before = scriptOf(f);
    ${source}`;
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd, input, encoding: "utf8" });
  return stdout.trim() || stderr;
}

test("when V8 has thrown away the code of its own functions' callers, they are made anew", () => {
  const source = `
    for (let i = 0; i < 30; i++) gc();
    console.log(before >= 0, scriptOf(f) === before, lineOf(f, before));`;
  assert.equal(child(["--expose-gc", "--stress-flush-code"], source), "true true 2");
});

test("where V8 cannot be asked, nothing is told", () => {
  const source = "console.log(before, scriptOf(f), lineOf(f, 1));";
  for (const flag of ["--freeze-flags-after-init", "--disallow-code-generation-from-strings"]) {
    assert.equal(child([flag], source), "null null null", flag);
  }
});
