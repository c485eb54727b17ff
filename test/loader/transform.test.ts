/** The rewrite: what is inserted, that nothing moves, and that the program does what it did. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import vm from "node:vm";
import { parse } from "acorn";
import { walk } from "estree-walker";
import type { SourceKind } from "../../loader/parse/parse.ts";
import { stripTypes } from "../../loader/parse/typescript.ts";
import { type Transformed, type TransformOptions, transform } from "../../loader/transform/transform.ts";
import { type Box, type GuardFunction, type Handed, originalText, withoutGuards } from "../../src/code/guard-text.ts";
import type { Access } from "../../src/code/manifest.ts";
import { OnceScopes } from "../../src/code/once-scopes.ts";
import { describe as describeReason } from "../../src/reason/describe.ts";

const RUNTIME = Symbol.for("dumbo");

function optionsFor(kind: SourceKind | undefined, more: Partial<TransformOptions> = {}): TransformOptions {
  return { scope: "user", assumed: [], assumedBuiltins: [], kind, sourceMap: false, ...more };
}

function transformed(source: string, kind: SourceKind | undefined, more: Partial<TransformOptions> = {}): Transformed {
  const result = transform(source, "id", optionsFor(kind, more));
  assert.ok("code" in result, `left untouched: ${JSON.stringify(result)}`);
  return result;
}

function untouched(source: string, kind: SourceKind | undefined = "commonjs"): string {
  const result = transform(source, "id", optionsFor(kind));
  assert.ok("untouched" in result, `rewritten: ${JSON.stringify(result)}`);
  return result.untouched ? describeReason(result.untouched) : "";
}

/**
 * Rewritten code as a reader wants it: `<prologue>`, and `<0 this,a>` for guard 0 that passes `this,a`; `<global? 0>` for probe 0 that
 * asks whether `this` is the global object; `<0 this,a>{` for one whose body runs in its own place, with `await<...>` for what it waits for and `return<...>` for what it returns.
 */
function shown(code: string): string {
  return code
    .replace(
      /var \{box:\$dumbo(?:,\d+:\$dumbo\d+)*(?:,frames:\$dumboF,probe:\$dumboP,look:\$dumboK)?(?:,privates:\$dumboC)?(?:,scopes:\$dumboM)?\}=globalThis\[Symbol\.for\("dumbo"\)\]\?\.\("id",.*?,\[[\d,]*\],.*?\}(?:,0)?(?:,\[\],\$dumboD)?\)\?\?0(?:,\$dumboD)?;/,
      "<prologue>",
    )
    .replace(/typeof \$dumboF==="object"&&\$dumboF\.open&&this===\$dumboF\.root&&\$dumboP\((\d+)\);/g, "<global? $1>")
    .replace(/if\(typeof \$dumbo(\d+)==="function"&&\$dumbo\1\(([^()]*)\)\)return \$dumbo\.value;/g, "<$1 $2>")
    .replace(/typeof \$dumbo(\d+)==="function"&&\$dumbo\1\(([^()]*)\)\?\$dumbo\.value:/g, "<$1 $2>?")
    .replace(
      /let \$dumboF(\d+),[^;]*;if\(typeof [^(]*\(\$dumboF\d+=\$dumbo\d+\(([^()]*)\)\)===true\)[^;]*;try\{/g,
      "<$1 $2>{",
    )
    .replace(/(?:;\$dumboR\d+=void 0)?\}catch\(\$dumboE\d+\)\{[^}]*\}finally\{[^}]*\}/g, "}")
    .replace(/\(\$dumboV\d+=await\(\$dumboV\d+=\(0,/g, "await<")
    .replace(/\/\*\$dumbo\d+\*\/\),\$dumboF\d+&&\$dumboF\d+\.suspend[^)]*\),\$dumboV\d+\)[^)]*\),\$dumboV\d+\)/g, ">")
    .replace(/ \$dumboR\d+=\(0,([\s\S]*?)\/\*\$dumbo\d+\*\/\)/g, "<$1>")
    .replace(/\/\*\$dumbo\d+\*\/\)/g, ")")
    .replace(/static\{typeof \$dumboC==="function"&&\$dumboC\((.*?)\)\/\*\$dumboC\*\/\}/g, "<private $1>");
}

type Get = (n: number) => unknown;
type Set = (n: number, guard: unknown) => void;
/** What a program finds as `globalThis[Symbol.for("dumbo")]`; absent when undefined. */
type Runtime = ((id: string, url: string, guards: number[], get: Get, set: Set) => Handed) | undefined;

let asked = 0;

/** Says no to every call. */
const no: Runtime = (_id, _url, guards) => {
  const guard = () => {
    asked++;
    return false;
  };
  return hand("never read", guards, () => guard);
};

const NO_PROBES: Pick<Handed, "frames" | "probe" | "look" | "privates" | "scopes"> = {
  frames: { open: 0, call: null, root: globalThis },
  probe: () => undefined,
  look: (_, object) => object,
  privates: () => undefined,
  scopes: new OnceScopes(() => undefined),
};

function hand(value: unknown, guards: number[], guardOf: (site: number) => GuardFunction): Handed {
  return { box: { value }, ...NO_PROBES, ...Object.fromEntries(guards.map((site) => [site, guardOf(site)])) };
}

/** Runs the function again with its guard passed, as a miss does. */
function again({ manifest }: Transformed): Runtime {
  return (_id, _url, guards, get, set) => {
    const box: Box = { value: undefined };
    const find = (access: Access) => {
      const start = get(access.getter);
      const path = access.kind === "path" ? access.path : [];
      return path.reduce((value, key) => (value as Record<string, unknown>)[key], start) as (
        ...args: unknown[]
      ) => unknown;
    };
    const guardOf = (site: number) => {
      const { access, form } = manifest.sites[site] as Transformed["manifest"]["sites"][number];
      const guard: GuardFunction = (self, ...args) => {
        asked++;
        set(site, undefined);
        try {
          box.value = Reflect.apply(find(access), self, form === "arguments" ? [...(args[0] as unknown[])] : args);
        } finally {
          set(site, guard);
        }
        return true;
      };
      return guard;
    };
    return { box, ...NO_PROBES, ...Object.fromEntries(guards.map((site) => [site, guardOf(site)])) };
  };
}

/** Hands out one value for every call. */
function always(value: unknown): Runtime {
  return (_id, _url, guards) => hand(value, guards, () => () => true);
}

let modules = 0;

/** Runs a module's text and evaluates an expression in it afterwards. */
async function run(code: string, kind: SourceKind, expression: string, runtime: Runtime): Promise<unknown> {
  const world = globalThis as unknown as Record<PropertyKey, unknown>;
  if (runtime) world[RUNTIME] = runtime;
  else assert.equal(world[RUNTIME], undefined);
  const out: { value?: unknown } = {};
  world.testOut = out;
  const whole = `${code}\n;globalThis.testOut.value=(() => { try { return ${expression} } catch (error) { return error } })();`;
  try {
    if (kind === "module") {
      await import(`data:text/javascript,${encodeURIComponent(`${whole}//${modules++}`)}`);
    } else {
      const module = { exports: {} };
      const compiled = vm.compileFunction(
        whole.replace(/^#!.*/, ""),
        ["exports", "require", "module", "__filename", "__dirname"],
        {
          filename: "/fixture.cjs",
        },
      );
      compiled.call(module.exports, module.exports, () => ({}), module, "/fixture.cjs", "/");
    }
    return await out.value;
  } finally {
    delete world[RUNTIME];
    delete world.testOut;
  }
}

const show = (value: unknown) =>
  value instanceof Error ? String(value) : inspect(value, { depth: 9, showHidden: true, getters: false });

interface Fixture {
  readonly name: string;
  readonly kind?: SourceKind;
  readonly input: string;
  readonly output: string;
  /** Of the output without guards, where that is not the input. */
  readonly thinned?: string;
  /** Evaluated in the module after it ran: its value is what must not differ. */
  readonly result: string;
}

const fixtures: Fixture[] = [
  {
    name: "a declaration",
    input: "export function f(a, b) { return Math.max(a, b); }",
    output: "<prologue>export function f(a, b) {<0 this,a,b> return Math.max(a, b); }",
    result: "[f(1, 2), f.length, f.name, f(3)]",
  },
  {
    name: "a hashbang",
    input: "#!/usr/bin/env node\nfunction f(a) { return Math.abs(a) }",
    output: "#!/usr/bin/env node\n<prologue>function f(a) {<0 this,a> return Math.abs(a) }",
    result: "f(-1)",
  },
  {
    name: "a hashbang and a directive",
    kind: "commonjs",
    input: '#!/usr/bin/env node\n\n// first\n"use strict"; function f(a) { return [Math.abs(a), typeof this] }',
    output:
      '#!/usr/bin/env node\n\n// first\n"use strict";;<prologue> function f(a) {<0 this,a> return [Math.abs(a), typeof this] }',
    result: "f(-1)",
  },
  {
    name: "directives without semicolons",
    kind: "commonjs",
    input: "'use strict'\n'use other'\nfunction f(a) {\n  'use strict' // why\n  return [Math.abs(a), this]\n}",
    output:
      "'use strict'\n'use other';<prologue>\nfunction f(a) {\n  'use strict';<0 this,a> // why\n  return [Math.abs(a), this]\n}",
    result: "f(-1)",
  },
  {
    name: "a string in parentheses, which is no directive",
    kind: "commonjs",
    input: '("use strict"); function f(a) { ("use strict"); return [Math.abs(a), typeof this] }',
    output:
      '<prologue>("use strict"); function f(a) {<0 this,a><global? 0> ("use strict"); return [Math.abs(a), typeof this] }',
    thinned: '("use strict"); function f(a) {<global? 0> ("use strict"); return [Math.abs(a), typeof this] }',
    result: "f(-1)",
  },
  {
    name: "a byte order mark",
    input: "\uFEFFexport function f(a) { return Math.abs(a) }",
    output: "<prologue>\uFEFFexport function f(a) {<0 this,a> return Math.abs(a) }",
    result: "f(-1)",
  },
  {
    name: "a file that begins with a parenthesis, a template, a regular expression",
    kind: "commonjs",
    input: ";[1].map(f)\n;`${f(2)}`\n;/x/.test(f(3))\nfunction f(a) { return [Math.abs(a)] }",
    output: "<prologue>;[1].map(f)\n;`${f(2)}`\n;/x/.test(f(3))\nfunction f(a) {<0 this,a> return [Math.abs(a)] }",
    result: "f(-1)",
  },
  {
    name: "bodies that begin with what a missing semicolon would join",
    kind: "commonjs",
    input:
      "function f(a) { (a); return Math.abs(a) }\nfunction g(a) { [a]; return Math.abs(a) }\nfunction h(a) { -a; return Math.abs(a) }",
    output:
      "<prologue>function f(a) {<0 this,a> (a); return Math.abs(a) }\nfunction g(a) {<1 this,a> [a]; return Math.abs(a) }\nfunction h(a) {<2 this,a> -a; return Math.abs(a) }",
    result: "[f(-1), g(-2), h(-3)]",
  },
  {
    name: "no semicolon after a declaration",
    kind: "commonjs",
    input: "const f = (a) => Math.abs(a)\nconst g = (a) => Math.abs(a)\n;[f, g].map(String)",
    output:
      "<prologue>const f = (a) => <0 void 0,a>?(Math.abs(a))\nconst g = (a) => <1 void 0,a>?(Math.abs(a))\n;[f, g].map(String)",
    result: "[f(-1), g(-2)]",
  },
  {
    name: "an arrow that yields an object literal",
    input: "export const f = (a) => ({ a: Math.abs(a), f })",
    output: "<prologue>export const f = (a) => (<0 void 0,a>?({ a: Math.abs(a), f }))",
    result: "f(-1).a",
  },
  {
    name: "an arrow that yields a sequence",
    input: "export const f = (a) => (a++, Math.abs(a))",
    output: "<prologue>export const f = (a) => (<0 void 0,a>?(a++, Math.abs(a)))",
    result: "f(-5)",
  },
  {
    name: "arrows on several lines, with comments",
    input:
      "export const f = (a) =>\n  // why\n  a ? Math.abs(a) : // else\n  0 // end\nexport const g = a => /* x */ (Math.abs(a) /* y */) /* z */",
    output:
      "<prologue>export const f = (a) =>\n  // why\n  <0 void 0,a>?(a ? Math.abs(a) : // else\n  0) // end\nexport const g = a => /* x */ (<1 void 0,a>?(Math.abs(a)) /* y */) /* z */",
    result: "[f(-1), f(0), g(-2)]",
  },
  {
    name: "an arrow that yields an arrow, a regular expression, a template, a tagged template",
    input:
      "export const f = a => b => Math.abs(a + b)\nexport const g = a => /x/y.exec(a)\nexport const h = a => `${Math.abs(a)}`\nexport const i = a => String.raw`\\n${a}`",
    output:
      "<prologue>export const f = a => <0 void 0,a>?(b => Math.abs(a + b))\nexport const g = a => <1 void 0,a>?(/x/y.exec(a))\nexport const h = a => <2 void 0,a>?(`${Math.abs(a)}`)\nexport const i = a => <3 void 0,a>?(String.raw`\\n${a}`)",
    result: '[f(1)(-5), g("x"), h(-1), i(2)]',
  },
  {
    name: "async functions and arrows",
    input:
      "const g = async (a) => await f(a)\nasync function f(a) { return Math.abs(await a) }\nexport const h = async a => (await 0, f(a))",
    output:
      "<prologue>const g = async (a) =>{/*$dumbo0*/<0 void 0,a>{return< await< f(a)>>}}\nasync function f(a) {<1 this,a>{ return< Math.abs(await< a>)> }}\nexport const h = async a =>{/*$dumbo2*/<2 void 0,a>{return< (await< 0>, f(a))>}}",
    result: "Promise.all([f(-1), g(-2), h(-3), f(-1) instanceof Promise])",
  },
  {
    name: "default parameters",
    input:
      "export function f(a, b = 2, c = [], d = { x: 1 }, e = (y) => Math.abs(y)) { c.push(a); return [b, c, d, e(a)].slice(0) }",
    output:
      "<prologue>export function f(a, b = 2, c = [], d = { x: 1 }, e = (y) => Math.abs(y)) {<0 this,a,b,c,d,e> c.push(a); return [b, c, d, e(a)].slice(0) }",
    result: "[f(-1), f(-1, undefined, [5]), f(1, null), f.length]",
  },
  {
    name: "a default that does something has no guard, and a probe",
    input: "let n = 0; export function f(a, b = n++) { return Math.max(a, b) }",
    output:
      '<prologue>let n = 0; export function f(a, b = (/*$dumboW*/typeof $dumboF==="object"&&$dumboF.open&&$dumboP(0),n++/*$dumboP*/)) { return Math.max(a, b) }',
    thinned:
      'let n = 0; export function f(a, b = (/*$dumboW*/typeof $dumboF==="object"&&$dumboF.open&&$dumboP(0),n++/*$dumboP*/)) { return Math.max(a, b) }',
    result: "[f(-1), f(-1), n]",
  },
  {
    name: "rest parameters",
    input:
      "export function f(a, ...rest) { return [a, rest.map(String)] }\nexport const g = (...rest) => rest.concat(1)",
    output:
      "<prologue>export function f(a, ...rest) {<0 this,a,...rest> return [a, rest.map(String)] }\nexport const g = (...rest) => <1 void 0,...rest>?(rest.concat(1))",
    result: "[f(), f(1), f(1, 2, undefined), g(), g(1, [2])]",
  },
  {
    name: "parameter patterns",
    input: "export function f({ a, b: [c] = [7], ...d }, [e, , ...g] = []) { return [a, c, d, e, g].concat(1) }",
    output:
      "<prologue>export function f({ a, b: [c] = [7], ...d }, [e, , ...g] = []) {<0 this,arguments> return [a, c, d, e, g].concat(1) }",
    result: '[f({ a: 1, b: [2], x: 3 }, "abcd"), f({}), f.length]',
  },
  {
    name: "an arrow with a parameter pattern is left alone",
    input: "export const f = ({ a }) => Math.abs(a)",
    output: "<prologue>export const f = ({ a }) => Math.abs(a)",
    result: "f({ a: -1 })",
  },
  {
    name: "methods of an object",
    input:
      "export const o = { k: 2, f(a) { return Math.abs(a) * this.k }, 'g h'(a) { return Math.abs(a) }, i: { j: a => Math.abs(a) } }",
    output:
      "<prologue>export const o = { k: 2, f(a) {<0 this,a> return Math.abs(a) * this.k }, 'g h'(a) {<1 this,a> return Math.abs(a) }, i: { j: a => <2 void 0,a>?(Math.abs(a)) } }",
    result: "[o.f(-1), o['g h'](-2), o.i.j(-3), Object.create(o).f(-4)]",
  },
  {
    name: "a class: methods and statics, but no constructor, getter, setter, private or computed method",
    input: `class A { #p = 1; constructor(a) { this.a = Math.abs(a); return this }
  f(b) { return Math.abs(b) + this.a }
  static g(b) { return Math.abs(b) + this.name }
  get h() { return Math.abs(this.a) }
  set h(v) { this.a = Math.abs(v); return }
  #i(b) { return Math.abs(b) + this.#p }
  i(b) { return this.#i(b) }
  ["j"](b) { return Math.abs(b) }
  static #k(b) { return Math.abs(b) }
  static { this.l = Math.abs(-1) }
  m = (b) => Math.abs(b) }`,
    output: `<prologue>class A {<private this,["#p"],o=>#i in o?#p in o?[o.#p,o.#i]:1:0,false,(o,n,v)=>{switch(n){case 0:o.#p=v;break;}}> #p = 1; constructor(a) { this.a = Math.abs(a); return this }
  f(b) {<0 this,b> return Math.abs(b) + this.a }
  static g(b) {<1 this,b> return Math.abs(b) + this.name }
  get h() { return Math.abs(this.a) }
  set h(v) { this.a = Math.abs(v); return }
  #i(b) { return Math.abs(b) + this.#p }
  i(b) {<2 this,b> return this.#i(b) }
  ["j"](b) { return Math.abs(b) }
  static #k(b) { return Math.abs(b) }
  static { this.l = Math.abs(-1) }
  m = (b) => Math.abs(b) }`,
    thinned: `class A {<private this,["#p"],o=>#i in o?#p in o?[o.#p,o.#i]:1:0,false,(o,n,v)=>{switch(n){case 0:o.#p=v;break;}}> #p = 1; constructor(a) { this.a = Math.abs(a); return this }
  f(b) { return Math.abs(b) + this.a }
  static g(b) { return Math.abs(b) + this.name }
  get h() { return Math.abs(this.a) }
  set h(v) { this.a = Math.abs(v); return }
  #i(b) { return Math.abs(b) + this.#p }
  i(b) { return this.#i(b) }
  ["j"](b) { return Math.abs(b) }
  static #k(b) { return Math.abs(b) }
  static { this.l = Math.abs(-1) }
  m = (b) => Math.abs(b) }`,
    result: "[new A(-1).f(-2), A.g(-3), new A(1).h, new A(2).i(-1), new A(0).j(-1), A.l, new A(0).m(-1)]",
  },
  {
    name: "methods with `super`",
    input: `class A { static k = 2; k = 3; f(b) { return Math.abs(b) * this.k } static f(b) { return Math.abs(b) * this.k } }
class B extends A { f(b) { return super.f(b) + 1 } static f(b) { return super.f(b) + 1 } }
const o = { __proto__: { f(b) { return Math.abs(b) * this.k } }, k: 4, f(b) { return super.f(b) + 1 } }`,
    output: `<prologue>class A { static k = 2; k = 3; f(b) {<0 this,b> return Math.abs(b) * this.k } static f(b) {<1 this,b> return Math.abs(b) * this.k } }
class B extends A { f(b) {<2 this,b> return super.f(b) + 1 } static f(b) {<3 this,b> return super.f(b) + 1 } }
const o = { __proto__: { f(b) { return Math.abs(b) * this.k } }, k: 4, f(b) { return super.f(b) + 1 } }`,
    result: "[new B().f(-1), B.f(-1), o.f(-1)]",
  },
  {
    name: "a class that is used before its methods could be known",
    kind: "commonjs",
    input: "var early = f(-1); function f(a) { return Math.abs(a) } var late = f(-2);",
    output: "<prologue>var early = f(-1); function f(a) {<0 this,a> return Math.abs(a) } var late = f(-2);",
    result: "[early, late]",
  },
  {
    name: "generators are left alone",
    input:
      "export function* f(a) { yield Math.abs(a); return [a].concat(1) }\nexport async function* g(a) { return f(a) }\nexport const o = { *h(a) { return f(a) } }",
    output:
      "<prologue>export function* f(a) { yield Math.abs(a); return [a].concat(1) }\nexport async function* g(a) { return f(a) }\nexport const o = { *h(a) { return f(a) } }",
    result: "[...f(-1)]",
  },
  {
    name: "nested functions are left alone",
    input: "export function f(a) { function g(b) { return Math.abs(b) } const h = (b) => g(b); return [a].map(h) }",
    output:
      "<prologue>export function f(a) {<0 this,a> function g(b) { return Math.abs(b) } const h = (b) => g(b); return [a].map(h) }",
    result: "f(-1)",
  },
  {
    name: "names that shadow each other",
    kind: "commonjs",
    input: "var a = -9; function f(a) { var a; { let a = 5; } return Math.abs(a) }\nfunction g(f) { return f(a) }",
    output:
      "<prologue>var a = -9; function f(a) {<0 this,a> var a; { let a = 5; } return Math.abs(a) }\nfunction g(f) {<1 this,f> return f(a) }",
    result: "[f(-1), g(Math.abs)]",
  },
  {
    name: "a function declared in the body with the name of a parameter",
    kind: "commonjs",
    input: "function f(a) { function a() { return 1 } return Math.abs(a()) }",
    output: "<prologue>function f(a) { function a() { return 1 } return Math.abs(a()) }",
    result: "f(-1)",
  },
  {
    name: "`arguments` and `new.target` are left alone",
    kind: "commonjs",
    input: "function f(a) { a = 5; return [].concat(arguments[0]) }\nfunction g() { return [].concat(new.target) }",
    output:
      "<prologue>function f(a) { a = 5; return [].concat(arguments[0]) }\nfunction g() { return [].concat(new.target) }",
    result: "[f(-1), new g()]",
  },
  {
    name: "nothing to return, with and without something to change",
    input: "export function f(a) { a.push(1); if (a) return; }\nexport const g = () => { Math.abs(1) }",
    output:
      "<prologue>export function f(a) {<0 this,a> a.push(1); if (a) return; }\nexport const g = () => { Math.abs(1) }",
    result: "[f([]), g()]",
  },
  {
    name: "default exports with a name",
    input: "export default function f(a) { return Math.abs(a) }",
    output: "<prologue>export default function f(a) {<0 this,a> return Math.abs(a) }",
    result: "f(-1)",
  },
  {
    name: "a default export without a name keeps being called default",
    input: "export default (a) => Math.abs(a)\nexport function f(a) { return Math.abs(a) }",
    output:
      "<prologue>export default $dumboD={default:(a) => <0 void 0,a>?(Math.abs(a))}.default;\n" +
      "export function f(a) {<1 this,a> return Math.abs(a) }",
    thinned:
      "export default $dumboD={default:(a) => Math.abs(a)}.default;\nexport function f(a) { return Math.abs(a) }",
    result: "f(-1)",
  },
  {
    name: "exports of CommonJS",
    kind: "commonjs",
    input:
      "exports.f = function (a) { return Math.abs(a) };\nmodule.exports.g = exports.h = (a) => Math.abs(a);\nif (false) module.exports = 1;",
    output:
      "<prologue>exports.f = function (a) {<0 this,a> return Math.abs(a) };\nmodule.exports.g = exports.h = (a) => <1 void 0,a>?(Math.abs(a));\nif (false) module.exports = 1;",
    result: "[exports.f(-1), exports.g(-2), exports.h(-3), exports.f.name, exports.h.name]",
  },
  {
    name: "a function that is assigned to again is left alone",
    kind: "commonjs",
    input: "function f(a) { return Math.abs(a) }\nf = (a) => -Math.abs(a)",
    output: "<prologue>function f(a) { return Math.abs(a) }\nf = (a) => -Math.abs(a)",
    result: "f(-1)",
  },
  {
    name: "sloppy `this` becomes the same object",
    kind: "commonjs",
    input: "function f(a) { return [Math.abs(a), Object(this) === this, typeof this] }",
    output: "<prologue>function f(a) {<0 this,a><global? 0> return [Math.abs(a), Object(this) === this, typeof this] }",
    thinned: "function f(a) {<global? 0> return [Math.abs(a), Object(this) === this, typeof this] }",
    result: '[f(-1), f.call(5, -1), f.call("s", -1)]',
  },
  {
    name: "`this` in the heritage and in the computed names of an inner class",
    kind: "commonjs",
    input: "function f(a) { class A extends this.B { [this.k]() { return Math.abs(a) } } return new A().x() }",
    output:
      "<prologue>function f(a) {<0 this,a> class A extends this.B { [this.k]() { return Math.abs(a) } } return new A().x() }",
    result: '({ f, B: Object, k: "x" }).f(-1)',
  },
  {
    name: "`arguments` in the heritage of an inner class",
    kind: "commonjs",
    input: "function f(a) { class A extends arguments[1] { } return new A().concat(a) }",
    output: "<prologue>function f(a) { class A extends arguments[1] { } return new A().concat(a) }",
    result: "f(1, Array)",
  },
  {
    name: "a function in the body that is called `arguments`",
    kind: "commonjs",
    input: "function f({ a }) { function arguments() {} return Math.abs(a) }",
    output: "<prologue>function f({ a }) { function arguments() {} return Math.abs(a) }",
    result: "f({ a: -1 })",
  },
  {
    name: "asm.js is left alone: V8 warns when a guard stands in it",
    kind: "commonjs",
    input:
      'function f(stdlib, foreign, heap) { "use asm"; function a(b) { b = b | 0; return c(b | 0) | 0 } function c(b) { b = b | 0; return b | 0 } return { a: a } }',
    output:
      '<prologue>function f(stdlib, foreign, heap) { "use asm"; function a(b) { b = b | 0; return c(b | 0) | 0 } function c(b) { b = b | 0; return b | 0 } return { a: a } }',
    result: "f(globalThis, {}, new ArrayBuffer(65536)).a(1)",
  },
  {
    name: "carriage returns",
    input: "export function f(a) {\r\n  return Math.abs(a)\r\n}\r\nexport const g = `\r\n`\r\n",
    output: "<prologue>export function f(a) {<0 this,a>\r\n  return Math.abs(a)\r\n}\r\nexport const g = `\r\n`\r\n",
    result: "[f(-1), g]",
  },
];

for (const { name, kind = "module", input, output, thinned = input, result } of fixtures) {
  test(`rewrites: ${name}`, async () => {
    const made = transformed(input, kind);
    assert.equal(shown(made.code), output);
    assert.equal(shown(withoutGuards(made.code)).replace(/;?<prologue>/, ""), thinned, "without guards");
    sameLines(input, made.code, kind);

    const bare = show(await run(input, kind, result, undefined));
    assert.ok(!/SyntaxError/.test(bare), bare);
    assert.equal(show(await run(made.code, kind, result, undefined)), bare, "without a runtime");
    asked = 0;
    assert.equal(show(await run(made.code, kind, result, no)), bare, "with a runtime that answers no");
    if (made.manifest.sites.length > 0) assert.ok(asked > 0, "no guard was asked");
    asked = 0;
    assert.equal(show(await run(made.code, kind, result, again(made))), bare, "with a runtime that answers the result");
    if (made.manifest.sites.length > 0) assert.ok(asked > 0, "no guard was asked");
  });
}

test("bindings of the module that functions assign to, and no others, can be assigned to from outside", () => {
  const code = `
    import { y } from "./y.mjs";
    export let a = 1;
    let b, never = 2, byModule, shadowed = 3, later;
    const fixed = 4;
    var c = 5, { d } = { d: 6 };
    class K { static { K = 1; } }
    byModule = 7;
    function g() {}
    function f(p) {
      a = p; [b, { x: c = p }] = p; for (d of p) g = d;
      { let shadowed; shadowed = p; undeclared = p; }
      p = fixed + never + shadowed + byModule;
      return () => { K = later ??= p; try { fixed = y; y = 1; } catch {} };
    }
    export { f, b as shown };`;
  const { code: made, manifest } = transformed(code, "module");
  const assigned = manifest.cells.filter((cell) => cell.assigned !== undefined && cell.path.length === 0);
  assert.deepEqual(assigned.map(({ name }) => name).sort(), ["K", "a", "b", "c", "d", "g", "later"]);
  assert.deepEqual(
    assigned
      .filter(({ exported }) => exported)
      .map(({ name }) => name)
      .sort(),
    ["a", "b"],
  );
  const text =
    /\(\$dumboN,\$dumboV\)=>\{switch\(\$dumboN\)\{((?:case \d+:[a-zK]+=\$dumboV;break;)+)\}\}/.exec(made)?.[1] ?? "";
  const names = [...text.matchAll(/:(\w+)=/g)].map(([, name]) => name);
  assert.deepEqual(names.sort(), ["K", "a", "b", "c", "d", "g", "later"]);
});

test("a function that is exported as default without a name gets one, but not in a cycle of imports", () => {
  const code = "export default async function(a) { return Math.abs(a) }";
  assert.equal(
    shown(transformed(code, "module").code),
    "<prologue>export default async function $dumboD(a) {<0 this,a>{ return< Math.abs(a)> }}",
  );
  for (const from of ['import "./f.mjs";', 'export { f } from "../f.mjs";', 'import f from "#f";']) {
    const { code: left, manifest } = transformed(`${from}${code}`, "module");
    assert.equal(shown(left), `<prologue>${from}${code}`);
    assert.equal(manifest.refusals[0]?.reason.kind, "anonymous-default");
  }
  const packaged = `import f from "package";import "node:fs";${code}`;
  assert.match(transformed(packaged, "module").code, /function \$dumboD\(a\)/);
});

/** Every statement, declaration and member stands on the line on which it stood. */
function sameLines(before: string, after: string, kind: SourceKind): void {
  assert.equal(after.split("\n").length, before.split("\n").length, "number of lines");
  // The object around a default export without a name is the rewrite's own.
  const own = after.includes("$dumboD={") ? "Property 1-1" : "";
  const kept = statements(after, kind).filter((one) => one !== own);
  const expected = statements(before, kind);
  const isAlike = !["$dumboF0", "$dumboC(", "$dumboP("].some((added) => after.includes(added));
  if (isAlike) assert.deepEqual(kept, expected);
  // A body that runs in its own place is put into a block, a class gets one of its own, and a probe is a statement.
  let at = 0;
  for (const one of kept) if (one === expected[at]) at++;
  assert.equal(expected[at], undefined);
}

function statements(code: string, kind: SourceKind): string[] {
  const program = parse(code, {
    ecmaVersion: "latest",
    sourceType: kind === "module" ? "module" : "script",
    allowReturnOutsideFunction: true,
    locations: true,
  });
  const found: string[] = [];
  walk(program as never, {
    enter(estree) {
      const node = estree as unknown as {
        type: string;
        start: number;
        end: number;
        loc: { start: { line: number }; end: { line: number } };
      };
      const text = code.slice(node.start, node.end);
      if (/^(Variable|If)/.test(node.type) && /^(var|if).*?\$dumbo/.test(text)) return this.skip();
      if (node.type === "EmptyStatement") return;
      if (/Statement|Declaration|Definition|Property|TemplateElement|RestElement|Specifier/.test(node.type)) {
        found.push(`${node.type} ${node.loc.start.line}-${node.loc.end.line}`);
      }
    },
  });
  return found;
}

test("hands out exactly the value that the runtime answers", async () => {
  const source =
    "export function f(a) { return Math.abs(a) }\nexport const g = (a) => Math.abs(a)\nexport const o = { m(a) { return Math.abs(a) } }";
  const { code } = transformed(source, "module");
  for (const value of [undefined, null, 0, -0, Number.NaN, "", false, { a: 1 }]) {
    const [f, g, m] = (await run(code, "module", "[f(1), g(1), o.m(1)]", always(value))) as unknown[];
    for (const got of [f, g, m]) assert.ok(Object.is(got, value));
  }
});

test("hands out exactly the value that the runtime answers, in async functions", async () => {
  const { code } = transformed(
    "export async function f(a) { return Math.abs(a) }\nexport const g = async (a) => Math.abs(a)",
    "module",
  );
  assert.deepEqual(await run(code, "module", "Promise.all([f(1), g(1)])", always(Promise.resolve(7))), [7, 7]);
});

test("a runtime that goes away leaves the function as it was", async () => {
  const { code } = transformed("export function f(a) { return Math.abs(a) }", "module");
  const once: Runtime = (_id, _url, guards, _get, set) =>
    hand("cached", guards, (site) => () => {
      set(site, undefined);
      return true;
    });
  assert.deepEqual(await run(code, "module", "[f(-1), f(-2)]", once), ["cached", 2]);
});

test("hands over id, URL, guards, and getters that see bindings live", async () => {
  const source =
    "let count = 1; const late = 3; export function f(a) { return Math.abs(a) + count + late } export const bump = () => { count++ }";
  const { code, manifest } = transformed(source, "module");
  const cell = (name: string) => manifest.cells.find((one) => one.name === name)?.getter as number;
  let get: Get = () => undefined;
  let early: unknown;
  const seen: unknown[] = [];
  const runtime: Runtime = (id, url, guards, getter) => {
    seen.push(id, url.startsWith("data:text/javascript,"), guards);
    get = getter;
    try {
      get(cell("count"));
    } catch (error) {
      early = error;
    }
    return hand(undefined, [], () => () => false);
  };
  await run(code, "module", "bump()", runtime);
  assert.deepEqual(seen, ["id", true, [0]]);
  assert.ok(early instanceof ReferenceError, "not ready in the dead zone");
  assert.equal(get(cell("count")), 2);
  assert.equal(get(99), undefined);
});

test("getters read the module's own bindings, whatever these are called", async () => {
  const source =
    "let n = 7, v = 8; export function f(a) { return Math.abs(a) + n + v } export const bump = () => { n++; v++ }";
  const { code, manifest } = transformed(source, "module");
  const seen: unknown[] = [];
  await run(code, "module", "bump()", (_id, _url, _guards, get) => {
    queueMicrotask(() => {
      for (const { getter } of manifest.cells) seen.push(get(getter));
    });
    return hand(undefined, [], () => () => false);
  });
  assert.deepEqual(seen.sort(), [8, 9]);
});

test("hands over the file name in CommonJS", async () => {
  const { code } = transformed("function f(a) { return Math.abs(a) }", "commonjs");
  const seen: unknown[] = [];
  await run(code, "commonjs", "f(1)", (_id, url) => {
    seen.push(url);
    return hand(undefined, [], () => () => false);
  });
  assert.deepEqual(seen, ["/fixture.cjs"]);
});

test("a rewritten function that is turned into text runs in another realm", async () => {
  const { code } = transformed(
    "function f(a) { return Math.abs(a) }\nconst g = (a) => Math.abs(a)\nconst h = (a) => ({ x: Math.abs(a) })",
    "commonjs",
  );
  const texts = (await run(code, "commonjs", "[f, g, h].map(String)", no)) as string[];
  assert.ok(texts.every((text) => text.includes("$dumbo")));
  const results = texts.map((text) => JSON.stringify(vm.runInNewContext(`(${text})(-1)`)));
  assert.deepEqual(results, ["1", "1", '{"x":1}']);
});

test("a throw shows the line of the source", async () => {
  const source = "'use strict'\nfunction f(a) {\n  return g(a)\n}\nconst g = (a) =>\n  a.\n  b.c()\n";
  const { code } = transformed(source, "commonjs");
  const lines = (stack: string) => [...stack.matchAll(/fixture\.cjs:(\d+)/g)].slice(0, 2).map((match) => match[1]);
  const expression = "(() => { try { f({}) } catch (error) { return error.stack } })()";
  const bare = lines((await run(source, "commonjs", expression, undefined)) as string);
  assert.deepEqual(bare, ["7", "3"]);
  assert.deepEqual(lines((await run(code, "commonjs", expression, undefined)) as string), bare);
  assert.deepEqual(lines((await run(code, "commonjs", expression, no)) as string), bare);
});

test("names, lengths and kinds of functions stay", async () => {
  const source = `export function f(a, b = 1, ...c) { return Math.max(a, b) }
export const g = (a) => Math.abs(a)
export const h = async (a) => Math.abs(a)
export const o = { m(a, b) { return Math.max(a, b) }, n: function (a) { return Math.abs(a) } }
export class C { static s(a) { return Math.abs(a) } m(a, b) { return Math.max(a, b) } }`;
  const { code, manifest } = transformed(source, "module");
  assert.equal(manifest.sites.length, 7);
  const expression = `[f, g, h, o.m, o.n, C, C.s, C.prototype.m].map((fn) => [fn.name, fn.length, "prototype" in fn,
    Object.prototype.toString.call(fn), Object.getOwnPropertyNames(fn), (() => { try { new fn(1) } catch (e) { return e.message.slice(-20) } })()])`;
  assert.equal(
    show(await run(code, "module", expression, no)),
    show(await run(source, "module", expression, undefined)),
  );
});

test("leaves alone what it cannot understand", () => {
  assert.match(untouched("function f( {"), /^cannot be parsed: /);
  assert.match(untouched("enum A { B }\nfunction f(a) { return Math.abs(a) }"), /^cannot be parsed: /);
  assert.match(untouched("const f = <b>x</b>", "module"), /^cannot be parsed: /);
  assert.match(untouched("function f(a) { return await a }", undefined), /^cannot be parsed: /);
  assert.equal(untouched("function f(a) { with (a) { return Math.abs(b) } }"), "uses `with`");
  assert.equal(untouched("function f(a) { return Math.abs(a) }\neval(text)"), "calls eval");
  assert.equal(untouched("(function () { function f(a) { return Math.abs(a) } eval(text) })()"), "calls eval");
  assert.equal(untouched("class A { b = eval(text) }\nfunction f(a) { return Math.abs(a) }"), "calls eval");
  assert.equal(untouched("const $dumbo = 1; function f(a) { return Math.abs(a) }"), "contains $dumbo");
  assert.equal(untouched("// see $dumbo\nfunction f(a) { return Math.abs(a) }"), "contains $dumbo");
});

test("rewrites nothing twice", () => {
  const { code } = transformed("function f(a) { return Math.abs(a) }", "commonjs");
  assert.equal(untouched(code), "contains $dumbo");
});

test("leaves alone modules that give the prologue's names another meaning", () => {
  const body = "function f(a) { return Math.abs(a) }";
  for (const kind of ["module", "commonjs"] as const) {
    assert.equal(untouched(`${body}; function globalThis() {}`, kind), "declares its own globalThis");
    assert.equal(untouched(`var undefined; ${body}`, kind), "declares its own undefined");
  }
  assert.equal(untouched(`var __filename = "x"; ${body}`), "declares its own __filename");
  transformed(`var __filename = "x"; ${body}`, "module");
  transformed(`${body} function g() { var Symbol, globalThis; return f(1) }`, "commonjs");
});

test("finds the run time in modules that have a `Symbol` of their own", () => {
  const body = "function f(a) { return Math.abs(a) }";
  for (const own of ["var Symbol = 1;", "function Symbol() {}"]) {
    const { code } = transformed(`${own} ${body}`, "commonjs");
    assert.match(code, /=globalThis\[globalThis\.Symbol\.for\("dumbo"\)\]/, own);
  }
  assert.match(transformed(`import { Symbol } from "x"; ${body}`, "module").code, /globalThis\.Symbol\.for/);
});

test("indirect eval and properties called eval are no reason to leave a module alone", () => {
  transformed("function f(a) { return (0, eval)(a) }\nfunction g(a) { return a.eval(a) }", "commonjs");
});

test("there is nothing to rewrite in a module without functions", () => {
  for (const source of [
    "",
    "#!/usr/bin/env node",
    "// nothing",
    "export {}",
    'import "x"',
    "export const a = 1, b = [2]",
  ]) {
    assert.equal(untouched(source, "module"), "");
  }
});

test("finds out by itself which module system a file is written for", () => {
  assert.equal(transformed("export function f(a) { return Math.abs(a) }", undefined).kind, "module");
  assert.equal(transformed("function f(a) { return Math.abs(a) }", undefined).kind, "commonjs");
  assert.equal(transformed("function f(a) { return Math.abs(a) } await f(1)", undefined).kind, "module");
});

test("top-level return and `this` in CommonJS", async () => {
  const { code } = transformed(
    "exports.f = f; function f(a) { return Math.abs(a) } if (this === exports) exports.self = true;",
    "commonjs",
  );
  assert.equal(show(await run(code, "commonjs", "[exports.self, exports.f(-1)]", no)), show([true, 1]));
  transformed("function f(a) { return Math.abs(a) } return;", "commonjs");
});

test("a hashbang that ends in a line separator keeps the prologue out of the middle of a statement", () => {
  const { code } = transformed("#!node\u2028function f(a) { return Math\n.abs(a) }", "commonjs");
  parse(code, { ecmaVersion: "latest", sourceType: "script" });
});

test("guards only the exported functions of packages", () => {
  const source =
    "export function f(a) { return g(a) }\nfunction g(a) { return Math.abs(a) }\nfunction h(a) { return g(a) }\nexport { h as i }";
  const { manifest } = transformed(source, "module", { scope: "package" });
  assert.deepEqual(
    manifest.sites.map(({ name }) => name),
    ["f", "h"],
  );
});

test("guards of TypeScript stand where they stand in the source", () => {
  const source =
    "interface A { a: number }\n\nexport function f<T extends A>(a: T, b?: string): number {\n  return Math.abs(a.a) as number;\n}\n";
  const { code, manifest } = transformed(stripTypes(source), "module");
  assert.deepEqual(manifest.sites[0]?.place, { line: 3, column: 7 });
  assert.equal(code.split("\n").length, source.split("\n").length);
  assert.match(code.split("\n")[2] as string, /if\(typeof \$dumbo0/);
});

test("is a pure function of its input", () => {
  const source =
    "import x from 'y'; const t = [1]; export function f(a) { return x(a, t[0], this) } export class C { m(a) { return f(a) } }";
  const once = transformed(source, "module");
  assert.deepEqual(transformed(source, "module"), once);
  assert.deepEqual(JSON.parse(JSON.stringify(once.manifest)), once.manifest, "the manifest survives JSON");
});

test("appends a source map that leads back to the columns of the source", async () => {
  const source = "export function f(a) { return Math.abs(a) } export function g(a) { return Math.max(a) }";
  const { code } = transformed(source, "module", { sourceMap: true });
  const encoded = /\n\/\/# sourceMappingURL=data:application\/json[^,]*;base64,(.*)/.exec(code)?.[1] as string;
  const map = JSON.parse(Buffer.from(encoded, "base64").toString()) as { mappings: string; sources: string[] };
  const { SourceMap } = await import("node:module");
  const found = new SourceMap(map as never).findEntry(0, code.indexOf("Math.max"));
  assert.equal((found as { originalColumn: number }).originalColumn, source.indexOf("Math.max"));
});

test("functions of what runs once with the module have guards, and others in functions are listed with their reason", () => {
  const names = (source: string) => {
    const { sites, refusals } = transformed(source, undefined).manifest;
    const listed = refusals.filter(({ reason }) => reason.kind === "inside-function").map(({ name }) => name);
    return [sites.map(({ name }) => name), listed];
  };
  const namespace = `var N; (function (N) {
    function run(a) { return Math.abs(a) } N.run = run; N.f = (a) => run(a); function quick(a) { return a }
    class A { m(a) { return run(a) } get x() { return run(1) } } [1].map((x) => run(x));
  })(N || (N = {}));`;
  assert.deepEqual(names(namespace), [["run", "f", "A.m"], []]);
  assert.deepEqual(
    names("const api = (() => { const go = function (a) { return Math.abs(a) }; return { go, in: (a) => go(a) } })()"),
    [["go"], ["in"]],
  );
  const umd =
    "(function (root, factory) { root.x = factory() })(this, function () { function made(a) { return Math.abs(a) } return made })";
  assert.deepEqual(names(umd), [["made"], []]);
  assert.deepEqual(names("!function () { (function go(a) { return Math.abs(a) })(1) }.call(this)"), [[], ["go"]]);
  assert.deepEqual(
    names("function make() { function inner(a) { return Math.abs(a) } return inner } exports.x = make()"),
    [["make"], []],
  );
});

test("a function that runs once begins by handing over its bindings, behind its directives", () => {
  const { code, manifest } = transformed(
    "(function (a) { 'use strict'\n let n = 0; function f(x) { n++; return Math.abs(x * a) } a.f = f; })({ f: 1 }); var n = 5;",
    "commonjs",
  );
  const [, start] = /'use strict';(.*)\n let n = 0/.exec(code) ?? [];
  const read = manifest.cells.map(({ name, getter, home }) => `${getter} ${name} ${home}`);
  assert.ok(start, code);
  const [a, n, f] = ["a", "n", "f"].map((name) => new RegExp(`case (\\d+):return ${name};`).exec(start)?.[1]);
  assert.ok(read.includes(`${a} a 1`), read.join());
  assert.ok(read.includes(`${n} n 1`), read.join());
  assert.deepEqual(manifest.sites[0]?.access, { kind: "binding", getter: Number(f) });
  assert.match(start, new RegExp(`case ${n}:n=\\$dumboV;break;`));
  assert.match(code, new RegExp(`(case \\d+:)*case ${n}:(case \\d+:)*return \\$dumboM\\.get\\(1,\\$dumboN\\)`));
  assert.equal(
    originalText(code.slice(code.indexOf("(function (a)"))),
    "(function (a) { 'use strict'\n let n = 0; function f(x) { n++; return Math.abs(x * a) } a.f = f; })({ f: 1 }); var n = 5;",
  );
});

test("functions are listed by the names that lead to them, or else by those that they have for themselves", () => {
  const names = (source: string) => transformed(source, undefined).manifest.sites.map(({ name }) => name);
  assert.deepEqual(names("module.exports = function main(a) { return Math.abs(a) }"), ["main"]);
  assert.deepEqual(names("module.exports = (a) => Math.abs(a)"), ["exports"]);
  assert.deepEqual(names("exports.a = exports.b = function ab(a) { return Math.abs(a) }"), ["a"]);
  assert.deepEqual(names("export default (class Cfg { m(a) { return Math.abs(a) } })"), ["Cfg.m"]);
  assert.deepEqual(names("function P() {} P.prototype.run = function (a) { return Math.abs(a) }"), ["P.prototype.run"]);
  assert.deepEqual(names("function P() {} Object.assign(P.prototype, { run(a) { return Math.abs(a) } })"), [
    "P.prototype.run",
  ]);
  assert.deepEqual(names("Object.assign(exports, { run(a) { return Math.abs(a) } })"), ["exports.run"]);
  assert.deepEqual(names("P.prototype.run = function (a) { return Math.abs(a) }"), [], "of a global");
  assert.deepEqual(names("function P() {} P[key] = function (a) { return Math.abs(a) }"), [], "computed");
  assert.deepEqual(
    names("function P() {} if (x) P.run = function (a) { return Math.abs(a) }"),
    [],
    "that may not have run",
  );
});
