/** Module systems: entry scripts, exports, imports, cycles. */
import { program } from "../program.ts";

export const programs = [
  ...["main.mjs", "main.js"].map((entry) =>
    program(`${entry} imports CommonJS`, {
      entry,
      files: {
        "package.json": `{ "type": "module" }`,
        [entry]: `
          import lib, { helper } from "./lib.cjs";
          import * as all from "./lib.cjs";
          function work(n) {
            return helper(n) + lib.offset + all.helper(n);
          }
          console.log(work(2));
        `,
        "lib.cjs": `
          const { burn } = require("./burn.cjs");
          exports.helper = function (n) { return burn(n) % 1000; };
          exports.offset = 5;
        `,
      },
      memo: { work: 1 },
    }),
  ),

  ...(["--import", "--require"] as const).map((via) =>
    program(`CommonJS entry by ${via}`, {
      entry: "main.js",
      via,
      files: {
        "main.js": `
          #!/usr/bin/env node
          "use strict";
          const { burn } = require("./burn.cjs");
          const { inner: { deep }, list: [first] } = require("./lib");
          const whole = require("./lib").inner;
          function work(n) {
            return (burn(n) % 1000) + deep(n) + first + whole.deep(1);
          }
          console.log(work(2), require.main === module, typeof require.cache, __filename.endsWith("main.js"));
          console.log(this === module.exports, (function () { return this; })());
        `.replace(/^\n +/, ""),
        "lib/index.js": `module.exports = { inner: { deep: (n) => n * 3 }, list: [7] };`,
      },
      memo: { work: 1 },
    }),
  ),

  program("the usual shapes of module.exports", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const one = require("./one.cjs");
        const { two, three } = require("./several.cjs");
        const Four = require("./four.cjs");
        const { five } = require("./compiled.cjs");
        console.log(one(1), two(2), three(3), new Four(4).run(4), five(5), require("./both.cjs").six(6));
      `,
      "one.cjs": `
        const { burn } = require("./burn.cjs");
        module.exports = function one(n) { return burn(n) % 10; };
      `,
      "several.cjs": `
        const { burn } = require("./burn.cjs");
        const two = (n) => burn(n) % 100;
        function three(n) { return burn(n) % 1000; }
        module.exports = { two, three };
      `,
      "four.cjs": `
        const { burn } = require("./burn.cjs");
        module.exports = class Four {
          constructor(k) { this.k = k; }
          run(n) { return (burn(n) % 10) * this.k; }
        };
      `,
      "compiled.cjs": `
        "use strict";
        Object.defineProperty(exports, "__esModule", { value: true });
        exports.five = void 0;
        const burn_1 = require("./burn.cjs");
        const five = (n) => (0, burn_1.burn)(n) % 10;
        exports.five = five;
      `,
      "both.cjs": `
        const { burn } = require("./burn.cjs");
        exports = module.exports = { seven: 7 };
        exports.six = function (n) { return (burn(n) % 10) + exports.seven; };
      `,
    },
    memo: { one: 1, two: 1, three: 1, five: 1, six: 1 },
  }),

  program("classes on module.exports", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { Scale, Wide, inner } = require("./scale.cjs");
        function work(scale, n) {
          return scale.run(n) + 1;
        }
        console.log(work(new Scale(2), 1), work(new Wide(2), 1), work(new inner.Deep(2), 1));
      `,
      "scale.cjs": `
        const { burn } = require("./burn.cjs");
        exports.Scale = class Scale {
          constructor(k) { this.k = k; }
          get factor() { return this.k * 2; }
          run(n) { return (burn(n) % 1000) * this.factor; }
        };
        exports.Wide = class extends exports.Scale {
          run(n) { return super.run(n) * 2; }
        };
        exports.inner = { Deep: class { constructor(k) { this.k = k; } run(n) { return burn(n) % (this.k * 100); } } };
      `,
    },
    memo: { work: 3 },
    after: [
      {
        label: "a method edited",
        edit: { "scale.cjs": (text) => text.replace("* 2;", "* 3;") },
        hits: { work: 1 },
        misses: { work: 2 },
      },
    ],
  }),

  program("a class on exports put in the place of another", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const one = require("./one.cjs");
        const two = require("./two.cjs");
        if (process.argv[2]) one.Scale = two.Scale;
        function work(n) {
          return new one.Scale().run(n) + 1;
        }
        console.log(work(3));
      `,
      "one.cjs": `
        const { burn } = require("./burn.cjs");
        let scale = 2;
        exports.Scale = class { run(n) { return (burn(n) % 1000) * scale; } };
        exports.set = (to) => { scale = to; };
      `,
      "two.cjs": `
        const { burn } = require("./burn.cjs");
        let scale = 3;
        exports.Scale = class { run(n) { return (burn(n) % 1000) * scale; } };
        exports.set = (to) => { scale = to; };
      `,
    },
    cold: { hits: { work: 0 } },
    after: [
      { label: "replaced", args: ["yes"], hits: { work: 0 } },
      {
        label: "replaced by another",
        args: ["yes"],
        edit: { "two.cjs": (text) => text.replace("scale = 3", "scale = 4") },
      },
    ],
  }),

  program("require of an ES module", {
    entry: "main.cjs",
    node: 22,
    flags: ["--disable-warning=ExperimentalWarning"],
    files: {
      "main.cjs": `
        const { work, offset } = require("./lib.mjs");
        function twice(n) {
          return work(n) * 2 + offset;
        }
        console.log(twice(2), offset);
      `,
      "lib.mjs": `
        import { burn } from "./burn.mjs";
        export let offset = 3;
        export default 4;
        export function work(n) {
          return (burn(n) % 1000) + offset;
        }
      `,
    },
    memo: { twice: 1 },
  }),

  program("re-exports, namespaces and live bindings", {
    files: {
      "main.mjs": `
        import * as all from "./index.mjs";
        import standard, { step, level } from "./index.mjs";
        function work(n) {
          return all.helper(n) * all.level + standard(n) + all.deep.offset;
        }
        console.log(work(1), level);
        step();
        console.log(work(1), level);
        console.log(work(2));
      `,
      "index.mjs": `
        export * from "./lib.mjs";
        export { default } from "./lib.mjs";
        export * as deep from "./deep.mjs";
      `,
      "deep.mjs": "export const offset = Number(process.env.OFFSET ?? 1);\n",
      "lib.mjs": `
        import { burn } from "./burn.mjs";
        export let level = 1;
        export const step = () => { level++; };
        export const helper = (n) => burn(n) % 1000;
        export default function (n) {
          return n * level;
        }
      `,
    },
    memo: { work: 3 },
    after: [
      {
        label: "the anonymous default export edited",
        edit: { "lib.mjs": (text) => text.replace("n * level", "n + level") },
        misses: { work: 3 },
      },
    ],
  }),

  program("default exports without a name", {
    files: {
      "main.mjs": `
        import declared from "./declared.mjs";
        import arrow from "./arrow.mjs";
        import Counter from "./class.mjs";
        import waiting from "./waiting.mjs";
        console.log(declared(3), arrow(4), new Counter().count(5), await waiting(6));
        for (const one of [declared, arrow, Counter, waiting]) {
          console.log(one.name, one.length, Reflect.ownKeys(one), String(one), one);
          console.log(Object.getOwnPropertyDescriptor(one, "name"));
        }
        try {
          declared(null);
        } catch ({ stack }) {
          console.log(stack.match(/at \\S+/)[0]);
        }
      `,
      "declared.mjs": `
        import { basename } from "node:path";
        export default function (n) {
          let sum = n.valueOf();
          for (let i = 0; i < 1000; i++) sum += i % 7;
          return basename(String(sum));
        }
      `,
      // What follows would be taken for a part of the expression, if that had no end of its own.
      "arrow.mjs": `
        export default (n) => { let sum = n; for (let i = 0; i < 1000; i++) sum += i % 7; return sum; }
        [1].map((one) => one);
      `,
      "class.mjs": `
        export default class {
          static kind = this.name;
          count(n) {
            let sum = n;
            for (let i = 0; i < 1000; i++) sum += i % 7;
            return sum;
          }
        }
        (0, [])[0];
      `,
      "waiting.mjs": `
        export default async function(n) {
          await null;
          let sum = n;
          for (let i = 0; i < 1000; i++) sum += i % 7;
          return sum;
        }
      `,
    },
    memo: { "declared.mjs default": 1, "arrow.mjs default": 1, "waiting.mjs default": 1, "default.count": 1 },
    cold: {
      misses: { "declared.mjs default": 1, "arrow.mjs default": 1, "waiting.mjs default": 1, "default.count": 1 },
      refused: { "declared.mjs default": /throws/ },
    },
    after: [
      {
        label: "one of them edited",
        edit: { "arrow.mjs": (text) => text.replace("% 7", "% 5") },
        hits: { "declared.mjs default": 1, "waiting.mjs default": 1 },
        misses: { "arrow.mjs default": 1 },
      },
    ],
  }),

  program("default exports without a name, met before they are there", {
    files: {
      "main.mjs": 'import "./a.mjs";\n',
      "a.mjs": `
        import { burn } from "./burn.mjs";
        import { seen } from "./b.mjs";
        export default function (n) {
          let sum = n;
          for (let i = 0; i < 1000; i++) sum += i % 7;
          return sum;
        }
        export const work = (n) => burn(n) % 10;
        console.log(seen, work(3));
      `,
      "b.mjs": `
        import early from "./a.mjs";
        export const seen = [early.name, String(early).length, early(1)];
      `,
    },
    memo: { work: 1 },
    refuses: { default: /imports others of the program/ },
  }),

  program("a compiled module that is asked for an export before it has it", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { work } = require("./index.cjs");
        console.log(work(1), work(2));
      `,
      "index.cjs": `
        "use strict";
        Object.defineProperty(exports, "__esModule", { value: true });
        Object.defineProperty(exports, "limit", { enumerable: true, get: function () { return late.limit; } });
        Object.defineProperty(exports, "work", { enumerable: true, get: function () { return user.work; } });
        var user = require("./user.cjs");
        var late = require("./late.cjs");
      `,
      "user.cjs": `
        "use strict";
        const index = require("./index.cjs");
        const { burn } = require("./burn.cjs");
        function work(n) {
          return burn(n) + (n > 1 ? index.limit : 0);
        }
        console.log(work(1));
        exports.work = work;
      `,
      "late.cjs": "exports.limit = 5;\n",
    },
    memo: { work: 2 },
    after: [
      { label: "the export edited", edit: { "late.cjs": (text) => text.replace("5", "6") }, misses: { work: 2 } },
    ],
  }),

  program("live bindings of functions", {
    files: {
      "main.mjs": `
        import { current, swap } from "./lib.mjs";
        function work(n) {
          return current(n) + 1;
        }
        console.log(work(1));
        swap();
        console.log(work(1));
      `,
      "lib.mjs": `
        import { burn } from "./burn.mjs";
        const one = (n) => burn(n) % 10;
        const two = (n) => burn(n) % 1000;
        export let current = one;
        export function swap() {
          current = two;
        }
      `,
    },
    memo: { work: 2 },
  }),

  program("an import cycle whose functions are called early", {
    files: {
      "main.mjs": `
        import { even } from "./even.mjs";
        console.log(even(3), even(4));
      `,
      "even.mjs": `
        import { odd } from "./odd.mjs";
        import { burn } from "./burn.mjs";
        export function even(n) {
          return n === 0 ? burn(1) % 10 : odd(n - 1);
        }
      `,
      "odd.mjs": `
        import { burn } from "./burn.mjs";
        import { even } from "./even.mjs";
        try {
          console.log("early", even(0));
        } catch (error) {
          console.log("early", error.message);
        }
        export function odd(n) {
          return n === 0 ? burn(2) % 10 : even(n - 1);
        }
      `,
    },
    memo: { even: 2 },
  }),

  program("a CommonJS cycle", {
    entry: "main.cjs",
    files: {
      "main.cjs": `console.log(require("./a.cjs").a(2), require("./b.cjs").b(3));`,
      "a.cjs": `
        exports.early = 1;
        const b = require("./b.cjs");
        exports.a = (n) => b.b(n) + 1;
      `,
      "b.cjs": `
        const a = require("./a.cjs");
        const { burn } = require("./burn.cjs");
        console.log(Object.keys(a));
        exports.b = (n) => (burn(n) % 1000) + a.early;
      `,
    },
    memo: { a: 1 },
  }),

  program("one module loaded twice", {
    files: {
      "main.mjs": `
        import { work as one, set } from "./lib.mjs";
        const { work: two, set: setTwo } = await import("./lib.mjs?again");
        set(2);
        setTwo(3);
        console.log(one(1), two(1));
        set(3);
        console.log(one(1), two(1));
      `,
      "lib.mjs": `
        import { burn } from "./burn.mjs";
        let scale = 1;
        export const set = (to) => { scale = to; };
        export const work = (n) => (burn(n) % 1000) * scale;
      `,
    },
    cold: { misses: { work: 2 } },
    warm: { hits: { work: 4 }, misses: { work: 0 } },
  }),

  program("top-level await and dynamic import", {
    files: {
      "main.mjs": `
        const { work } = await import("./lib.mjs");
        const lazily = async (n) => (await import("./lib.mjs")).work(n);
        console.log(work(1), await lazily(2));
      `,
      "lib.mjs": `
        import { burn } from "./burn.mjs";
        const scale = await Promise.resolve(3);
        export const work = (n) => (burn(n) % 1000) * scale;
      `,
    },
    memo: { work: 2 },
    refuses: { lazily: /imports a module/ },
  }),

  program("two functions with the same text over different state", {
    files: {
      "main.mjs": `
        import { one } from "./one.mjs";
        import { two } from "./two.mjs";
        console.log(one(1), two(1));
      `,
      "one.mjs": `
        import { burn } from "./burn.mjs";
        const state = { scale: 2 };
        export const one = (n) => (burn(n) % 1000) * state.scale;
      `,
      "two.mjs": `
        import { burn } from "./burn.mjs";
        const state = { scale: 3 };
        export const two = (n) => (burn(n) % 1000) * state.scale;
      `,
    },
    memo: { one: 1, two: 1 },
    after: [
      {
        label: "the state behind one of them edited",
        edit: { "two.mjs": (text) => text.replace("scale: 3", "scale: 4") },
        hits: { one: 1 },
        misses: { two: 1 },
      },
    ],
  }),
];
