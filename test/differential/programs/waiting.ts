/** What happens after a call returned, or while an async function waits. */
import { program } from "../program.ts";

export const programs = [
  program("work that a promise does after the call returned", {
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
];
