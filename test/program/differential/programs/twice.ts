/**
 * What is evaluated a second time when a call is recorded, timed, verified, waited for or answered too late: nothing that
 * a program can see. Each road on which a body runs again is in docs/soundness.md.
 */
import { program } from "../program.ts";

/** Arguments whose taking apart shows. */
const SEEN = `
  const seen = [];
  class Items {
    *[Symbol.iterator]() {
      seen.push("open");
      try {
        yield 1;
        yield 2;
      } finally {
        seen.push("close");
      }
    }
  }
  class Point {
    get x() {
      seen.push("x");
      return 3;
    }
  }
`;

export const programs = [
  program("patterns of calls that are recorded", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        ${SEEN}
        function list([a], n) { return [a, burn(n)]; }
        function point({ x }, n) { return [x, burn(n)]; }
        function deep({ p: { x } }, n) { return [x, burn(n)]; }
        function plain({ x }, [a], n) { return [x, a, burn(n)]; }
        for (let i = 0; i < 2; i++) {
          console.log(list(new Items(), 1), point(new Point(), 1), deep({ p: new Point() }, 1), plain({ x: 1 }, [2], 3), seen);
        }
      `,
    },
    cold: { misses: { plain: 1 }, hits: { plain: 1 } },
    warm: { hits: { plain: 2 } },
    refuses: { list: /takes an argument apart/, point: /takes an argument apart/, deep: /takes an argument apart/ },
  }),

  program("patterns of calls that are too large to key", {
    env: { DUMBO_POLICY: "measured" },
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        ${SEEN}
        const big = Array.from({ length: 400_000 }, (_, i) => ({ i, a: 1, b: 2, c: 3, d: 4, e: 5 }));
        function list([a], big) { return [a, burn(big.length)]; }
        function point(big, { x }) { return [x, burn(big.length)]; }
        function rest(big, ...[first]) { return [first.x, burn(big.length)]; }
        function proxied({ x }, big) { return [x, burn(big.length)]; }
        const proxy = new Proxy({}, { get: (_, key) => seen.push(key) });
        for (let i = 0; i < 3; i++) {
          console.log(list(new Items(), big), point(big, new Point()), rest(big, new Point()), proxied(proxy, big), seen);
        }
      `,
    },
    refuses: {
      list: /too large|apart|not refused/,
      point: /too large|apart|not refused/,
      rest: /too large|apart|not refused/,
    },
  }),

  program("patterns of calls that cannot be afforded", {
    env: { DUMBO_POLICY: "measured" },
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        ${SEEN}
        // Its keys use up what a run may spend.
        const big = Array.from({ length: 400_000 }, (_, i) => ({ i, a: 1, b: 2, c: 3, d: 4, e: 5 }));
        function large(big) { return [burn(big.length)]; }
        function list([a], n) { return a + (burn(n) % 10); }
        function point({ x }, n) { return x + (burn(n) % 10); }
        console.log(list([1], 0), point({ x: 1 }, 0));
        for (let i = 0; i < 3; i++) console.log(large(big));
        for (let i = 0; i < 20; i++) console.log(list(new Items(), i), point(new Point(), i), seen.length);
      `,
    },
    // Its keys, or what went before, use up the budget.
    refuses: { large: /too large|not refused/ },
  }),

  program("patterns of hits that are computed all the same", {
    env: { DUMBO_VERIFY: "1" },
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        ${SEEN}
        function list([a], n) { return [a, burn(n)]; }
        function plain({ x }, [a], n) { return [x, a, burn(n)]; }
        for (let i = 0; i < 2; i++) console.log(list(new Items(), 1), plain({ x: 1 }, [2], 3), seen);
      `,
    },
    warm: { hits: { plain: 2 } },
    refuses: { list: /takes an argument apart/ },
  }),

  program("patterns of calls that wait for one with the same key, or for files", {
    files: {
      "data.txt": "data",
      "main.mjs": `
        import { readFile } from "node:fs/promises";
        import { burn } from "./burn.mjs";
        ${SEEN}
        async function list([a], n) { await null; return [a, burn(n)]; }
        async function text([a, b], n) { await null; return [a, b, burn(n)]; }
        async function fails([a], n) { await null; if (burn(n) >= 0) throw new Error(a); return a; }
        async function file([name], n) { return (await readFile(name + "ata.txt", "utf8")) + burn(n); }
        for (let i = 0; i < 2; i++) {
          console.log(await Promise.all([list(new Items(), 1), list(new Items(), 1), text("ab", 1), text("ab", 1)]), seen);
          console.log((await Promise.allSettled([fails("f", 1), fails("f", 1)])).map(({ reason }) => reason.message));
          console.log(await file("d", 1));
        }
      `,
    },
    // Before one was kept, a call does not wait for another.
    cold: { hits: { text: 2 } },
    warm: { hits: { text: 4 } },
    refuses: { fails: /throws/ },
    after: [{ label: "another file", edit: { "data.txt": "other" }, hits: { text: 4 } }],
  }),
];
