/** What generated programs (`npm run fuzz`) brought to light, made small. */
import { program } from "../program.ts";

const twin = `
  export function id(x) {
    return x;
  }
  export class Box {
    n = 1;
  }
`;

export const programs = [
  program("two modules with the same code: which function or class it is belongs to the key", {
    files: {
      "one.mjs": twin,
      "two.mjs": twin,
      "main.mjs": `
        import { burn } from "./burn.mjs";
        import { Box, id } from "./one.mjs";
        import { Box as OtherBox, id as other } from "./two.mjs";
        function isOurs(fn) {
          return [burn(1), fn === id];
        }
        function isBox(value) {
          return [burn(2), value instanceof Box];
        }
        function agree(one, another) {
          return [burn(3), one() === another()];
        }
        console.log(isOurs(id), isOurs(other), isBox(new Box()), isBox(new OtherBox()));
        console.log(agree(() => id, () => id), agree(() => id, () => other));
      `,
    },
    memo: { isOurs: 2, isBox: 2 },
  }),

  program("a function puts in the place of what it reads, or was given, another of the same content", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        const state = { items: [false, true] };
        function renew(n) {
          const alias = state;
          alias.items = [n > 9, true];
          return burn(n);
        }
        function exchange(box, n) {
          for (const one of [box]) one.inner = { n: one.inner.n };
          return burn(n);
        }
        function look(n) {
          return [burn(n), state.items[1]];
        }
        for (let n = 0; n < 4; n++) {
          const { items } = state;
          const box = { inner: { n } };
          const { inner } = box;
          console.log(renew(n), state.items === items, exchange(box, n), box.inner === inner, look(n));
        }
      `,
    },
    warm: { hits: { look: 4, renew: 3, exchange: 3 }, misses: { renew: 1, exchange: 1 } },
  }),

  program("an async function that was answered from the cache, and what it reads changes right after the call", {
    files: {
      "main.mjs": `
        import { burn } from "./burn.mjs";
        let scale = 1;
        async function work(n) {
          await null;
          return (burn(n) % 1000) * scale;
        }
        console.log(await work(3));
        const early = work(3);
        scale = 2;
        console.log(await early);
      `,
    },
    refuses: { work: /state/ },
  }),
];
