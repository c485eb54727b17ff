/** Arrow functions that have `this` of the code around them: it is what they have captured. */
import { program } from "../program.ts";

const replace = (from: string, to: string) => (before: string) => before.replace(from, to);

export const programs = [
  program("arrow functions with the `this` of a constructor, a method and a function", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Scaler {
          constructor(scale) {
            this.scale = scale;
            this.run = (list) => list.map((n) => n * this.scale);
            this.both = (list) => { "a directive"; return this.run(list).concat(this.scale); };
          }
          later() { return () => this.scale + 1; }
        }
        const first = new Scaler(Number(process.argv[2]));
        const second = new Scaler(3);
        const plain = { base: 4, make() { "use strict"; return (n) => (() => this.base + n)(); } };
        const add = plain.make();
        const none = (function () { "use strict"; return () => typeof this; })();
        const bare = (function () { "use strict"; return () => this; }).call(7);
        function apply(fn, value) {
          return (burn(1000) % 10) + JSON.stringify(fn(value));
        }
        console.log(apply(first.run, [1, 2]), apply(second.run, [1, 2]), apply(first.both, [1]));
        console.log(apply(first.later()), apply(second.later()), apply(add, 1), apply(none), apply(bare));
        console.log(Scaler.toString(), String(first.run), String(first.both), String(plain.make));
      `,
    },
    args: ["2"],
    memo: { apply: 8 },
    after: [
      { label: "what one of them has as this", args: ["5"], hits: { apply: 5 }, misses: { apply: 3 } },
      {
        label: "a method that one of them calls",
        edit: { "main.mjs": replace("n * this.scale", "n * this.scale + 1") },
        hits: { apply: 3 },
        misses: { apply: 5 },
      },
    ],
  }),

  program("what arrow functions write to the `this` of the code around", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Counter {
          constructor() {
            this.count = 0;
            this.next = () => ++this.count;
          }
        }
        const counter = new Counter();
        function apply(fn) {
          return (burn(1000) % 10) + fn();
        }
        console.log(apply(counter.next), apply(counter.next), counter.count);
      `,
    },
    // The first call of the first run shows that there is something to be kept.
    warm: { hits: { apply: 1 } },
    after: [{ label: "once more", hits: { apply: 2 } }],
  }),

  program("arrow functions of constructors of derived classes, behind `super()`", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Base { constructor(n) { this.n = n; } }
        class Parser extends Base {
          constructor(n, k) {
            "use strict";
            super(n);
            this.k = k;
            this.rules = [() => this.n + this.k, () => [1, 2].map((one) => one * this.k).join()];
          }
        }
        class Bare extends Base {
          constructor(n) {
            const early = () => typeof n
            super(n)
            ;[1].forEach(() => { this.early = early })
            this.late = () => this.n + this.early()
          }
        }
        class Deep extends Parser {
          constructor(n) { super(n, 2); this.deep = () => this.rules.map((rule) => rule()).join(); }
        }
        function apply(fn) { return (burn(1000) % 10) + String(fn()); }
        const parser = new Parser(1, 2), other = new Parser(1, 3), bare = new Bare(4), deep = new Deep(5);
        console.log(apply(parser.rules[0]), apply(parser.rules[1]), apply(other.rules[0]), apply(bare.late), apply(deep.deep));
        parser.k = 7;
        console.log(apply(parser.rules[0]), apply(parser.rules[0]));
        console.log(Parser.toString(), Bare.toString(), Deep.toString());
        class Twice extends Base {
          constructor() { super(1); this.a = () => this.n; try { super(2); } catch (error) { console.log(error.message, this.a()); } }
        }
        console.log(apply(new Twice().a));
      `,
    },
    cold: { misses: { apply: 7 }, hits: { apply: 1 } },
    warm: { hits: { apply: 8 } },
  }),

  program("arrow functions whose `this` is not there yet, or is no function's", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        class Base { constructor(fn) { this.given = fn; } }
        class Derived extends Base {
          field = () => typeof this.given;
          constructor(n) { super(() => n + typeof this); this.n = n; this.late = () => this.n; }
        }
        function defaults(a = () => this.k) { return a; }
        const derived = new Derived(2);
        function apply(fn) {
          return (burn(1000) % 10) + String(fn());
        }
        console.log(apply(derived.field), apply(derived.given), apply(defaults.call({ k: 3 })));
        class Calling {
          constructor(fn) {
            try { apply(fn); } catch (error) { console.log(error.message); }
            this.given = fn;
          }
        }
        class Early extends Calling {
          constructor(n) { super(() => this.n); this.n = n; this.late = () => this.n; }
        }
        console.log(apply(new Early(1).given), apply(new Early(2).given));
      `,
    },
    refuses: { apply: /`this` of the code around/ },
  }),
];
