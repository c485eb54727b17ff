/** Strangers among thousands of records that V8 has in one hidden class, and what dumbo does so that V8 tells. */
import { program } from "../program.ts";

const RECORDS = `
  export const records = (change) => {
    const all = Array.from({ length: 3000 }, (_, id) => ({ id, price: id % 7, tags: ["a"] }));
    change?.(all);
    return all;
  };
`;

const WORK = `
  import { burn } from "./burn.mjs";
  export function work(all) { return (burn(all.length) % 1000) + all[2900].price; }
`;

export const programs = [
  program("a stranger among many records", {
    files: {
      "records.mjs": RECORDS,
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { records } from "./records.mjs";
        function work(all) {
          let text = "";
          for (const record of all) {
            const { price, id } = record;
            const names = Reflect.ownKeys(record).map(String).join();
            const attributes = JSON.stringify(Object.getOwnPropertyDescriptor(record, "price"));
            if (id > 2898 && id < 2902) text += [price, names, attributes, Object.isFrozen(record), ""].join(" ");
          }
          return (burn(all.length) % 1000) + text;
        }
        const define = (all, key, attributes) => Object.defineProperty(all[2900], key, attributes);
        const changes = {
          none: null,
          "another value": (all) => { all[2900].price = 99; },
          element: (all) => { all[2900][7] = 1; },
          symbol: (all) => { all[2900][Symbol.for("s")] = 1; },
          hidden: (all) => define(all, "price", { enumerable: false }),
          "read-only": (all) => define(all, "price", { writable: false }),
          frozen: (all) => Object.freeze(all[2900]),
          "no prototype": (all) => Object.setPrototypeOf(all[2900], null),
          deleted: (all) => { delete all[2900].id; all[2900].id = 2900; },
          "an array with a name": (all) => { all[2900].tags.name = 1; },
        };
        for (const change of Object.values(changes)) console.log(work(records(change)));
      `,
    },
    memo: { work: 10 },
  }),

  program("an accessor among many records", {
    files: {
      "records.mjs": RECORDS,
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { records } from "./records.mjs";
        function work(all) {
          let sum = 0;
          for (const { price } of all) sum += price;
          return (burn(all.length) % 1000) + sum;
        }
        globalThis.asked = 0;
        const get = () => ++globalThis.asked;
        const odd = records((all) => Object.defineProperty(all[2900], "price", { get, enumerable: true }));
        for (let i = 0; i < 3; i++) console.log(work(records()), work(odd), globalThis.asked);
      `,
    },
    // The accessor counts in a global: what reads it is never kept.
    cold: { misses: { work: 4 }, hits: { work: 2 } },
    warm: { misses: { work: 3 }, hits: { work: 3 } },
  }),

  program("a program that lets V8 parse its own tests", {
    files: {
      "records.mjs": RECORDS,
      "work.mjs": WORK,
      "main.mjs": `
        import v8 from "node:v8";
        import vm from "node:vm";
        import { records } from "./records.mjs";
        import { work } from "./work.mjs";
        v8.setFlagsFromString("--allow-natives-syntax");
        console.log(work(records()), vm.runInThisContext("%HaveSameMap({}, {})"));
        console.log(work(records()), vm.runInThisContext("%HaveSameMap({}, {})"));
      `,
    },
    cold: { misses: { work: 1 }, hits: { work: 1 } },
    warm: { misses: { work: 0 }, hits: { work: 2 } },
  }),

  program("a program that watches what V8 cannot parse", {
    files: {
      "records.mjs": RECORDS,
      "work.mjs": WORK,
      "main.mjs": `
        import vm from "node:vm";
        import { records } from "./records.mjs";
        import { work } from "./work.mjs";
        let asked = 0;
        const parses = () => { try { return vm.runInThisContext("%HaveSameMap({}, {})"); } catch (error) { return error.name; } };
        console.log(parses());
        Error.prepareStackTrace = (error) => { asked++; return String(error); };
        for (let i = 0; i < 2; i++) console.log(work(records()), asked);
        Error.prepareStackTrace = undefined;
        console.log(parses());
      `,
    },
    cold: { misses: { work: 1 }, hits: { work: 1 } },
    warm: { misses: { work: 0 }, hits: { work: 2 } },
  }),
];
