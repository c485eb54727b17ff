/** Stack traces of calls that are recorded, answered, timed or left alone: the program's own frames, with their receivers. */
import { program } from "../program.ts";

const SHOW = `
  const show = (run) => {
    try {
      console.log(run());
    } catch (error) {
      console.log(error.stack.split("\\n").filter((line) => !line.includes("node:internal")).join("\\n"));
    }
  };
`;

export const programs = [
  program("the receiver of a method that does not use this", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const fail = (what) => {
          throw new Error(what);
        };
        class Tax {
          rate(a) { return burn(a) >= 0 ? fail("rate") : [a]; }
          static of(a) { return burn(a) >= 0 ? fail("of") : [a]; }
          async later(a) { return burn(a) >= 0 ? fail("later") : [a]; }
        }
        class Fine {
          of(a) { return [burn(a)]; }
        }
        class Sub extends Tax {
          rate(a) { return [super.rate(a), burn(a)]; }
        }
        const o = {
          m(a) { return burn(a) >= 0 ? fail("m") : [a]; },
          f: function (a) { return burn(a) >= 0 ? fail("f") : [a]; },
          arrow: (a) => (burn(a) >= 0 ? fail("arrow") : [a]),
        };
        function plain(a) { return burn(a) >= 0 ? fail("plain") : [a]; }
        ${SHOW}
        show(() => new Tax().rate(1));
        show(() => new Sub().rate(2));
        show(() => Tax.of(1));
        show(() => Sub.of(2));
        show(() => Tax.prototype.rate.call(undefined, 3));
        show(() => o.m(1));
        show(() => o.f(1));
        show(() => o.arrow(1));
        show(() => plain(1));
        show(() => plain.call(o, 2));
        show(() => plain.call(5, 3));
        show(() => new plain(4));
        show(() => Reflect.construct(plain, [5], Tax));
        show(() => [6].map(plain));
        await new Tax().later(1).catch(({ stack }) => console.log(stack));
        // What is not used is no part of the key.
        console.log(new Fine().of(1), Object.assign(new Fine(), { more: "another" }).of(1));
      `,
    },
    cold: { misses: { "Fine.of": 1 }, hits: { "Fine.of": 1 } },
    warm: { hits: { "Fine.of": 2 } },
    refuses: { "Tax.rate": /throws/, "Tax.of": /throws/, plain: /throws/ },
  }),

  program("the receiver of a sloppy function", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { burn } = require("./burn.cjs");
        function plain(a) {
          if (a > 0 && burn(a) >= 0) throw new Error("plain");
          return [burn(a)];
        }
        const o = { plain };
        ${SHOW}
        show(() => plain(1));
        show(() => new plain(2));
        show(() => o.plain(3));
        for (const self of [null, 5, "text", true, Object.create(null), [1]]) show(() => plain.call(self, 4));
        function fine(a) {
          return [burn(a)];
        }
        for (const self of [undefined, 5, o]) show(() => fine.call(self, 1));
        console.log(new fine(1), new fine(1).constructor.name);
      `,
    },
    cold: { misses: { fine: 1 }, hits: { fine: 4 } },
    warm: { hits: { fine: 5 } },
    refuses: { plain: /throws/ },
  }),

  program("a receiver that is a proxy", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function plain(a) {
          return [burn(a)];
        }
        const seen = [];
        const spy = new Proxy({}, { get: (_, trap) => () => seen.push(trap) });
        const self = new Proxy({}, spy);
        console.log(plain.call(self, 1), plain.call(Object.create(self), 1), seen);
        console.log(plain(1), plain(1));
      `,
    },
    cold: { misses: { plain: 1 }, hits: { plain: 3 } },
    warm: { hits: { plain: 4 } },
  }),

  program("how many frames an error has, whatever the limit is", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        function deep(n) {
          burn(n);
          if (n === 0) throw new Error("deep");
          return [deep(n - 1)];
        }
        function caught(n) {
          return [burn(n)];
        }
        const at = (depth, before, after) => {
          Error.stackTraceLimit = before;
          try {
            deep(depth);
          } catch (error) {
            Error.stackTraceLimit = after;
            console.log(depth, before, after, error.stack.split("\\n").length, Error.stackTraceLimit);
          }
        };
        for (const depth of [1, 5, 40, 60]) {
          for (const [before, after] of [[10, 10], [10, 2], [10, 100], [100, 100], [100, 10], [3, 3], [10, 2], [0, 10], [10, 2]]) at(depth, before, after);
        }
        const nested = (n) => (n === 0 ? new Error("nested") : nested(n - 1));
        for (const [before, after] of [[100, 10], [Infinity, 3], [27, 10], [4, 2]]) {
          Error.stackTraceLimit = before;
          const error = nested(40);
          Error.stackTraceLimit = after;
          console.log(before, after, error.stack.split("\\n").length);
        }
        Error.stackTraceLimit = 10;
        console.log(caught(1), caught(2));
        delete Error.stackTraceLimit;
        try { deep(2); } catch (error) { console.log(error.stack); }
        console.log(Object.getOwnPropertyDescriptor(Error, "stackTraceLimit"));
        let reads = 0;
        Object.defineProperty(Error, "stackTraceLimit", { configurable: true, get: () => (reads++, 5) });
        try { deep(3); } catch (error) { console.log(error.message); }
        console.log(reads, Object.getOwnPropertyDescriptor(Error, "stackTraceLimit").get !== undefined);
        Object.defineProperty(Error, "stackTraceLimit", { value: 4, writable: false });
        try { deep(4); } catch (error) { console.log(error.message, error.stack.split("\\n").length); }
        console.log(Error.stackTraceLimit, caught(3));
      `,
    },
    memo: { caught: 3 },
  }),

  program("frames of calls that are only timed", {
    env: { DUMBO_POLICY: "measured" },
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const big = Array.from({ length: 400_000 }, (_, i) => ({ i, a: 1, b: 2, c: 3, d: 4, e: 5 }));
        const three = (big) => {
          if (burn(big.length) >= 0) throw new Error("three");
          return [big];
        };
        function two(big) { burn(2); return [three(big)]; }
        function one(big) { burn(1); return [two(big)]; }
        for (let i = 0; i < 3; i++) {
          try {
            one(big);
          } catch (error) {
            console.log(error.stack);
          }
        }
      `,
    },
    refuses: { one: /too large|not refused/, two: /too large|not refused/, three: /too large|throws|not refused/ },
  }),
];
