/** The static scan, through the manifest that comes of it: what forbids caching, where, and what does not. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { impureBuiltin, impureGlobal } from "../../audit/scan/allow-list.ts";
import type { SourceKind } from "../../loader/parse/parse.ts";
import { stripTypes } from "../../loader/parse/typescript.ts";
import { type TransformOptions, transform } from "../../loader/transform/transform.ts";
import type { Manifest, Unit } from "../../src/code/manifest.ts";
import { describe as describeReason } from "../../src/reason/describe.ts";
import type { Reason } from "../../src/reason/reason.ts";

function manifestOf(source: string, kind: SourceKind = "module", more: Partial<TransformOptions> = {}): Manifest {
  const made = transform(source, "id", {
    scope: "user",
    assumed: [],
    assumedBuiltins: [],
    kind,
    sourceMap: false,
    ...more,
  });
  assert.ok("manifest" in made, JSON.stringify(made));
  return made.manifest;
}

/** The unit of function `f`. */
function unitOf(source: string, kind: SourceKind = "module", more: Partial<TransformOptions> = {}): Unit {
  const unit = manifestOf(source, kind, more).units.find(({ name }) => name === "f");
  assert.ok(unit, "no unit");
  return unit;
}

/** What the scan finds in function `f` first: behind a probe, or as what refuses all that reaches it. */
const found = (source: string, kind?: SourceKind, more?: Partial<TransformOptions>): Reason | null => {
  const { units, probes } = manifestOf(source, kind, more);
  const unit = units.find(({ name }) => name === "f");
  assert.ok(unit, "no unit");
  const order = ({ place }: Reason) => (place ? place.line * 1000 + place.column : 0);
  return unit.impure?.reason ?? probes.toSorted((a, b) => order(a) - order(b))[0] ?? null;
};

const impurity = (source: string, kind?: SourceKind, more?: Partial<TransformOptions>): string | null =>
  worded(found(source, kind, more));

const worded = (reason: Reason | null | undefined) => (reason ? describeReason(reason) : null);

interface Case {
  readonly source: string;
  readonly todo?: string;
}

const inF = (body: string, ...head: string[]) =>
  `${head.join("; ")}${head.length > 0 ? "; " : ""}export function f(a, b) { ${body} }`;

describe("pure", () => {
  const cases: string[] = [
    inF("return Math.max(a, b) + Math.PI"),
    inF("return new Function(a)() + Function(b)() + Function.apply(null, [a])()"),
    inF("return typeof window + a"),
    inF("return JSON.stringify(a) + String(b) + parseInt(a, 10) + encodeURIComponent(a)"),
    inF("return [...new Set(a), ...new Map(b)].map(Number).sort()"),
    inF("return Object.keys(a).concat(Object.entries(b)).flat()"),
    inF("return new Date(a).getTime()"),
    inF("return new Date(2020, 1, 1, a).toISOString()"),
    inF("return Date.UTC(2020, a) + Date.parse(b)"),
    inF("return a instanceof Date"),
    // The tap notices whoever asks them for the present.
    inF("const D = Date; return new D(a)"),
    inF("const { now } = Date; return a ? 0 : now()"),
    inF("return Reflect.construct(Date, [a])"),
    inF("return a.map(Date)"),
    inF("return Object.getPrototypeOf(a) === Object.prototype || b.__proto__ != Array.prototype"),
    inF("return Object.is(Object.getPrototypeOf(a), Date.prototype)"),
    inF("return Object.create(Object.prototype, a)"),
    inF("return Array.prototype.isPrototypeOf(a) && Map.prototype.hasOwnProperty(b)"),
    inF("return a.map(Object.prototype.toString) + b(Object.prototype.hasOwnProperty)"),
    inF("return Function.prototype.call.bind(a)(b) + Function.prototype.apply.call(a, b, [])"),
    inF("throw new TypeError(`no ${a}`)"),
    inF("return new Intl.NumberFormat('en').format(a)"),
    inF("return structuredClone(a)"),
    inF("return process.platform + process.arch + process.version + process.versions.v8"),
    inF("return process['platform']"),
    inF("return Buffer.from(a).toString('hex') + new TextEncoder().encode(b)"),
    inF("return new URL(a, b).href"),
    inF("const x = {}; x.y = a; x.z ??= b; delete x.y; [x.q] = a; return x"),
    inF("let i = 0; while (i < a) i++; return i"),
    inF("a.x = 1; a[0] += b; return a"),
    inF("class A { #x = 1; y() { return this.#x } } return new A().y() + a"),
    inF("const { length } = a; return length"),
    inF("return Buffer.allocUnsafe(a)"),
    inF("return c.Buffer.allocUnsafe(a)", 'import * as c from "node:buffer"'),
    inF("for (const c of a) { try { b(c) } catch ({ message }) { return message } } return null"),
    inF("label: for (;;) { break label } return undefined"),
    inF("const stacks = a; return stacks.stacked"),
    inF("return join(a, b)", 'import { join } from "node:path"'),
    inF("return path.join(a, b)", 'import path from "path"'),
    inF("return path.basename(a)", 'import * as path from "node:path"'),
    inF("return createHash('sha1').update(a).digest('hex')", 'import { createHash } from "node:crypto"'),
    inF("return zlib.gzipSync(a)", 'import zlib from "node:zlib"'),
  ];
  for (const source of cases) {
    test(source, () => assert.equal(impurity(source), null));
  }
});

describe("impure", () => {
  const cases: [expected: string, ...Case[]][] = [
    [
      "uses Math.random",
      { source: inF("return Math.random() * a") },
      { source: inF("return Math['random']()") },
      { source: inF("return Math?.random()") },
    ],
    [
      "hands on Math, not all of which is pure",
      { source: inF("const { random } = Math; return random()") },
      { source: inF("const m = Math; return m.random()") },
      { source: inF("return Math[a]()") },
      { source: inF("return a(Math)") },
      { source: inF("return { Math }") },
    ],
    ["uses Date.now", { source: inF("return Date.now() - a") }, { source: inF("const now = Date.now; return now()") }],
    [
      "reads the clock (Date)",
      { source: inF("return new Date()") },
      { source: inF("return new Date") },
      { source: inF("return Date()") },
      { source: inF("return Date(5)") },
      { source: inF("return new Date(...a)") },
    ],
    ["uses Date.call", { source: inF("return Date.call(null, a)") }],
    ["hands on Error", { source: inF("const E = Error; return new E(a)") }, { source: inF("return Error[a]") }],
    [
      "hands on Buffer",
      { source: inF("const { allocUnsafe } = Buffer; return allocUnsafe(a)") },
      {
        source: inF("const { allocUnsafe } = Buffer; return allocUnsafe(a)", 'import { Buffer } from "node:buffer"'),
      },
    ],
    ["hands on URL", { source: inF("return a(URL)") }],
    ["hands on RegExp", { source: inF("return RegExp[a]") }],
    [
      "reads a stack trace",
      { source: inF("return a.stack") },
      { source: inF("return a['stack']") },
      { source: inF("const { stack } = a; return stack") },
      { source: inF("return a?.stack.length") },
      { source: inF("return f.caller") },
      { source: inF("Error.captureStackTrace(a); return a") },
      {
        source: inF(
          "class E extends Error { constructor() { super(); Error.captureStackTrace(this, E); } } return new E()",
        ),
      },
    ],
    [
      "uses Object.prototype",
      { source: inF("return a(Object.prototype)") },
      { source: inF("const { prototype } = a; prototype.b = Object.prototype") },
      { source: inF("return Object.assign(Object.prototype, a)") },
      { source: inF("return Object.create(a, Object.prototype)") },
      { source: inF("const p = Object.prototype; p.x = a") },
      { source: inF("return a + Object.prototype") },
      { source: inF("return a instanceof Object.prototype") },
    ],
    [
      "uses Array.prototype",
      { source: inF("return Array.prototype[a]") },
      { source: inF("return a.create(Array.prototype)") },
    ],
    [
      "uses Function.prototype",
      { source: inF("return Function.prototype.toString.call(a)") },
      { source: inF("return a === Function.prototype") },
    ],
    ["uses Math.prototype", { source: inF("return a === Math.prototype") }],
    ["reads `import.meta`", { source: inF("return import.meta.url") }],
    ["imports a module while it runs", { source: inF("return import(a)") }],
    [
      "writes to `process`",
      { source: inF("process.env.HOME = a; return b") },
      { source: inF("delete process.env[a]; return b") },
    ],
    ["uses process", { source: inF("const { env } = process; return env") }, { source: inF("return process[a]") }],
    ["uses process.chdir", { source: inF("process.chdir(a); return b") }],
    ["uses process.stdout", { source: inF("return process.stdout") }, { source: inF("return process.stdout.fd") }],
    ["looks at what process.stdout.write returns", { source: inF("return process.stdout.write(a)") }],
    ["uses globalThis", { source: inF("return globalThis[a]") }],
    ["uses Math.random", { source: inF("return globalThis.Math.random()") }],
    ["uses global", { source: inF("return global[a]") }],
    ["uses process.exit", { source: inF("return globalThis.process.exit(a)") }],
    ["uses console.group", { source: inF("console.group(a); return b") }],
    ["uses console.log", { source: inF("return console.log.seen") }],
    ["uses console", { source: inF("return console[a](b)") }],
    ["uses fetch", { source: inF("return fetch(a)") }],
    ["uses setTimeout", { source: inF("setTimeout(a); return b") }],
    ["uses performance.now", { source: inF("return performance.now()") }],
    ["uses crypto.randomUUID", { source: inF("return crypto.randomUUID()") }],
    ["uses Function.a", { source: inF("return Function.a(b)") }],
    ["uses eval", { source: inF("return (0, eval)(a)") }],
    ["uses require", { source: "exports.f = function f(a) { return require(a) }" }],
    ["uses someGlobal", { source: inF("return someGlobal + a") }],
    ["uses WeakRef", { source: inF("return new WeakRef(a)") }],
    ["uses SharedArrayBuffer", { source: inF("return new SharedArrayBuffer(a)") }],
    ["uses RegExp.$1", { source: inF("/(.)/.test(a); return RegExp.$1") }],
    [
      "uses RegExp.leftContext",
      {
        source: inF("/(.)/.test(a); return RegExp.leftContext"),
      },
    ],
    // For calls other than the one that made the binding.
    ["writes `x`", { source: inF("const g = (c) => { x += c }; let x = 0; a.forEach(g); return x") }],
    [
      "uses node:util",
      { source: inF("return inspect(a)", 'import { inspect } from "node:util"') },
      { source: inF("return format(a)", 'import { format } from "node:util"') },
    ],
    ["writes to `Math`", { source: inF("Math.x = a; return b") }],
    ["writes to `Array`", { source: inF("Array.isArray = a; return b") }],
    ["writes to `Array`", { source: inF("Array.prototype.x = a; return b") }],
    [
      "uses Math.seed",
      {
        source: inF("return Math.seed * a"),
      },
    ],
    [
      "writes `x`",
      { source: inF("x = a; return b", "let x") },
      { source: inF("x++; return b", "let x = 0") },
      { source: inF("[x] = a; return b", "let x") },
      { source: inF("({ y: x = 1 } = a); return b", "let x") },
      { source: inF("for (x of a); return b", "let x") },
      { source: inF("x ||= a; return b", "let x") },
    ],
    ["writes `undeclared`", { source: "exports.f = function f(a) { undeclared = a; return a }" }],
    [
      "writes to `x`",
      { source: inF("x.y = a; return b", "const x = {}") },
      { source: inF("x.y.z[a] = 1; return b", "const x = {}") },
      { source: inF("delete x.y; return b", "const x = {}") },
      { source: inF("x.y++; return b", "const x = {}") },
      { source: inF("[x.y] = a; return b", "const x = {}") },
      { source: inF("({ y: x.z } = a); return b", "const x = {}") },
      { source: inF("[x.y = 1] = a; return b", "const x = {}") },
      { source: inF("[...x.y] = a; return b", "const x = {}") },
      { source: inF("for (x.y of a); return b", "const x = {}") },
      { source: inF("for (x.y in a); return b", "const x = {}") },
      { source: inF("delete x?.y; return b", "const x = {}") },
      { source: inF("const g = () => { x.y = 1 }; g(); return b", "const x = {}") },
    ],
    ["writes to `module`", { source: "exports.f = function f(a) { module.exports = a; return a }" }],
    ["writes to `exports`", { source: "exports.f = function f(a) { exports.g = a; return a }" }],
    ["uses `module`", { source: "exports.f = function f(a) { return module.id + a }" }],
    ["uses window", { source: inF("return typeof window.x") }],
  ];
  for (const [expected, ...list] of cases) {
    for (const { source, todo } of list) {
      test(`${source}: ${expected}`, todo === undefined ? {} : { todo }, () => {
        const found = impurity(source, /^exports|undeclared/.test(source) ? "commonjs" : "module");
        assert.ok(found?.startsWith(expected), `found: ${found}`);
      });
    }
  }
});

describe("built-in modules, however they are brought in", () => {
  const esm = ['import { writeFileSync } from "fs"', 'import { writeFileSync as r } from "node:fs"'];
  const cjs = [
    'const { writeFileSync } = require("fs")',
    'const { writeFileSync: r } = require("node:fs")',
    'const r = require("fs").writeFileSync',
    'let { writeFileSync } = require("fs")',
  ];
  for (const head of [...esm, ...cjs]) {
    test(head, () => {
      const name = /\br\b/.test(head) ? "r" : "writeFileSync";
      const kind = head.startsWith("import") ? "module" : "commonjs";
      const source = `${head}; ${kind === "module" ? "export " : ""}function f(a) { return ${name}(a) }`;
      assert.equal(impurity(source, kind), "uses node:fs.writeFileSync");
    });
  }
  const whole = [
    'import fs from "fs"',
    'import * as fs from "node:fs"',
    'const fs = require("fs")',
    'const fs = require("node:fs")',
  ];
  for (const head of whole) {
    const kind = head.startsWith("import") ? "module" : "commonjs";
    test(head, () => {
      assert.equal(
        impurity(`${head}; function f(a) { return fs.writeFileSync(a) }`, kind),
        "uses node:fs.writeFileSync",
      );
      assert.equal(impurity(`${head}; function f(a) { return fs[a]() }`, kind), "uses node:fs");
      assert.equal(
        impurity(`${head}; function f(a) { const { writeFileSync } = fs; return writeFileSync(a) }`, kind),
        "uses node:fs",
      );
      assert.equal(impurity(`${head}; function f(a) { return Object.keys(fs) }`, kind), "uses node:fs");
    });
  }
  test("modules with pure and impure exports", () => {
    assert.equal(
      impurity('import { randomBytes } from "crypto"; function f(a) { return randomBytes(a) }'),
      "uses node:crypto.randomBytes",
    );
    assert.equal(impurity('import crypto from "crypto"; function f(a) { return crypto.createHmac("md5", a) }'), null);
    assert.equal(
      impurity('const { promisify } = require("util"); function f(a) { return promisify(a) }', "commonjs"),
      "uses node:util.promisify",
    );
  });
  test("a module of the program with the name of a built-in is not that built-in", () => {
    assert.equal(impurity('import { readFileSync } from "./fs"; function f(a) { return readFileSync(a) }'), null);
    assert.equal(impurity('import { readFileSync } from "fs-extra"; function f(a) { return readFileSync(a) }'), null);
  });
  test("a `require` of the module's own is not Node's", () => {
    assert.equal(
      impurity(
        'const fs = require("fs"); function require() { return {} } function f(a) { return fs.x(a) }',
        "commonjs",
      ),
      null,
    );
  });
  test("built-ins on the assumePure list", () => {
    const source = 'import fs from "fs"; function f(a) { return fs.writeFileSync(a) }';
    assert.equal(impurity(source, "module", { assumedBuiltins: ["fs#writeFileSync"] }), null);
    assert.equal(impurity(source, "module", { assumedBuiltins: ["fs"] }), null);
    assert.notEqual(impurity(source, "module", { assumedBuiltins: ["fs#statSync", "zlib"] }), null);
  });
  test("writes, where they may be done again", () => {
    const judge = (source: string, kind?: SourceKind) => {
      const more = { replayWrites: true };
      return impurity(source, kind, more) ?? unitOf(source, kind, more).traits.includes("outside");
    };
    const fs = 'import fs, { mkdirSync, writeFileSync as w } from "node:fs"; import p from "fs/promises";';
    assert.equal(judge(`${fs} function f(a) { return w(a, "") }`), true);
    assert.equal(judge(`${fs} function f(a) { fs.promises.writeFile.call(null, a); return a.map(w) }`), true);
    assert.equal(judge(`${fs} function f(a) { mkdirSync(a); return 1 }`), true);
    assert.equal(judge(`${fs} async function f(a) { await p.mkdir(a); return fs.copyFileSync(a, a) }`), true);
    assert.equal(
      judge('const { mkdirSync } = require("fs"); function f(a) { mkdirSync(a); return 1 }', "commonjs"),
      true,
    );
    const looks = "looks at what node:fs.mkdirSync returns";
    for (const use of ["x = mkdirSync(a)", "a.map(mkdirSync)", "mkdirSync.call(fs, a)", "if (mkdirSync(a)) a"]) {
      assert.equal(judge(`${fs} function f(a) { let x; ${use}; return x }`), looks, use);
    }
    assert.equal(judge(`${fs} function f(a) { return p.mkdir(a) }`), "looks at what node:fs/promises.mkdir returns");
    assert.equal(judge(`${fs} function f(a) { return fs.appendFileSync(a) }`), "uses node:fs.appendFileSync");
    assert.equal(judge(`${fs} function f(a) { return fs.writeFileSync.name }`), "uses node:fs.writeFileSync");
    assert.equal(impurity(`${fs} function f(a) { return w(a, "") }`), "uses node:fs.writeFileSync");
  });
  test("functions that return nothing are of use where they may write again", () => {
    const reasons = (replayWrites: boolean, body: string) => {
      const source = `import { readFileSync } from "fs"; const h = (a) => { readFileSync(a) }; function f() { ${body} }`;
      const { sites, refusals } = manifestOf(source, "module", { replayWrites });
      return sites.find(({ name }) => name === "f") ?? worded(refusals.find(({ name }) => name === "f")?.reason);
    };
    assert.equal(reasons(false, "h('a')"), "returns nothing");
    assert.equal(reasons(true, "Math.abs(1)"), "returns nothing");
    assert.equal(typeof reasons(true, "h('a')"), "object");
  });
  test("what is recorded while it runs", () => {
    const pure = (source: string, kind: "module" | "commonjs" = "module") => {
      assert.equal(impurity(source, kind), null, source);
      return unitOf(source, kind).traits.includes("outside");
    };
    assert.ok(pure('import { readFileSync as r } from "node:fs"; function f(a) { return r(a) }'));
    assert.ok(pure('import * as fs from "fs"; function f(a) { return fs.realpathSync.native(a) + fs.constants.R_OK }'));
    assert.ok(pure('const { existsSync } = require("fs"); function f(a) { return a.map(existsSync) }', "commonjs"));
    assert.ok(pure('import os from "os"; function f(a) { return a + os.tmpdir() }'));
    assert.ok(pure(inF("return process.cwd() + a")));
    assert.ok(pure(inF("console.log(a); return a.map(console.error)")));
    assert.ok(pure(inF("process.stdout.write(a); return b")));
    // What is read of these is a value: part of the key.
    assert.ok(!pure(inF("return process.env.HOME + process.env[a] + process.argv[2] + process.stdout.isTTY")));
    assert.ok(!pure('import { env } from "process"; function f(a) { return env.HOME + Object.keys(env) + a }'));
  });
});

describe("shadowed names are not what they look like", () => {
  for (const source of [
    inF("const Math = { random: () => 4 }; return Math.random()"),
    "export function f(process) { return process.env }",
    inF("return Date.now()", 'import { Date } from "./dates.js"'),
    inF("function fetch(x) { return x } return fetch(a)"),
    inF("try { a() } catch (console) { return console.log }"),
  ]) {
    test(source, () => assert.equal(impurity(source), null));
  }
});

describe("writes to `this`", () => {
  const refusals = (source: string) =>
    manifestOf(source).refusals.map(({ name, reason }) => `${name}: ${worded(reason)}`);
  const method = (body: string) => `export class A { m(a) { ${body}; return Math.abs(a) } }`;
  for (const body of [
    "this.x = a",
    "this.x.y = a",
    "this.x++",
    "delete this.x",
    "[this.x] = a",
    "({ x: this.x } = a)",
    "this[a] ??= 1",
    "for (this.x of a);",
    "(() => { this.x = a })()",
    "this.#x = a",
  ]) {
    test(body, () => {
      const source = body.includes("#x") ? method(body).replace("{ m", "{ #x; m") : method(body);
      assert.deepEqual(refusals(source), []);
      assert.equal(manifestOf(source).sites[0]?.changes, true);
      assert.deepEqual(refusals(source.replace("m(a)", "async m(a)")), ["A.m: writes to `this`"]);
    });
  }
  for (const body of [
    "a.x = this.x",
    "const o = { m() { this.x = 1 } }",
    "(function () { this.x = 1 }).call({})",
    "class B { x = 1; constructor() { this.y = 2 } }",
  ]) {
    test(`not: ${body}`, () => assert.deepEqual(refusals(method(body)), []));
  }
  test("not: in the constructor", () => {
    assert.deepEqual(
      refusals("export class A { constructor(a) { this.a = a } m(a) { return Math.abs(this.a + a) } }"),
      [],
    );
  });
  test("the heritage of an inner class", () => {
    assert.equal(manifestOf(method("class B extends (this.x = a) {}")).sites[0]?.changes, true);
  });
});

describe("traits", () => {
  const traits = (source: string) => [...unitOf(source).traits].sort();
  for (const [source, ...expected] of [
    [inF("return Math.abs(a)")],
    ["export async function f(a) { return a }", "async"],
    [inF("return a.then(b)"), "async", "begins", "catch"],
    [inF("return Promise.resolve(a)"), "async", "begins", "catch"],
    [inF("return this.x(a)"), "this"],
    [inF("return (() => this.x(a))()"), "this"],
    [inF("return { m() { return this.x } }.m(a)")],
    [inF("return a.buffer.slice(b)"), "buffer"],
    [inF("return a.byteOffset"), "buffer"],
    ["export class f { #x }", "class", "private"],
    ["export class f { m() { return 1 } }", "class"],
  ] as const) {
    test(source, () => assert.deepEqual(traits(source), expected));
  }
});

describe("places", () => {
  const place = (source: string, kind: SourceKind = "module") => {
    const reason = found(source, kind) as Reason;
    return [worded(reason), reason.place?.line, reason.place?.column];
  };
  test("line from 1, column from 0", () => {
    assert.deepEqual(place("export function f(a) {\n  return a +\n    Math.random()\n}"), ["uses Math.random", 3, 4]);
    assert.deepEqual(place("export const f = (a) => Math.random(a)"), ["uses Math.random", 1, 24]);
    assert.deepEqual(place("#!node\r\nexport function f(a) {\r\n\treturn a.b.stack }"), [
      "reads a stack trace (`.stack`)",
      3,
      8,
    ]);
  });
  test("the first of several reasons", () => {
    assert.deepEqual(place("export function f(a) {\n\n  n++\n  return Date.now() + fetch(a)\n}"), ["writes `n`", 3, 2]);
    assert.deepEqual(place("export function f(a) {\n  a(a.stack)\n  return Date.now()\n}"), [
      "reads a stack trace (`.stack`)",
      2,
      4,
    ]);
    assert.deepEqual(place('import fs from "fs"\nexport function f(a) {\n  fs.x(a)\n  return Date.now()\n}'), [
      "uses node:fs.x",
      3,
      2,
    ]);
    assert.deepEqual(place('import fs from "fs"\nexport function f(a) {\n  Date.now()\n  return fs.x(a)\n}'), [
      "uses Date.now",
      3,
      2,
    ]);
  });
  test("in TypeScript, as the source writes it", () => {
    const source = [
      "interface Point<T> { x: T; y: T }",
      "type Maybe = Point<number> | undefined;",
      "",
      "export function f<T extends Maybe>(a: T, b?: Record<string, number>): number {",
      "  const p = a as Point<number>, r: number = Math.random();",
      "  return p.x + r;",
      "}",
    ].join("\n");
    assert.deepEqual(place(stripTypes(source)), ["uses Math.random", 5, 44]);
    assert.deepEqual(unitOf(stripTypes(source)).place, { line: 4, column: 7 });
  });
  test("lines after what is not ASCII", () => {
    assert.deepEqual(place("const s = 'äöü€😀';\nexport function f(a) {\n  return 'ü' + Math.random() }"), [
      "uses Math.random",
      3,
      15,
    ]);
    assert.deepEqual(
      place(stripTypes("type A = 'äöü€😀';\nexport function f(a: A) {\n  return 'ü' + Math.random() }")),
      ["uses Math.random", 3, 15],
    );
  });
  test("of functions and refusals", () => {
    const { sites, refusals } = manifestOf(
      "export const a = 1;\n  export function f(x) { return g(x) }\nfunction g(x) {\n  return Date.now() + x\n}",
    );
    assert.deepEqual(
      sites.map(({ name, place }) => [name, place]),
      [["f", { line: 2, column: 9 }]],
    );
    assert.deepEqual(refusals, [
      {
        name: "g",
        place: { line: 3, column: 0 },
        reason: { kind: "uses-api", api: "Date.now", place: { line: 4, column: 9 } },
        trivial: false,
      },
    ]);
  });
});

describe("functions that are not worth a guard", () => {
  const refusal = (source: string) =>
    manifestOf(source).refusals.map(({ reason, trivial }) => [worded(reason), trivial]);
  test("no loop and no call", () => {
    for (const body of ["return a + b", "return { a, b }", "if (a) return b.c; return [a, b, `${a}`]"]) {
      assert.deepEqual(refusal(inF(body)), [["has no loop and no call: cheaper than any look-up", true]]);
    }
  });
  test("anything that can take long", () => {
    for (const body of [
      "for (;;) return a",
      "return a()",
      "return new a()",
      "return a`b`",
      "return [...a]",
      "do { b-- } while (b); return a",
    ]) {
      assert.deepEqual(refusal(inF(body)), []);
    }
  });
  test("nothing is returned, and there is nothing to change", () => {
    assert.deepEqual(refusal("export function f() { Math.max(1) }"), [["returns nothing", false]]);
    assert.deepEqual(refusal("export async function f(a) { a() }"), [["returns nothing", false]]);
    assert.deepEqual(refusal(inF("a(b)")), []);
    assert.deepEqual(refusal("const all = []; export function f() { all[0] = Math.max(1) }"), []);
  });
});

test("the assumePure list settles what the scan finds", () => {
  const source = "export function f(a) { return Date.now() + a }\nexport function g(a) { return Date.now() + a }";
  const { sites, units, refusals } = manifestOf(source, "module", { assumed: ["f"] });
  assert.deepEqual(
    sites.map(({ name }) => name),
    ["f"],
  );
  assert.deepEqual(
    units.map(({ name, traits }) => [name, traits.includes("assumed")]),
    [
      ["f", true],
      ["g", false],
    ],
  );
  assert.deepEqual(
    refusals.map(({ name }) => name),
    ["g"],
  );
  assert.equal(manifestOf(source, "module", { assumed: ["*"] }).sites.length, 2);
});

test("the allow-list by itself", () => {
  assert.equal(impureGlobal("Math", ["max"]), null);
  assert.equal(impureGlobal("Math", ["random"]), "Math.random");
  assert.equal(impureGlobal("hasOwnProperty", []), "hasOwnProperty");
  assert.equal(impureGlobal("constructor", ["x", "y"]), "constructor.x");
  assert.equal(impureGlobal("__proto__", []), "__proto__");
  assert.equal(impureGlobal("process", []), "process");
  assert.equal(impureBuiltin("path", "join"), null);
  assert.equal(impureBuiltin("path", undefined), null);
  assert.equal(impureBuiltin("fs", "writeFileSync"), "node:fs.writeFileSync");
  assert.equal(impureBuiltin("crypto", undefined), "node:crypto");
  assert.equal(impureBuiltin("constructor", "x"), "node:constructor.x");
});
