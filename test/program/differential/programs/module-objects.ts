/** Objects that Node's modules hand out: read, changed, replaced, and handed on. */
import { program } from "../program.ts";

const IMPORTS = `
  import path, { delimiter, sep } from "node:path";
  import * as names from "node:path";
  import assert from "node:assert";
  import fs from "node:fs";
  import os, { EOL } from "node:os";
  import querystring from "node:querystring";
  import { StringDecoder } from "node:string_decoder";
  import url from "node:url";
  import util from "node:util";
`;
const WORK = `
  export function work(n, key) {
    const listed = [];
    for (const name in path) listed.push(name);
    const { foo = "none" } = path;
    return [
      burn(n) % 1000, path.sep, names.sep, sep, delimiter, path.win32.sep, path.posix.sep, path.win32.foo, foo, "foo" in path, path[key],
      listed.join(), Object.keys(path).length, { ...path }.foo, url[key], querystring[key], typeof assert[key] === "function" ? assert[key]() : assert[key], assert.strict.foo, util.types.foo,
      new StringDecoder().foo, StringDecoder.foo, os.EOL, EOL, os.devNull, os.constants.foo, fs.constants.foo,
      process.version, process.versions.node, process.versions.foo, process.arch, process.release.name, process.release.foo,
      Object.isFrozen(path.posix), util.types.isDate(1), path.join("a", "b"), Object.getPrototypeOf(path) === Object.prototype,
      assert.AssertionError.foo, url.Url.foo, url.Url.prototype.foo,
    ].map(String).join(" ");
  }
`;
const SYNC = `import { syncBuiltinESMExports } from "node:module";`;

/** What no key holds: nothing is cached from then on. */
const REPLACED: readonly (readonly [string, string])[] = [
  ["an object of a module", "path.posix = { sep: 'x' };"],
  ["a function in an object", "util.types.isDate = () => 'mine';"],
  ["an object of a module that is not pure as a whole", "define(util, 'types', { isDate: () => 'mine' });"],
  ["constants", "define(os, 'constants', { foo: 1 });"],
  ["what an object inherits from", "Object.setPrototypeOf(path, { foo: 'above' });"],
  ["a member that is gone", "delete path.sep;"],
  ["an accessor", "Object.defineProperty(path, 'foo', { get: () => 'got', enumerable: true });"],
  ["what Node says of its release", "define(process, 'release', { name: 'other' });"],
  ["versions", "define(process, 'versions', { node: '1.2.3' });"],
  ["an accessor of process", "Object.defineProperty(process, 'arch', { get: () => 'got', configurable: true });"],
  ["imported names", "path.sep = '!'; syncBuiltinESMExports(); path.sep = '/';"],
  [
    "imported names of functions",
    "const { join } = path; path.join = () => '!'; syncBuiltinESMExports(); path.join = join;",
  ],
];

/** Calls that change objects of Node's modules. */
const NEVER = {
  assigns: 0,
  reflects: 0,
  hides: 0,
  sets: 0,
  types: 0,
  decodes: 0,
  releases: 0,
  constants: 0,
  limits: 0,
};

export const programs = [
  program("members of objects of Node's modules that come, change and go between calls", {
    files: {
      "main.mjs": `
        ${IMPORTS}
        import { burn } from "./burn.mjs";
        ${WORK}
        const define = (holder, key, value) => Object.defineProperty(holder, key, { configurable: true, writable: true, value });
        const { version, arch } = process;
        const { EOL: lines } = os;
        const steps = [
          () => {},
          () => { path.sep = "\\\\"; },
          () => { path.sep = "!"; },
          () => { path.sep = "/"; },
          () => { path.win32.sep = "!"; },
          () => { path.win32.sep = "\\\\"; },
          () => { path.foo = 1; },
          () => { path.foo = "1"; },
          () => { delete path.foo; },
          () => { path.win32.foo = 1; },
          () => { delete path.win32.foo; },
          () => { url.foo = 1; querystring.foo = 2; },
          () => { delete url.foo; delete querystring.foo; },
          () => { assert.foo = () => 1; },
          () => { delete assert.foo; },
          () => { assert.strict.foo = 1; },
          () => { delete assert.strict.foo; },
          () => { util.types.foo = { a: 1 }; },
          () => { delete util.types.foo; },
          () => { StringDecoder.prototype.foo = 1; },
          () => { StringDecoder.foo = 1; },
          () => { delete StringDecoder.foo; delete StringDecoder.prototype.foo; },
          () => { define(os, "EOL", "\\r\\n"); },
          () => { define(os, "devNull", "NUL"); },
          () => { define(os, "EOL", lines); define(os, "devNull", "/dev/null"); },
          () => { os.constants.foo = 1; },
          () => { delete os.constants.foo; },
          () => { define(process, "version", "v1.2.3"); },
          () => { define(process, "arch", "other"); },
          () => { define(process, "arch", arch); define(process, "version", version); },
          () => { process.release.foo = 1; },
          () => { delete process.release.foo; },
          () => { assert.AssertionError.foo = 1; },
          () => { delete assert.AssertionError.foo; url.Url.foo = 1; },
          () => { delete url.Url.foo; url.Url.prototype.foo = 1; },
          () => { delete url.Url.prototype.foo; },
          () => { Object.freeze(path.win32); },
        ];
        for (const step of steps) {
          step();
          console.log(work(3, "foo"), work(3, "foo"));
        }
      `,
    },
    cold: { hits: { work: 51 } },
    warm: { hits: { work: 74 }, misses: { work: 0 } },
  }),

  program("what process says of the machine is changed between calls, as tests do", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(n) { return [burn(n) % 1000, process.platform].join(" "); }
        const { platform } = process;
        for (const now of [platform, "win32", "darwin", platform]) {
          Object.defineProperty(process, "platform", { value: now });
          console.log(work(1), work(1));
        }
      `,
    },
    cold: { hits: { work: 5 } },
    warm: { hits: { work: 8 } },
  }),

  program("what is put in the place of objects of Node's modules", {
    files: {
      "main.mjs": `
        import "./change.mjs";
        ${IMPORTS}
        import { burn } from "./burn.mjs";
        ${WORK}
        console.log(work(3, "foo"), work(3, "foo"));
      `,
      "change.mjs": "",
    },
    memo: { work: 1 },
    cold: { hits: { work: 1 } },
    warm: { hits: { work: 2 } },
    after: [
      ...REPLACED.map(([label, change]) => ({
        label,
        edit: {
          "change.mjs": () => `
            ${IMPORTS}
            ${SYNC}
            const define = (holder, key, value) => Object.defineProperty(holder, key, { configurable: true, writable: true, value });
            ${change}
          `,
        },
        hits: { work: 0 },
      })),
      { label: "nothing", edit: { "change.mjs": () => "" }, hits: { work: 2 } },
    ],
  }),

  program("an accessor in the place of what process says is not called by dumbo", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(n) { return burn(n); }
        console.log(work(1), work(1));
        let count = 0;
        const { arch } = process;
        Object.defineProperty(process, "arch", { get() { count++; return arch; }, configurable: true });
        console.log(work(1), work(2), count);
      `,
    },
    cold: { hits: { work: 1 } },
    warm: { hits: { work: 2 } },
  }),

  program("calls that change objects of Node's modules are not kept", {
    files: {
      "main.mjs": `
        ${IMPORTS}
        import { burn } from "./burn.mjs";
        const put = Object.defineProperty;
        const shown = () => JSON.stringify([
          path.foo, path.win32.foo, util.types.foo, url.foo, new StringDecoder().foo, process.release.foo, path.sep, os.constants.foo,
          fs.constants.foo, Object.isFrozen(path.posix), assert.foo, Error.stackTraceLimit, querystring.foo,
        ]);
        function adds(n, on) { on.foo = burn(n); return n; }
        function assigns(n) { burn(n); Object.assign(path, { foo: n }); return n; }
        function reflects(n) { burn(n); Reflect.set(url, "foo", n); return n; }
        function hides(n) { burn(n); put(querystring, "foo", { value: n, configurable: true }); return n; }
        function sets(n) { burn(n); Reflect.defineProperty(path, "sep", { value: "!" }); return n; }
        function types(n) { burn(n); const it = util.types; Object.assign(it, { foo: n }); return n; }
        function decodes(n) { burn(n); Object.assign(StringDecoder.prototype, { foo: n }); return n; }
        function releases(n) { burn(n); Object.assign(process.release, { foo: n }); return n; }
        function constants(n) { burn(n); const it = fs.constants; Object.assign(it, { foo: n }); return n; }
        function limits(n, on, key) { burn(n); on[key] = n; return n; }
        function work(n) { return burn(n); }
        for (const _ of [1, 2]) {
          console.log(adds(1, path.win32), adds(2, os.constants), assigns(1), reflects(1), hides(1), sets(1), types(1), decodes(1));
          console.log(releases(1), constants(1), limits(3, Error, "stackTraceLimit"), shown());
          Error.stackTraceLimit = 10;
          for (const on of [path, path.win32, util.types, url, querystring, StringDecoder.prototype, process.release, os.constants, fs.constants])
            delete on.foo;
          path.sep = "/";
          console.log(work(1), shown());
        }
      `,
    },
    cold: { hits: { ...NEVER, work: 1 } },
    warm: { hits: { ...NEVER, work: 2 } },
    refuses: {
      assigns: /path\.foo/,
      reflects: /url\.foo/,
      hides: /querystring\.foo/,
      types: /util\.types\.foo/,
      decodes: /StringDecoder\.prototype\.foo/,
      releases: /process\.release\.foo/,
      constants: /fs\.constants\.foo/,
      limits: /Error\.stackTraceLimit/,
    },
  }),

  program("a call that freezes an object of Node's, or has it inherit from another, is not kept", {
    files: {
      "main.mjs": `
        import path from "node:path";
        import url from "node:url";
        import { burn } from "./burn.mjs";
        function freezes(n) { burn(n); Object.freeze(path.win32); return n; }
        function inherits(n) { burn(n); Object.setPrototypeOf(url, { foo: n }); return n; }
        console.log(freezes(1), Object.isFrozen(path.win32), inherits(1), url.foo);
      `,
    },
    refuses: { freezes: /path\.win32/, inherits: /url/ },
  }),

  program("results that are or hold objects of Node's modules", {
    files: {
      "main.mjs": `
        ${IMPORTS}
        import buffer from "node:buffer";
        import zlib from "node:zlib";
        import { burn } from "./burn.mjs";
        function whole(n) { burn(n); return path; }
        function parts(n) { burn(n); return { posix: path.posix, win32: path.win32, more: [path.win32, path.join], type: util.types }; }
        function constants(n) { burn(n); return [fs.constants, os.constants, os.constants.signals, zlib.constants, buffer.constants]; }
        function modules(n) { burn(n); return new Map([[url, querystring], [assert, assert.strict], [StringDecoder, new Set([StringDecoder.prototype])]]); }
        function ofProcess(n) { burn(n); return [process.versions, process.release]; }
        function below(n) { burn(n); return Object.create(path.win32, { own: { value: n } }); }
        for (const n of [1, 1]) {
          const { posix, win32, more, type } = parts(n);
          const [a, b, c, d, e] = constants(n);
          const [[k1, v1], [k2, v2], [k3, [v3]]] = modules(n);
          const [versions, release] = ofProcess(n);
          console.log(whole(n) === path, posix === path, win32 === path.win32, more[0] === win32, more[1] === path.join, type === util.types);
          console.log(a === fs.constants, b === os.constants, c === os.constants.signals, d === zlib.constants, e === buffer.constants);
          console.log(k1 === url, v1 === querystring, k2 === assert, v2 === assert.strict, k3 === StringDecoder, v3 === StringDecoder.prototype);
          console.log(versions === process.versions, release === process.release, Object.getPrototypeOf(below(n)) === path.win32, below(n).own);
        }
      `,
    },
    cold: { hits: { whole: 1, parts: 1, constants: 1, modules: 1, ofProcess: 1 } },
    warm: { hits: { whole: 2, parts: 2, constants: 2, modules: 2, ofProcess: 2 } },
  }),

  program("how much of a Buffer the console shows is asked again", {
    files: {
      "main.mjs": `
        import buffer from "node:buffer";
        import { burn } from "./burn.mjs";
        function shows(n) { burn(n); console.log(Buffer.from([1, 2, 3, 4])); return n; }
        shows(1);
        buffer.INSPECT_MAX_BYTES = 2;
        shows(1);
      `,
    },
    cold: { hits: { shows: 0 } },
    warm: { hits: { shows: 2 } },
  }),
];
