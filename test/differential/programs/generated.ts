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

  program("an async function that was answered from the cache, and what it reads changes right after the call", {
    todo: "on a hit, nobody looks at arguments and state again when the body would have gone on",
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
