/** What a program can learn of its own code, its stack and its callers. */
import { program } from "../program.ts";

const replace = (from: string, to: string) => (before: string) => before.replace(from, to);

export const programs = [
  program("promises that are made while calls are recorded bear no marks", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { inspect } from "node:util";
        const show = (promise) => console.log(inspect(promise, { showHidden: true }), Reflect.ownKeys(promise));
        let inside;
        async function load(n) { const { m } = await (inside = Promise.resolve({ m: n })); await null; return m + (burn(n) % 10); }
        async function one(n) { await (inside = new Promise((resolve) => setImmediate(resolve, n))); return burn(n) % 10; }
        async function list(n) { return [burn(n) % 10, await n]; }
        for (const fn of [load, one, list]) {
          const promise = fn(1);
          show(promise);
          show(Promise.resolve(2));
          await promise;
          show(promise);
          if (inside) show(inside);
        }
      `,
    },
    warm: { hits: { list: 1 } },
  }),

  program("the line of a function by way of its error", {
    files: {
      "main.mjs": `
        import { inspect } from "node:util";
        import { burn } from "./burn.mjs";
        function work(n) {
          return (burn(n) % 1000) + inspect(new Error("here")).split("\\n")[1];
        }
        console.log(work(3));
      `,
    },
    cold: {},
    after: [{ label: "on another line", edit: { "main.mjs": (text) => `\n\n${text}` }, hits: { work: 0 } }],
  }),

  program("the caller by way of an error", {
    files: {
      "main.mjs": `
        import { inspect } from "node:util";
        import { burn } from "./burn.mjs";
        function work(n) {
          return (burn(n) % 1000) + inspect(new Error("here")).split("\\n")[2];
        }
        function one() { return work(3); }
        function two() { return work(3); }
        console.log(one());
        console.log(two());
      `,
    },
    refuses: { work: /stack|inspect/ },
  }),

  program("a stack property whose name is put together", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const name = "st" + "ack";
        function work(n) {
          return (burn(n) % 1000) + new Error("here")[name].split("\\n")[1];
        }
        console.log(work(3));
      `,
    },
    refuses: { work: /stack/ },
    after: [{ label: "on another line", edit: { "main.mjs": (text) => `\n\n${text}` } }],
  }),

  program("the source of a function as a value", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { helper } from "./helper.mjs";
        function work(n) {
          return (burn(n) % 1000) + String(helper).length;
        }
        console.log(work(3));
      `,
      "helper.mjs": "export function helper(n) {\n  return n; // one\n}\n",
    },
    refuses: { work: /toString/ },
    after: [{ label: "a comment in it edited", edit: { "helper.mjs": replace("one", "another") } }],
  }),

  program("toString of functions", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(n) {
          return burn(n) % 1000;
        }
        const arrow = (n) => burn(n) % 100;
        class Box {
          run(n) {
            return burn(n) % 10;
          }
        }
        function directive(n) { "use strict"; return burn(n) % 10; }
        function bare(n) {
          "use strict"
          return burn(n) % 10;
        }
        const literal = (n) => ({ n: burn(n) % 10 }); // not of it
        console.log(work(1), arrow(1), new Box().run(1), directive(1), bare(1), literal(1));
        for (const f of [work, directive, bare, literal, arrow, Box, Box.prototype.run, burn]) console.log(String(f), f.toString().length, f.name, f.length);
      `,
    },
    memo: { work: 1, directive: 1, bare: 1, literal: 1, arrow: 1, "Box.run": 1 },
  }),

  program("close to the end of the stack", {
    todo: "a result that came from a RangeError of the stack depends on how deep the call was",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const depth = (n) => (n === 0 ? 0 : 1 + depth(n - 1));
        function work(n) {
          burn(n);
          try {
            return "depth " + depth(n);
          } catch (error) {
            return error.name;
          }
        }
        function dive(bottom) {
          try {
            return dive(bottom);
          } catch {
            return work(bottom);
          }
        }
        console.log(work(4000));
        let low = 0;
        function sink(left) {
          return left === 0 ? work(5000) : sink(left - 1);
        }
        console.log(sink(8000));
        console.log(work(5000));
      `,
    },
    cold: {},
    warm: { hits: { work: 1 } },
  }),

  program("what a regular expression leaves behind", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(text) {
          return burn(text.replace(/[a-z]+(\\d+)/, "$1").length) % 1000;
        }
        function other(text) {
          return (burn(1) % 10) + text.split(/(-)/).length;
        }
        console.log(work("abc123"), RegExp.$1, other("a-b"), RegExp["$&"], RegExp.lastMatch);
      `,
    },
    refuses: { work: /RegExp/, other: /RegExp/ },
  }),

  ...[
    "globalThis.RegExp.$1",
    'RegExp["$" + 1]',
    'Reflect.get(RegExp, "$1")',
    "[RegExp][0].$1",
    "/x/.constructor.$1",
    '/x/.constructor?.["$1"]',
    "((pattern) => pattern.$1)(/x/.constructor)",
    "(({ constructor: pattern }) => pattern.$1)(/x/)",
    "(class extends /x/.constructor {}).$1",
    '(0, eval)("RegExp.$1")',
    "(class extends RegExp {}).$1",
    "(({ $1 }) => $1)(RegExp)",
  ].map((read) =>
    program(`what a regular expression leaves behind, read by ${read}`, {
      files: {
        "main.mjs": `
          import { burn } from "./burn.mjs";
          function work(text) {
            return burn(text.replace(/[a-z]+(\\d+)/, "-").length) % 1000;
          }
          console.log(work("abc123"), ${read});
        `,
      },
      refuses: { work: /RegExp/ },
    }),
  ),

  program("what a regular expression leaves behind, read by another module", {
    files: {
      "read.mjs": "export const read = (from) => from.$1;",
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { read } from "./read.mjs";
        const types = { number: Number, pattern: RegExp };
        function work(text) {
          return burn(text.replace(/[a-z]+(\\d+)/, "-").length) % 1000;
        }
        console.log(work("abc123"), read(types.pattern));
      `,
    },
    refuses: { work: /RegExp/ },
  }),

  program("RegExp handed on, and names like those of its statics in texts that replace, but not both", {
    files: {
      "types.mjs": "export const isType = (value) => [Date, RegExp].some((type) => value instanceof type);",
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { isType } from "./types.mjs";
        function work(input) {
          return burn(input.replace(/[a-z]+(\\d+)/, "$1").length) % 1000;
        }
        console.log(work("abc123"), isType(/x/));
      `,
    },
    memo: { work: 1 },
  }),

  program("RegExp, constructors and names like those of its statics in texts, descriptors and parts of a replacement", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(text, mark) {
          return burn(text.replace(/[a-z]+(\\d+)/, "$1" + mark).replace(/\\d/, mark ? "$&" : \`\${mark}$1\`).length) % 1000;
        }
        const made = { text: "not a RegExp: bad[constructor][prototype]" };
        const other = new made.constructor();
        console.log(work("abc123", "!"), Object.getOwnPropertyDescriptor(made, "text"), other.constructor === Object);
        console.log(made.constructor.name, made.constructor && typeof made.constructor);
      `,
    },
    memo: { work: 1 },
  }),

  program("stack traces of deep calls, as long as the program asks for", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function make(n) { return burn(n) && new Error("made"); }
        function fail(n) { if (burn(n) > 0) throw new Error("thrown"); return n; }
        async function later(n) { return burn(n) && new Error("made"); }
        function count(n) { return burn(n) % 10; }
        function deep(left, run) { return left === 0 ? run() : deep(left - 1, run); }
        for (const limit of [0, 1, 3, 10, 50]) {
          Error.stackTraceLimit = limit;
          for (const run of [make, fail, later]) {
            try {
              console.log(limit, (await deep(12, () => run(limit))).stack, count(limit));
            } catch (error) {
              console.log(limit, error.stack);
            }
          }
        }
      `,
    },
    cold: { misses: { count: 5 } },
    warm: { hits: { count: 10 } },
    refuses: { make: /stack trace/, later: /stack trace/, fail: /throws/ },
  }),

  program("frames that Error.captureStackTrace leaves out", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const captured = (left) => {
          const box = {};
          Error.captureStackTrace(box, left);
          return box.stack;
        };
        function own(n) { return burn(n) && captured(own); }
        function caller(n) { return burn(n) && called(n); }
        function called(n) { return burn(n + 1) && captured(caller); }
        function recursive(n) { return n === 0 ? burn(n) && captured(recursive) : recursive(n - 1); }
        function absent(n) { return burn(n) && captured(recursive); }
        function invariant(value) {
          if (burn(1) && value) return;
          const error = new Error("invariant");
          Error.captureStackTrace(error, invariant);
          throw error;
        }
        class Rates {
          rate(n) { return burn(n) && captured(this.rate); }
          static of(n) { return burn(n) && captured(Rates.of); }
        }
        async function later(n) { return burn(n) && captured(later); }
        async function waits(n) { await null; return burn(n) && captured(waits); }
        function count(n) { return burn(n) % 10; }
        for (const limit of [1, 3, 10]) {
          Error.stackTraceLimit = limit;
          for (const run of [own, caller, recursive, absent, invariant, Rates.of, later, waits, (n) => new Rates().rate(n)]) {
            try {
              console.log(await run(run === recursive ? 3 : 0), count(limit));
            } catch (error) {
              console.log(error.stack);
            }
          }
        }
      `,
    },
    warm: { hits: { count: 24 } },
    refuses: {
      own: /stack trace/,
      caller: /stack trace/,
      recursive: /stack trace/,
      invariant: /throws/,
      "Rates.rate": /stack trace/,
    },
  }),

  program("frames that Error.captureStackTrace leaves out, dumbo's among them", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function captured(n, left) {
          const box = {};
          burn(n);
          Error.captureStackTrace(box, left);
          return box;
        }
        function again(box, left) {
          burn(2);
          Error.captureStackTrace(box, left);
          return box.stack;
        }
        // Functions inside of others have no guards.
        const { check, deep, plain } = (() => {
          const check = (n) => captured(n, check);
          const deep = (n, run) => (n === 0 ? run(n) : deep(n - 1, run));
          const plain = (box) => Error.captureStackTrace(box, plain);
          return { check, deep, plain };
        })();
        const held = { capture: Error.captureStackTrace };
        const count = (n) => (burn(n) % 10) + (held.capture ? 1 : 0);
        for (const limit of [2, 0, 10, Infinity]) {
          Error.stackTraceLimit = limit;
          const box = deep(12, check);
          Error.stackTraceLimit = 10;
          console.log(box.stack, count(limit));
          Error.stackTraceLimit = limit + 1;
          deep(3, () => plain(box));
          Error.stackTraceLimit = 1;
          console.log(box.stack);
          for (const left of [null, class {}, check.bind(null), new Proxy(check, {})]) {
            Error.stackTraceLimit = limit;
            console.log(deep(3, () => again(box, left)));
          }
        }
        Error.stackTraceLimit = 2;
        const taken = Error.captureStackTrace;
        const unbound = {};
        taken.call(undefined, unbound);
        console.log(unbound.stack, taken.name, taken.length, String(taken), Object.getOwnPropertyNames(taken).sort().join());
        for (const wrong of [undefined, 1, "text"]) {
          try {
            Error.captureStackTrace(wrong);
          } catch (error) {
            console.log(error.message);
          }
        }
      `,
    },
    warm: { hits: { count: 4 } },
    refuses: { captured: /stack trace/ },
  }),

  program("functions of Node's that dumbo stands in for, used in ways of their own", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(n) {
          return burn(n) % 1000;
        }
        const tried = (use) => {
          try {
            return typeof use();
          } catch (error) {
            return error.message;
          }
        };
        console.log(work(1));
        console.log(tried(() => new process.getBuiltinModule("node:path")), Object.hasOwn(process.getBuiltinModule, "prototype"));
        for (const args of [[], [new Error("a")], [new Error("a"), []], [{}, [{}]]]) {
          console.log(tried(() => Error.prepareStackTrace?.(...args)));
        }
      `,
    },
    node: 22,
    memo: { work: 1 },
  }),
];
