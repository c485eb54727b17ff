/** Edits between runs: what a function reaches must miss, what it does not reach must still hit. */
import { type Edit, program } from "../program.ts";

const replace = (from: string, to: string) => (before: string) => before.replace(from, to);
const again = { hits: { work: 1 }, misses: { work: 0 } };
const anew = { hits: { work: 0 }, misses: { work: 1 } };

/** A chain of three modules: `work` in the entry, `middle`, and `far`, two imports away. */
const chain = {
  "main.mjs": `
    import { middle, unused } from "./middle.mjs";
    function work(n) {
      return middle(n) + 1;
    }
    console.log(work(4), typeof unused);
  `,
  "middle.mjs": `
    import { far } from "./far.mjs";
    export function middle(n) {
      return far(n) * 2;
    }
    export function unused(n) {
      return n + "unused";
    }
  `,
  "far.mjs": `
    import { burn } from "./burn.mjs";
    let offset = 10;
    const scale = 3;
    const table = { small: 1, large: { factor: 5 } };
    // An explanation
    export function far(n) {
      return (burn(n) % 1000) * scale + offset + table.large.factor;
    }
    export function move(by) {
      offset += by;
    }
  `,
};
const far = (from: string, to: string): Edit => ({ "far.mjs": replace(from, to) });

export const programs = [
  program("the names of locals, where only a function that is a value reads the messages of errors", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const box = { list: [(call) => { try { return call(); } catch (error) { return error.message; } }] };
        function work(n, at) { const first = burn(n); return box.list[at](() => first()); }
        function plain(n, at) { const first = burn(n); return first + [n][at]; }
        console.log(work(1, 0), plain(1, 0));
      `,
    },
    memo: { work: 1, plain: 1 },
    after: [
      {
        label: "renamed",
        edit: { "main.mjs": (text) => text.replaceAll("first", "second") },
        hits: { work: 0, plain: 1 },
      },
    ],
  }),

  program("a helper two imports away", {
    files: chain,
    memo: { work: 1 },
    after: [
      { label: "code edited", edit: far("(burn(n) % 1000)", "(burn(n) % 100)"), ...anew },
      { label: "that version again", ...again },
      { label: "edited back", edit: far("% 100)", "% 1000)"), ...again },
      { label: "a let edited", edit: far("offset = 10", "offset = 20"), ...anew },
      { label: "a const edited", edit: far("scale = 3", "scale = 4"), ...anew },
      { label: "a table edited, deep inside", edit: far("factor: 5", "factor: 6"), ...anew },
      { label: "a comment edited", edit: far("An explanation", "Another\n// explanation"), ...again },
      { label: "the layout edited", edit: far("* scale + offset", "*\n    scale+( offset )"), ...again },
      { label: "a function out of reach edited", edit: { "middle.mjs": replace('"unused"', '"edited"') }, ...again },
      {
        label: "a function out of reach added",
        edit: { "far.mjs": (text) => `${text}export const more = () => 1;\n` },
        ...again,
      },
      { label: "a neighbour in the same module edited", edit: far("offset += by", "offset -= by"), ...again },
      { label: "the function moved to another line", edit: { "main.mjs": (text) => `\n\n${text}` }, ...again },
      {
        label: "what the call's result is used for edited",
        edit: { "main.mjs": replace("typeof unused", '"-"') },
        ...again,
      },
      { label: "the function itself edited", edit: { "main.mjs": replace("+ 1", "+ 2") }, ...anew },
    ],
  }),

  program("type annotations", {
    entry: "main.ts",
    twin: { below: 22, flags: ["--import", import.meta.resolve("tsx")] },
    files: {
      "package.json": `{ "type": "module" }`,
      "main.ts": `
        import { burn } from "./burn.mjs";
        interface Shape { side: number }
        const unit: number = 2;
        export function work(shape: Shape): number {
          return (burn(shape.side) % 1000) * unit;
        }
        console.log(work({ side: 3 }));
      `,
      "burn.d.mts": "export declare function burn(n: number): number;\n",
    },
    memo: { work: 1 },
    after: [
      { label: "a type edited", edit: { "main.ts": replace("unit: number", "unit: 2 | 3") }, ...again },
      {
        label: "an interface edited",
        edit: { "main.ts": replace("side: number }", "side: number; name?: string }") },
        ...again,
      },
      { label: "a value edited", edit: { "main.ts": replace("= 2;", "= 3;") }, ...anew },
    ],
  }),

  program("a package that is an ES module", {
    files: {
      "main.mjs": `
        import { scaled } from "pure-esm";
        function work(n) {
          return scaled(n) + 1;
        }
        console.log(work(4));
      `,
      "node_modules/pure-esm/package.json": `{ "name": "pure-esm", "version": "1.0.0", "type": "module", "exports": "./index.js" }`,
      "node_modules/pure-esm/index.js": `export { scaled } from "./lib/scaled.js";\n`,
      "node_modules/pure-esm/lib/scaled.js": `
        import { burn } from "../../../burn.mjs";
        const factor = 3;
        export function scaled(n) {
          return burn(n) * factor;
        }
      `,
    },
    memo: { work: 1 },
    after: [
      {
        label: "a file of the package edited, its version not",
        edit: { "node_modules/pure-esm/lib/scaled.js": replace("* factor", "/ factor") },
        ...anew,
      },
      { label: "a constant edited", edit: { "node_modules/pure-esm/lib/scaled.js": replace("= 3", "= 4") }, ...anew },
      {
        label: "only the version edited",
        edit: { "node_modules/pure-esm/package.json": replace("1.0.0", "2.0.0") },
        ...again,
      },
    ],
  }),

  program("a package that is CommonJS", {
    files: {
      "main.mjs": `
        import pure, { scaled } from "pure-cjs";
        function work(n) {
          return scaled(n) + pure.offset(n);
        }
        console.log(work(4));
      `,
      "node_modules/pure-cjs/package.json": `{ "name": "pure-cjs", "version": "1.0.0", "main": "index.js" }`,
      "node_modules/pure-cjs/index.js": `
        "use strict";
        const { helper } = require("./helper");
        exports.scaled = function scaled(n) {
          return helper(n) * 2;
        };
        exports.offset = (n) => n + 7;
      `,
      "node_modules/pure-cjs/helper.js": `
        const { burn } = require("../../burn.cjs");
        module.exports.helper = function (n) {
          return burn(n) % 5000;
        };
      `,
    },
    memo: { work: 1 },
    after: [
      { label: "its helper edited", edit: { "node_modules/pure-cjs/helper.js": replace("5000", "500") }, ...anew },
      {
        label: "its other export edited",
        edit: { "node_modules/pure-cjs/index.js": replace("n + 7", "n + 8") },
        ...anew,
      },
      { label: "a comment edited", edit: { "node_modules/pure-cjs/helper.js": (text) => `// !\n${text}` }, ...again },
    ],
  }),

  program("a JSON file that is imported", {
    flags: ["--disable-warning=ExperimentalWarning"],
    files: {
      "main.mjs": `
        import config from "./config.json" with { type: "json" };
        import { burn } from "./burn.mjs";
        function work(n) {
          return (burn(n) % 1000) * config.scale.x;
        }
        console.log(work(4), config.title);
      `,
      "config.json": `{ "scale": { "x": 2 }, "title": "one" }`,
    },
    memo: { work: 1 },
    after: [
      { label: "what is read edited", edit: { "config.json": replace('"x": 2', '"x": 3') }, ...anew },
      { label: "what is not read edited", edit: { "config.json": replace("one", "two") }, ...again },
    ],
  }),

  program("a JSON file that is required", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const config = require("./config.json");
        const { burn } = require("./burn.cjs");
        function work(n) {
          return (burn(n) % 1000) * config.scale;
        }
        console.log(work(4));
      `,
      "config.json": `{ "scale": 2 }`,
    },
    memo: { work: 1 },
    after: [{ label: "edited", edit: { "config.json": replace("2", "3") }, ...anew }],
  }),

  program("a config object of another module", {
    files: {
      "main.mjs": `
        import { config } from "./config.mjs";
        import { burn } from "./burn.mjs";
        function work(n) {
          return (burn(n) % 1000) * config.scale + config.list[1];
        }
        console.log(work(4));
      `,
      "config.mjs": `export const config = { scale: 2, list: [1, 2], unused: () => 1 };\n`,
    },
    memo: { work: 1 },
    after: [
      { label: "a number edited", edit: { "config.mjs": replace("scale: 2", "scale: 3") }, ...anew },
      { label: "a list edited", edit: { "config.mjs": replace("[1, 2]", "[1, 3]") }, ...anew },
      { label: "a member that is not read edited", edit: { "config.mjs": replace("=> 1", "=> 2") }, ...again },
    ],
  }),

  program("strictness", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        function work(n) {
          const frozen = Object.freeze({ n });
          try {
            frozen.n = burn(n);
            return "sloppy";
          } catch {
            return "strict";
          }
        }
        console.log(work(4));
      `,
    },
    memo: { work: 1 },
    after: [
      { label: '"use strict" added to the file', edit: { "main.cjs": (text) => `"use strict";\n${text}` }, ...anew },
    ],
  }),

  program("a base class is edited", {
    files: {
      "main.mjs": `
        import { Base } from "./base.mjs";
        class Derived extends Base {
          run(n) {
            return this.factor() * super.run(n);
          }
        }
        console.log(new Derived(2).run(3));
      `,
      "base.mjs": `
        import { burn } from "./burn.mjs";
        export class Base {
          constructor(k) {
            this.k = k;
          }
          factor() {
            return this.k + 1;
          }
          run(n) {
            return burn(n) % 1000;
          }
        }
      `,
    },
    memo: { "Derived.run": 1 },
    after: [
      {
        label: "an inherited method edited",
        edit: { "base.mjs": replace("this.k + 1", "this.k + 2") },
        misses: { "Derived.run": 1 },
      },
      {
        label: "the constructor edited",
        edit: { "base.mjs": replace("this.k = k", "this.k = k * 2") },
        misses: { "Derived.run": 1 },
      },
      {
        label: "a comment",
        edit: { "base.mjs": replace("return this.k", "return /* ! */ this.k") },
        hits: { "Derived.run": 1 },
      },
    ],
  }),

  program("a dependency swapped for another with the same name", {
    files: {
      "main.mjs": `
        import { pick } from "./one.mjs";
        import { burn } from "./burn.mjs";
        function work(n) {
          return (burn(n) % 100) + pick(n);
        }
        console.log(work(4));
      `,
      "one.mjs": `export function pick(n) { return n + 1; }\n`,
      "two.mjs": `export function pick(n) { return n + 1; }\n`,
      "three.mjs": `export function pick(n) { return n + 3; }\n`,
    },
    memo: { work: 1 },
    after: [
      { label: "the same code from elsewhere", edit: { "main.mjs": replace("./one", "./two") }, ...again },
      { label: "other code", edit: { "main.mjs": replace("./two", "./three") }, ...anew },
    ],
  }),
];
