/** TypeScript sources. */
import { program } from "../program.ts";

const tsx = { below: 22, flags: ["--import", import.meta.resolve("tsx")] };
const typescript = `
  export interface Box<T> { value: T }
  export function work(box: Box<number>, times: number = 2): number {
    const scaled = (burn(box.value) % 1000) as number;
    return scaled * times;
  }
`;

export const programs = [
  ...[".mts", ".ts"].map((extension) =>
    program(`TypeScript as an ES module, ${extension}`, {
      entry: `main${extension}`,
      twin: tsx,
      files: {
        "package.json": `{ "type": "module" }`,
        [`main${extension}`]: `
          import { burn } from "./burn.mjs";
          import { type Box, work } from "./lib${extension}";
          const box: Box<number> = { value: 3 };
          function twice<T extends Box<number>>(given: T): number {
            return work(given) * 2 + (burn(1) % 10);
          }
          console.log(twice(box), work(box, 3));
        `,
        [`lib${extension}`]: `import { burn } from "./burn.mjs";\n${typescript}`,
        "burn.d.mts": "export declare function burn(n: number): number;\n",
      },
      memo: { twice: 1 },
    }),
  ),

  program("TypeScript as CommonJS", {
    entry: "main.cts",
    twin: tsx,
    files: {
      "main.cts": `
        const { burn } = require("./burn.cjs");
        const { work }: { work: (n: number) => number } = require("./lib.cts");
        function twice(n: number): number {
          return work(n) * 2;
        }
        console.log(twice(3));
      `,
      "lib.cts": `
        const { burn } = require("./burn.cjs");
        const scale: number = 2;
        exports.work = function (n: number): number {
          return (burn(n) % 1000) * scale;
        };
      `,
    },
    memo: { twice: 1 },
  }),
];
