/** Values that are not what they look like. */
import { program } from "../program.ts";

export const programs = [
  program("an array with a hole and a name", {
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
    cold: { misses: { work: 1 }, refused: { work: /read-only/ } },
    warm: { hits: { work: 1 }, misses: { work: 0 } },
  }),

  program("two Buffers over the same memory", {
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
    // The rest of Node's pool is part of their key: not wrong, but hardly ever the same again.
    cold: { hits: { work: 0 } },
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
];
