/** Programs written to make a cache give a wrong answer. */
import { program } from "../program.ts";

const replace = (from: string, to: string) => (before: string) => before.replace(from, to);

export const programs = [
  program("module bindings with the names of the prologue's parameters", {
    todo: "the getter's `case 0:return n` reads the getter's own parameter, not the module's binding",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        let n = 2;
        let v = 3;
        function work(x) {
          return (burn(x) % 1000) * n + v;
        }
        console.log(work(1));
        n = 5;
        console.log(work(1));
        v = 7;
        console.log(work(1));
      `,
    },
    memo: { work: 3 },
  }),

  program("super without a mention of this", {
    todo: "`super.x()` passes `this` on, but the scan does not count it as a use: the body runs again with `this` undefined",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Base {
          constructor(k) {
            this.k = k;
          }
          scale(n) {
            return (burn(n) % 1000) * this.k;
          }
        }
        class Derived extends Base {
          run(n) {
            return super.scale(n) + 1;
          }
        }
        console.log(new Derived(2).run(3), new Derived(3).run(3));
      `,
    },
    memo: { "Derived.run": 2 },
  }),

  program("private static state", {
    todo: "private static fields are no part of any key",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Settings {
          static #scale = 1;
          static set(scale) {
            Settings.#scale = scale;
          }
          static apply(n) {
            return (burn(n) % 1000) * this.#scale;
          }
        }
        console.log(Settings.apply(1));
        Settings.set(2);
        console.log(Settings.apply(1));
      `,
    },
    refuses: { "Settings.apply": /./ },
  }),

  program("results that live on in a private static cache", {
    todo: "private static fields are no part of any key or comparison: results lose their identity",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Pool {
          static #made = new Map();
          static get(n) {
            if (!this.#made.has(n)) this.#made.set(n, { n, sum: burn(n) });
            return this.#made.get(n);
          }
        }
        const first = Pool.get(1);
        first.touched = true;
        console.log(Pool.get(1) === first, Pool.get(1).touched);
      `,
    },
    refuses: { "Pool.get": /./ },
  }),

  program("a static and an instance method of the same name", {
    todo: "both share unit and name, so one key",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Twin {
          constructor(k) {
            this.k = k;
          }
          static run(n) {
            return "static " + (burn(n) % 1000) * this.k;
          }
          run(n) {
            return "instance " + (burn(n) % 1000) * this.k;
          }
        }
        const twin = new Twin(2);
        console.log(twin.run(1), Twin.run.call(twin, 1));
      `,
    },
    memo: { "Twin.run": 2 },
  }),

  program("a call in the dead zone of a constant", {
    todo: "a constant that is part of the code is not checked for its dead zone",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function attempt(n) {
          try {
            return work(n);
          } catch (error) {
            return error.name;
          }
        }
        console.log(attempt(1));
        const scale = 5;
        console.log(attempt(1));
        function work(n) {
          return (burn(n) % 1000) * scale;
        }
      `,
    },
    cold: { misses: { work: 1 } },
    warm: { hits: { work: 1 }, misses: { work: 0 } },
  }),

  program("a call before a var function is there", {
    todo: "a unit behind a `var` that is still undefined looks like one that is there",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        console.log(work(1));
        var helper = function (n) {
          return n + 1;
        };
        console.log(work(1));
        function work(n) {
          const sum = burn(n) % 1000;
          return helper ? helper(sum) : "too early";
        }
      `,
    },
    memo: { work: 2 },
  }),

  program("a global function replaced between two calls", {
    todo: "built-ins are looked at again only when a module was loaded",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(n) {
          return Math.hypot(burn(n) % 1000, n);
        }
        console.log(work(3));
        Math.hypot = (a, b) => a + b;
        console.log(work(3));
      `,
    },
    cold: { misses: { work: 1 } },
    warm: { hits: { work: 1 } },
  }),

  program("data on a global object", {
    todo: "what a program puts on Math, JSON, ... counts as pure and is in no key",
    files: {
      "main.mjs": `
        import "./setup.mjs";
        import { burn } from "./burn.mjs";
        function work(n) {
          return (burn(n) % 1000) * Math.SCALE;
        }
        console.log(work(3));
      `,
      "setup.mjs": "Math.SCALE = 2;\n",
    },
    cold: {},
    after: [{ label: "edited", edit: { "setup.mjs": "Math.SCALE = 3;\n" }, hits: { work: 0 } }],
  }),

  program("data on Object.prototype", {
    todo: "inherited data is in no key; and loading the store late fails, with a line on stderr",
    files: {
      "main.mjs": `
        import "./setup.mjs";
        import { burn } from "./burn.mjs";
        function work(options) {
          return (burn(options.n) % 1000) * (options.scale ?? 1);
        }
        console.log(work({ n: 3 }));
      `,
      "setup.mjs": "Object.prototype.scale = 2;\n",
    },
    after: [{ label: "edited", edit: { "setup.mjs": "Object.prototype.scale = 3;\n" }, hits: { work: 0 } }],
  }),

  program("a write to a global object through Object.assign", {
    todo: "the language's objects count as pure when they are handed on whole",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(n) {
          Object.assign(Math, { LAST: n });
          return burn(n) % 1000;
        }
        console.log(work(3), Math.LAST);
      `,
    },
    refuses: { work: /Math/ },
  }),

  program("a getter of an imported object", {
    todo: "reading a member of an imported object calls its getter",
    files: {
      "main.mjs": `
        import { config } from "./config.mjs";
        import { burn } from "./burn.mjs";
        function work(n) {
          return (burn(n) % 1000) * config.scale;
        }
        console.log(work(3), work(4));
      `,
      "config.mjs": `
        let reads = 0;
        export const config = {
          get scale() {
            console.log("read", ++reads);
            return 2;
          },
        };
      `,
    },
    refuses: { work: /accessor/ },
  }),

  program("a tagged template whose tag uses this", {
    todo: "a tag is a call on its object too, but only CallExpression counts as called",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const format = {
          prefix: process.argv[2],
          tag(strings, value) {
            return this.prefix + strings[0] + value;
          },
        };
        function work(n) {
          return format.tag\`sum \${burn(n) % 1000}\`;
        }
        console.log(work(3));
      `,
    },
    args: ["one"],
    memo: { work: 1 },
    after: [{ label: "another prefix", args: ["two"], misses: { work: 1 } }],
  }),

  program("a prototype chain that is put together at run time", {
    todo: "the chain above a class is taken from its source",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Left {
          side() {
            return "left";
          }
        }
        class Right {
          side() {
            return "right";
          }
        }
        class Chosen extends Left {
          run(n) {
            return this.side() + (burn(n) % 1000);
          }
        }
        if (process.argv[2] === "right") Object.setPrototypeOf(Chosen.prototype, Right.prototype);
        console.log(new Chosen().run(3));
      `,
    },
    args: ["left"],
    memo: { "Chosen.run": 1 },
    after: [{ label: "the other base", args: ["right"], hits: { "Chosen.run": 0 } }],
  }),

  program("a getter replaced on a prototype", {
    todo: "only methods with plain names are compared with the source",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Box {
          get scale() {
            return 2;
          }
          run(n) {
            return (burn(n) % 1000) * this.scale;
          }
        }
        if (process.argv[2]) {
          const scale = Number(process.argv[2]);
          Object.defineProperty(Box.prototype, "scale", { get: () => scale, configurable: true });
        }
        console.log(new Box().run(3));
      `,
    },
    memo: { "Box.run": 1 },
    after: [
      { label: "replaced", args: ["3"], hits: { "Box.run": 0 } },
      { label: "replaced by another", args: ["4"], hits: { "Box.run": 0 } },
    ],
  }),

  program("a method with a computed name replaced on a prototype", {
    todo: "only methods with plain names are compared with the source",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Box {
          ["scale"]() {
            return 2;
          }
          run(n) {
            return (burn(n) % 1000) * this.scale();
          }
        }
        if (process.argv[2]) Box.prototype.scale = () => 3;
        console.log(new Box().run(3));
      `,
    },
    memo: { "Box.run": 1 },
    after: [{ label: "replaced", args: ["3"], hits: { "Box.run": 0 } }],
  }),

  program("one function put in the place of another with the same text", {
    todo: "a function found in the place of another with the same text is taken for it, with the other module's state",
    files: {
      "main.mjs": `
        import one from "./one.cjs";
        import two from "./two.cjs";
        one.scaled = two.scaled;
        function work(n) {
          return one.scaled(n) + 1;
        }
        console.log(work(3));
      `,
      "one.cjs": `
        const { burn } = require("./burn.cjs");
        let scale = 2;
        exports.scaled = (n) => (burn(n) % 1000) * scale;
        exports.set = (to) => { scale = to; };
      `,
      "two.cjs": `
        const { burn } = require("./burn.cjs");
        let scale = 3;
        exports.scaled = (n) => (burn(n) % 1000) * scale;
        exports.set = (to) => { scale = to; };
      `,
    },
    cold: {},
    after: [
      {
        label: "the state behind it edited",
        edit: { "two.cjs": replace("scale = 3", "scale = 4") },
        hits: { work: 0 },
      },
    ],
  }),

  program("a wrapper whose guard's number starts like that of what it replaces", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        function f0(n) { return burn(n) + 0; }
        exports.one = function (n) { return "one" + (burn(n) % 1000); };
        function f2(n) { return burn(n) + 2; }
        function f3(n) { return burn(n) + 3; }
        function f4(n) { return burn(n) + 4; }
        function f5(n) { return burn(n) + 5; }
        function f6(n) { return burn(n) + 6; }
        function f7(n) { return burn(n) + 7; }
        function f8(n) { return burn(n) + 8; }
        function f9(n) { return burn(n) + 9; }
        function wrapper10(n) { return "<" + original(n) + ">"; }
        function wrapper11(n) { return "[" + original(n) + "]"; }
        function wrapper12(n) { return "(" + original(n) + ")"; }
        const original = exports.one;
        for (const wrapper of [wrapper10, wrapper11, wrapper12]) {
          exports.one = wrapper;
          console.log(exports.one(3));
        }
      `,
    },
    refuses: { one: /replaced/ },
  }),

  program("work that a promise does after the call returned", {
    todo: "arguments and state are compared before the microtasks that the call left behind",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(n, out) {
          Promise.resolve().then(() => out.push(n));
          return burn(n) % 1000;
        }
        const out = [];
        console.log(work(3, out));
        await null;
        await null;
        console.log(out);
      `,
    },
    refuses: { work: /argument|after/ },
  }),

  program("work that an async closure does after the call returned", {
    todo: "arguments and state are compared before the microtasks that the call left behind",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function work(n, out) {
          (async () => {
            for (let i = 0; i < 10; i++) await null;
            out.push(n);
          })();
          return burn(n) % 1000;
        }
        const out = [];
        console.log(await work(3, out));
        for (let i = 0; i < 20; i++) await null;
        console.log(out);
      `,
    },
    refuses: { work: /argument|after/ },
  }),

  program("state that changes while an async function waits, and changes back", {
    todo: "state is compared at the start and at the end of a wait only",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        let scale = 1;
        async function work(n) {
          await null;
          return (burn(n) % 1000) * scale;
        }
        const early = work(3);
        scale = 2;
        queueMicrotask(() => {
          scale = 1;
        });
        console.log(await early);
        console.log(await work(3));
      `,
    },
    refuses: { work: /state/ },
  }),

  program("an argument that changes while an async function waits, and changes back", {
    todo: "arguments are compared at the start and at the end of a wait only",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        async function work(box) {
          await null;
          return (burn(box.n) % 1000) * box.scale;
        }
        const box = { n: 3, scale: 1 };
        const early = work(box);
        box.scale = 2;
        queueMicrotask(() => {
          box.scale = 1;
        });
        console.log(await early);
        console.log(await work(box));
      `,
    },
    refuses: { work: /argument/ },
  }),

  program("an array with a hole and a name", {
    todo: "a hole and a name make the number of keys of a dense array: name and hole are left out of the key",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(list) {
          return (burn(list.length) % 1000) + list.name + (1 in list);
        }
        console.log(work(Object.assign([1, , 3], { name: "one" })));
        console.log(work(Object.assign([1, , 3], { name: "two" })));
        console.log(work([1, undefined, 3]));
      `,
    },
    memo: { work: 3 },
  }),

  program("a getter in a long array", {
    todo: "elements of arrays above 64 are read without a look at their descriptors",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        let reads = 0;
        const list = Array.from({ length: 100 }, (_, i) => i);
        Object.defineProperty(list, 50, { get: () => ++reads, enumerable: true });
        function work(items) {
          return (burn(items.length) % 1000) + items[0];
        }
        console.log(work(list), work(list), reads);
      `,
    },
    refuses: { work: /accessor/ },
  }),

  program("elements that cannot be written", {
    todo: "attributes of elements and of `length` are no part of the key",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(list) {
          return (burn(list.length) % 1000) + JSON.stringify(Object.getOwnPropertyDescriptor(list, 0));
        }
        console.log(work([1, 2]));
        console.log(work(Object.defineProperty([1, 2], 0, { writable: false })));
        console.log(work(Object.defineProperty([1, 2], "length", { writable: false })));
      `,
    },
    cold: { misses: { work: 2 } },
    warm: { hits: { work: 2 } },
  }),

  program("two Buffers over the same memory", {
    todo: "that two pooled Buffers overlap is no part of the key",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(a, b) {
          const before = a[0];
          a[0] = 99;
          const seen = b[0];
          a[0] = before;
          return (burn(seen) % 1000) + " " + seen;
        }
        const memory = Buffer.from([1, 2, 3, 4]);
        console.log(work(memory, memory.subarray(0, 4)));
        console.log(work(memory, Buffer.from(memory)));
      `,
    },
    memo: { work: 2 },
  }),

  program("a Map that looks like a plain object", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const { get } = Map.prototype;
        function work(map) {
          return (burn(1) % 1000) + Reflect.apply(Map.prototype.get, map, ["a"]);
        }
        for (const n of [1, 2]) {
          console.log(work(Object.setPrototypeOf(new Map([["a", n]]), Object.prototype)));
          console.log(work(Object.setPrototypeOf(new Map([["a", n]]), null)));
        }
      `,
    },
    refuses: { work: /Map|prototype/ },
  }),

  program("private members put on a plain object", {
    todo: "a base class that returns another object puts private members where nobody looks",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Same {
          constructor(object) {
            return object;
          }
        }
        class Stamp extends Same {
          #n;
          constructor(object, n) {
            super(object);
            this.#n = n;
          }
          static read(object) {
            return object.#n;
          }
        }
        const stamped = (n) => {
          const object = { same: true };
          new Stamp(object, n);
          return object;
        };
        function work(object) {
          return (burn(1) % 1000) + Stamp.read(object);
        }
        console.log(work(stamped(1)), work(stamped(2)));
      `,
    },
    refuses: { work: /private/ },
  }),

  program("the line of a function by way of its error", {
    todo: "util.inspect shows the stack of an error: lines and callers",
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
    todo: "util.inspect shows the stack of an error: lines and callers",
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
    todo: "`stack` is looked for by name only",
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
    cold: {},
    after: [{ label: "on another line", edit: { "main.mjs": (text) => `\n\n${text}` }, hits: { work: 0 } }],
  }),

  program("the source of a function as a value", {
    todo: "String(fn) shows comments and layout, which the code hash leaves out",
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
    cold: {},
    after: [{ label: "a comment in it edited", edit: { "helper.mjs": replace("one", "another") }, hits: { work: 0 } }],
  }),

  program("toString of functions", {
    todo: "functions show their guards",
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
        console.log(work(1), arrow(1), new Box().run(1));
        for (const f of [work, arrow, Box, Box.prototype.run, burn]) console.log(String(f), f.toString().length, f.name, f.length);
      `,
    },
    memo: { work: 1, arrow: 1, "Box.run": 1 },
  }),

  program("the time zone of a Date class that came as an argument", {
    env: { TZ: "UTC" },
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(Clock, n) {
          return (burn(n) % 1000) + String(new Clock(n)) + (1234.5)["toLocale" + "String"]();
        }
        console.log(work(Date, 0));
      `,
    },
    cold: {},
    after: [
      { label: "elsewhere", env: { TZ: "Asia/Tokyo" }, hits: { work: 0 } },
      { label: "in another language", env: { TZ: "UTC", LC_ALL: "de_DE.UTF-8" }, hits: { work: 0 } },
    ],
  }),

  program("the memory behind a Buffer", {
    todo: "Buffer.from() cuts the copy from the pool: another `buffer` and `byteOffset`",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(n) {
          const out = Buffer.alloc(16);
          out.writeUInt32LE(burn(n), 0);
          return out;
        }
        const out = work(3);
        console.log(out, out.buffer.byteLength, out.byteOffset);
      `,
    },
    cold: {},
    warm: { hits: { work: 1 } },
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

  program("code from a function's constructor", {
    todo: "`Function` is reached as the constructor of any function",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        globalThis.scale = Number(process.argv[2]);
        function work(n) {
          const make = (() => 0).constructor;
          return (burn(n) % 1000) * make("return scale")();
        }
        console.log(work(3));
      `,
    },
    args: ["2"],
    cold: {},
    after: [{ label: "another global", args: ["3"], hits: { work: 0 } }],
  }),

  program("a method that the table's reads do not show", {
    todo: "a tagged template calls a method of a table that counts as never changed",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const table = [1, 2, 3];
        function work(n) {
          return (burn(n) % 1000) + table.length;
        }
        console.log(work(3));
        table.push\`x\`;
        console.log(work(3));
      `,
    },
    memo: { work: 2 },
  }),

  program("what a regular expression leaves behind", {
    todo: "a skipped match does not set RegExp.$1",
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function work(text) {
          return burn(text.replace(/[a-z]+(\\d+)/, "$1").length) % 1000;
        }
        console.log(work("abc123"), RegExp.$1);
      `,
    },
    cold: {},
    warm: { hits: { work: 1 } },
  }),
];
