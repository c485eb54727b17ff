/**
 * Which code a run loads, where it is answered as a whole: what leads Node to a file changes between the runs, or while one goes on, and then the run may
 * not be answered. Not where no hook of Node's sees all that is resolved: there no run is kept.
 */
import assert from "node:assert/strict";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import {
  AGAIN,
  AGE,
  change,
  check,
  edited,
  type Files,
  ifTold,
  isTold,
  laidOut,
  NEVER,
  place,
  run,
  type Step,
  skip,
} from "../support/whole-run-steps.ts";

type Program = [files: Files, steps: readonly Step[], entry?: string, links?: Files];

/** The steps of a program that is answered until a change, and not kept afterwards. */
function until(edit: Partial<Step>): Step[] {
  return [...AGAIN, { ...edit, isAnswered: false }];
}

/** A link that leads to `a.js` first, and to `b.js` later. */
function relinked(path: string, files: Files, entry = "main.mjs", folder = "impl/"): Program {
  const at = path.slice(0, path.lastIndexOf("/") + 1);
  const isModule = entry.endsWith(".mjs");
  const code = (value: number) => (isModule ? `export const a = ${value};` : `exports.a = ${value};`);
  const own = isModule ? "export {};" : "";
  return [
    {
      [`${at}${folder}a.js`]: code(1),
      [`${at}${folder}b.js`]: code(2),
      [`${at}${folder}c.js`]: own,
      ...files,
    },
    edited({ links: { [path]: `${folder}b.js` } }),
    entry,
    { [path]: `${folder}a.js` },
  ];
}

const IMPORTS_P = `import { a } from "p"; console.log(a);`;
const MODULE = `"type": "module"`;

const answered: Record<string, Program> = {
  "a target of exports that is a link": relinked("node_modules/p/main.js", {
    "main.mjs": IMPORTS_P,
    "node_modules/p/package.json": `{ ${MODULE}, "exports": { ".": { "types": "./main.d.ts", "default": "./main.js" } } }`,
  }),
  "a target of exports that is a link, required": relinked(
    "node_modules/p/main.js",
    {
      "main.cjs": `console.log(require("p/x").a);`,
      "node_modules/p/package.json": `{ "exports": { "./x": "./main.js" } }`,
    },
    "main.cjs",
  ),
  "a target of exports with a star that is a link": relinked("node_modules/p/lib/x.js", {
    "main.mjs": `import { a } from "p/x"; console.log(a);`,
    "node_modules/p/package.json": `{ ${MODULE}, "exports": { "./*": ["./lib/*.js"] } }`,
  }),
  "an import of its own that is a link": relinked("own/x.js", {
    "main.mjs": `import { a } from "#x"; console.log(a);`,
    "package.json": `{ ${MODULE}, "imports": { "#x": { "browser": "./own/none.js", "node": "./own/x.js" } } }`,
  }),
  "an import of its own that is a link, required": relinked(
    "own/x.js",
    { "main.cjs": `console.log(require("#x").a);`, "package.json": `{ "imports": { "#x": "./own/x.js" } }` },
    "main.cjs",
  ),
  "a file of its own package, by its name, that is a link": relinked("own/x.js", {
    "main.mjs": `import { a } from "me/x"; console.log(a);`,
    "package.json": `{ "name": "me", ${MODULE}, "exports": { "./x": "./own/x.js" } }`,
  }),
  "a main file that is a link": relinked("node_modules/p/lib/x.js", {
    "main.mjs": IMPORTS_P,
    "node_modules/p/package.json": `{ ${MODULE}, "main": "lib/x.js" }`,
  }),
  "a package among the folders of packages, for what a package imports": [
    {
      "main.mjs": IMPORTS_P,
      "node_modules/p/package.json": `{ ${MODULE}, "exports": "./i.js" }`,
      "node_modules/p/i.js": `export { a } from "q";`,
      "node_modules/q/index.js": "exports.a = 1;",
    },
    edited({ files: { "node_modules/node_modules/q/index.js": "exports.a = 2;" } }),
  ],
  "a package among the folders of packages, which require leaves out": [
    {
      "main.cjs": `console.log(require("p"));`,
      "node_modules/p/index.js": `module.exports = require("q");`,
      "node_modules/q/index.js": "exports.a = 1;",
    },
    [...AGAIN, { files: { "node_modules/node_modules/q/index.js": "exports.a = 2;" }, isAnswered: true }],
    "main.cjs",
  ],
  "a folder that becomes a file": [
    { "main.cjs": `console.log(require("./x"));`, "x.js": `module.exports = "x.js";`, "x/other": "" },
    edited({ prepare: becomesFile("x", `module.exports = "x";`) }),
    "main.cjs",
  ],
  "a folder for a main file that becomes a file": [
    {
      "main.mjs": `import x from "p"; console.log(x);`,
      "node_modules/p/package.json": `{ "main": "x" }`,
      "node_modules/p/x.js": `module.exports = "x.js";`,
      "node_modules/p/x/other": "",
    },
    edited({ prepare: becomesFile("node_modules/p/x", `module.exports = "x";`) }),
  ],
  "a folder that is imported, and becomes a file": [
    { "main.mjs": `console.log(await import("./x").then((m) => m.default, ({ code }) => code));`, "x/index.js": "" },
    isTold ? NEVER : edited({ prepare: becomesFile("x", "module.exports = 1;") }),
  ],
  "a package in a folder of the environment that was not there": [
    { "main.cjs": `try { console.log(require("p")); } catch { console.log("none"); }` },
    fromFolder("global-1", (folder) => change(folder, { "p.js": "module.exports = 1;" }, {})),
    "main.cjs",
  ],
  "a package in a folder of the environment that was not there, as JSON in a folder": [
    { "main.cjs": `try { console.log(require("p")); } catch { console.log("none"); }` },
    fromFolder("global-2", (folder) => change(folder, { "p/index.json": "[1]" }, {})),
    "main.cjs",
  ],
  "an extension of its own": [
    {
      "main.cjs": `require.extensions[".conf"] = (m, f) => { m.exports = require("fs").readFileSync(f, "utf8"); };
        try { console.log(require("./settings")); } catch { console.log("none"); }`,
    },
    until({ files: { "settings.conf": "a" } }),
    "main.cjs",
  ],
  "an extension of its own that goes before a folder": [
    {
      "main.cjs": `require.extensions[".conf"] = (m, f) => { m.exports = require("fs").readFileSync(f, "utf8"); };
        console.log(require("./settings"));`,
      "settings/index.js": "module.exports = 1;",
    },
    until({ files: { "settings.conf": "a" } }),
    "main.cjs",
  ],
  "files that it has Node load": [
    {
      "main.cjs": `const M = require("module"); const load = (name, own) => { const m = new M(__dirname + "/" + name); own(m, m.id); console.log(m.exports); };
        load("a.json", require.extensions[".json"]); load("b.js", require.extensions[".js"]); load("c.js", (m, path) => m.load(path));`,
      "a.json": "[1]",
      "b.js": "module.exports = 1;",
      "c.js": "module.exports = 1;",
    },
    [
      ...edited({ files: { "a.json": "[2]" } }),
      ...["b.js", "c.js"].flatMap((name) => [
        { files: { [name]: "module.exports = 2;" }, isAnswered: false },
        { isAnswered: true },
      ]),
    ],
    "main.cjs",
  ],
  "its own code, where it gives its script another name": [
    { "main.cjs": `process.argv[1] = __dirname + "/other.js"; console.log(1);`, "other.js": "" },
    edited({ files: { "main.cjs": `process.argv[1] = __dirname + "/other.js"; console.log(2);` } }),
    "main.cjs",
  ],
  "what Node shows of the folders in which it looks": [
    {
      "main.cjs": `require("module").globalPaths.push(__dirname + "/extra"); try { require("p"); } catch { console.log("none"); }`,
    },
    AGAIN,
    "main.cjs",
  ],
  "a function of Node's loader that is only mentioned": [
    {
      "main.cjs": `const M = require("module"); exports.find = (name) => M._findPath(name, M._nodeModulePaths(__dirname).concat(__dirname)); console.log(1);`,
    },
    AGAIN,
    "main.cjs",
  ],
  "a package that it looks for from a folder": [
    {
      "main.cjs": `console.log(require(require.resolve("p", { paths: [__dirname + "/in"] })));`,
      "node_modules/p/index.js": "module.exports = 1;",
      "in/a": "",
    },
    edited({ files: { "in/node_modules/p/index.js": "module.exports = 2;" } }),
    "main.cjs",
  ],
  "a file that it looks for from a folder": [
    {
      "main.cjs": `console.log(require(require.resolve("./p", { paths: [__dirname + "/in"] })));`,
      "in/p/index.js": "module.exports = 1;",
    },
    edited({ files: { "in/p.js": "module.exports = 2;" } }),
    "main.cjs",
  ],
  "a package that is not there, looked for from a folder": [
    {
      "main.cjs": `try { console.log(require(require.resolve("p", { paths: [__dirname + "/in"] }))); } catch { console.log("none"); }`,
      "in/a": "",
    },
    edited({ files: { "in/node_modules/p/index.js": "module.exports = 2;" } }),
    "main.cjs",
  ],
  "its own package, looked for from a folder": [
    {
      "package.json": `{ "name": "me", "exports": "./a.js" }`,
      "main.cjs": `console.log(require(require.resolve("me", { paths: [__dirname + "/in"] })));`,
      "a.js": "module.exports = 1;",
      "b.js": "module.exports = 2;",
    },
    edited({ files: { "package.json": `{ "name": "me", "exports": "./b.js" }` } }),
    "main.cjs",
  ],
  "the same name by itself and from a folder": [
    {
      "main.cjs": `console.log(require.resolve("p", { paths: [__dirname + "/in"] }).length > 0, require("p"));`,
      "in/node_modules/p/index.js": "module.exports = 1;",
      "node_modules/p/index.js": "module.exports = 2;",
    },
    until({ files: { "node_modules/p.js": "module.exports = 3;" } }),
    "main.cjs",
  ],
  "what require would find of a name that import does not": [
    { "main.mjs": `await import("./a").catch(({ message }) => console.log(message.includes("a.js")));` },
    edited({ files: { "a.js": "" } }),
  ],
};

/** Names that are known only when they run. */
const computed: Record<string, Program> = {
  "in a CommonJS package": [
    {
      "main.cjs": `require("p")("./a.mjs").then(({ a }) => console.log(a));`,
      "node_modules/p/index.js": "module.exports = (name) => import(name);",
      "node_modules/p/a.mjs": "export const a = 1;",
    },
    edited({ files: { "node_modules/p/a.mjs": "export const a = 2;" } }),
    "main.cjs",
  ],
  "in an ES module of a package": [
    {
      "main.mjs": `import load from "p"; console.log((await load("q")).a);`,
      "node_modules/p/package.json": `{ ${MODULE}, "main": "index.js" }`,
      "node_modules/p/index.js": "export default (name) => import(name);",
      "node_modules/q/index.js": "exports.a = 1;",
    },
    edited({ files: { "node_modules/p/node_modules/q/index.js": "exports.a = 2;" } }),
  ],
  "of a package that is not there, in a CommonJS package": [
    {
      "main.cjs": `require("p")("q").then(({ a }) => console.log(a), () => console.log("none"));`,
      "node_modules/p/index.js": "module.exports = (name) => import(name);",
    },
    edited({ files: { "node_modules/q/index.js": "exports.a = 2;" } }),
    "main.cjs",
  ],
  "of a package that is not there, in an ES module": [
    {
      "main.mjs": `const load = (name) => import(name); console.log(await load("q").then(({ a }) => a, () => "none"));`,
    },
    edited({ files: { "node_modules/q/index.js": "exports.a = 2;" } }),
  ],
  "that is never asked": [
    {
      "main.cjs": `exports.load = (name) => import(name); console.log(require("p").load.length);`,
      "node_modules/p/index.js": "exports.load = (name) => import(name);",
    },
    AGAIN,
    "main.cjs",
  ],
  "of a built-in module": [
    {
      "main.mjs": `const load = (name) => import(name); console.log((await load("node:" + "path")).sep, (await load("os")).EOL);`,
    },
    AGAIN,
  ],
  "in a function of which the text is shown": [
    {
      "main.mjs": `const load = (name) => import(name); console.log(load.toString(), \`\${load}\`); await load("node:path");`,
    },
    AGAIN,
  ],
  "on a line of which a trace is shown": [
    {
      "main.mjs": `const { sep } = await import("node:" + "path"); console.log(sep, /main.mjs:\\d+:\\d+/.exec(new Error().stack)[0]);`,
    },
    AGAIN,
  ],
  "in a file that has the name of what tells": [
    {
      "main.mjs": `const $dumbI = "node:"; const load = (name) => import($dumbI + name); console.log((await load("path")).sep);`,
    },
    ifTold(AGAIN),
  ],
  "of a module that no Node has": [
    {
      "main.cjs": `try { require("node:none"); } catch ({ code }) { console.log(code); } import("node:none").catch(({ code }) => console.log(code));`,
    },
    AGAIN,
    "main.cjs",
  ],
};

const never: Record<string, Program> = {
  "that adds a folder to those of a module": cjs(
    `module.paths.push(__dirname + "/in"); try { require("p"); } catch { console.log("none"); }`,
  ),
  "that puts a folder before those of a module": cjs(
    `module.paths.unshift(__dirname + "/in"); console.log(require("q"));`,
  ),
  "that has another module look elsewhere": [
    {
      "main.cjs": `require("./a"); console.log(require("q"));`,
      "a.js": `require.main.paths.unshift(__dirname + "/in");`,
      "node_modules/q/index.js": "",
    },
    NEVER,
    "main.cjs",
  ],
  "that has Node read the folders again": cjs(
    `process.env.NODE_PATH = __dirname + "/in"; const M = require("module"); M._initPaths(); try { require("p"); } catch { console.log("none"); }`,
  ),
  "that replaces how Node looks for folders": cjs(
    `require("module")._nodeModulePaths = () => [__dirname + "/in"]; require("./a"); console.log(1);`,
  ),
  "that replaces how Node looks for paths": cjs(
    `const M = require("module"); const own = M._resolveLookupPaths; M._resolveLookupPaths = (...all) => [__dirname + "/in", ...own(...all)]; console.log(require("q"));`,
  ),
  "that replaces how Node finds paths": cjs(
    `const M = require("module"); const own = M._findPath; M._findPath = (...all) => own(...all); console.log(require("q"));`,
  ),
  "that asks what a path is": cjs(`const M = require("module"); console.log(M._stat(__dirname + "/flag"));`),
  "that asks for a package.json": cjs(
    `const M = require("module"); console.log(typeof M._readPackage(__dirname + "/"));`,
  ),
  "that looks for a path": cjs(`const M = require("module"); console.log(M._findPath("p", [__dirname]));`),
  "that looks for a path by a function that it has kept": cjs(
    `const { _findPath: find } = require("module"); console.log(find("p", [__dirname]));`,
  ),
  "with a module without a file": cjs(
    `const M = require("module"); const m = new M("x"); try { m.require("./p"); } catch { console.log("none"); }`,
  ),
  "that has Node load for nobody": cjs(`try { require("module")._load("./p"); } catch { console.log("none"); }`),
  "that looks for a package beside another": cjs(
    `try { require("p/../q"); } catch { console.log("none"); } console.log(1);`,
  ),
  "that looks for a name with two dots": cjs(`try { require("..p"); } catch { console.log("none"); }`),
  "that looks from two folders": cjs(
    `console.log(require.resolve("q", { paths: [__dirname + "/in", __dirname] }).length > 0);`,
  ),
  "that looks from the current folder": cjs(`console.log(require.resolve("q", { paths: ["."] }).length > 0);`),
  "that does not find a target of exports": [
    {
      "main.mjs": `console.log(await import("p/x").then(({ a }) => a, ({ code }) => code));`,
      "node_modules/p/package.json": `{ ${MODULE}, "exports": { "./x": "./x.js" } }`,
    },
    NEVER,
  ],
  "in a folder that ends like one of packages": [
    { "my_node_modules/app/main.js": `console.log(typeof require);`, "my_node_modules/package.json": "{}" },
    NEVER,
    "my_node_modules/app/main.js",
  ],
  "with a folder of the environment that depends on the current one": [
    { "main.cjs": `try { require("p"); } catch { console.log("none"); }` },
    NEVER.map((step) => ({ ...step, env: { NODE_PATH: "in" } })),
    "main.cjs",
  ],
};

/** A program that is never answered. */
function cjs(code: string): Program {
  return [{ "main.cjs": code, "a.js": "", "node_modules/q/index.js": "module.exports = 1;" }, NEVER, "main.cjs"];
}

function becomesFile(name: string, text: string): (folder: string) => void {
  return (folder) => {
    rmSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
}

/** Steps with a folder in NODE_PATH, in which a package appears. */
function fromFolder(name: string, install: (folder: string) => void): Step[] {
  const folder = join(place, name);
  return until({ prepare: () => install(folder) }).map((step) => ({ ...step, env: { NODE_PATH: folder } }));
}

/** Prints, so that a test knows that all is loaded, and then takes its time. */
const LONG = `console.log("loaded"); for (let i = 0, n = 0; i < 4e8; i++) n += i;`;

const meanwhile: Record<string, [files: Files, edit: (folder: string) => void, entry?: string]> = {
  "a folder takes the place of another": [
    {
      "main.mjs": `import { a } from "./lib/a.mjs"; ${LONG} console.log(a);`,
      "lib/a.mjs": "export const a = 1;",
      "other/a.mjs": "export const a = 2;",
    },
    (folder) => {
      renameSync(join(folder, "lib"), join(folder, "before"));
      renameSync(join(folder, "other"), join(folder, "lib"));
    },
  ],
  "a folder takes the place of another, with a required file": [
    {
      "main.cjs": `const { a } = require("./lib/a"); ${LONG} console.log(a);`,
      "lib/a.js": "exports.a = 1;",
      "other/a.js": "exports.a = 2;",
    },
    (folder) => {
      renameSync(join(folder, "lib"), join(folder, "before"));
      renameSync(join(folder, "other"), join(folder, "lib"));
    },
    "main.cjs",
  ],
  "the package.json of the script goes away": [
    { "package.json": `{ ${MODULE} }`, "main.js": `${LONG} console.log(typeof require);` },
    (folder) => rmSync(join(folder, "package.json")),
    "main.js",
  ],
  "a package.json in a package goes away": [
    {
      "main.mjs": `import "p"; ${LONG} console.log(globalThis.kind);`,
      "node_modules/p/package.json": `{ ${MODULE}, "main": "lib/a.js" }`,
      "node_modules/p/lib/a.js": "globalThis.kind = typeof require;",
      "node_modules/p/lib/package.json": `{ "type": "commonjs" }`,
    },
    (folder) => rmSync(join(folder, "node_modules/p/lib/package.json")),
  ],
};

describe("a run is answered until something else leads to its code", { skip, concurrency: 2 }, () => {
  for (const [what, [files, steps, entry, links]] of Object.entries(answered)) {
    test(what, () => check(files, steps, entry, links));
  }
});

describe("a name that is imported is known only when it runs", { skip, concurrency: 2 }, () => {
  for (const [what, [files, steps, entry, links]] of Object.entries(computed)) {
    test(what, () => check(files, steps, entry, links));
  }
});

describe("a run is not kept", { skip, concurrency: 2 }, () => {
  for (const [what, [files, steps, entry, links]] of Object.entries(never)) {
    test(what, () => check(files, steps, entry, links));
  }
});

describe("while a run goes on", { skip, concurrency: 2 }, () => {
  for (const [what, [files, edit, entry = "main.mjs"]] of Object.entries(meanwhile)) {
    test(what, async () => {
      const { folder, cache } = await laidOut(files);
      const { code } = await run(folder, entry, { onPrint: () => edit(folder), isAnswered: false }, cache);
      assert.equal(code, 0);
      await setTimeout(AGE);
      const bare = await run(folder, entry, { isAnswered: false }, null);
      const outcome = await run(folder, entry, { isAnswered: false }, cache);
      assert.deepEqual(outcome, bare, "it was kept with what Node had not loaded");
    });
  }
});
