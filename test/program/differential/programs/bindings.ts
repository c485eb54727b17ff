/** Names and what they lead to: `this`, `super`, statics, dead zones, accessors. */
import { program } from "../program.ts";

export const programs = [
  program("a binding that holds a function, and gets another one", {
    files: {
      "rates.mjs": `
        export let rate = (n) => n + 1;
        export function setRate(value) {
          rate = value;
        }
        export function Price(n) {
          return n;
        }
        Price = (n) => n * 3;
        export const price = (n) => Price(n);
      `,
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { price, rate, setRate } from "./rates.mjs";
        function charge(n) {
          return [burn(n) % 1000, rate(n)];
        }
        function cost(n) {
          return [burn(n) % 1000, price(n)];
        }
        const first = rate;
        console.log(charge(3), cost(3));
        setRate((n) => n * 10);
        console.log(charge(3));
        setRate(first);
        console.log(charge(3));
      `,
    },
    cold: { misses: { charge: 2, cost: 1 }, hits: { charge: 1 } },
    warm: { hits: { charge: 3, cost: 1 } },
  }),

  program("module bindings with the names of the prologue's parameters", {
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
    memo: { "main.mjs:6 Twin.run": 1, "main.mjs:9 Twin.run": 1 },
  }),

  program("a call in the dead zone of a constant", {
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
    memo: { attempt: 1 },
    cold: { misses: { attempt: 1, work: 1 } },
  }),

  program("a call before a var function is there", {
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
    memo: { work: 1 },
  }),

  program("a getter of an imported object", {
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
    cold: { misses: { work: 2 } },
    after: [{ label: "once more", hits: { work: 2 } }],
  }),

  program("a tagged template whose tag uses this", {
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

  program("a method that the table's reads do not show", {
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
];
