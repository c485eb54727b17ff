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

  program("JavaScript beside TypeScript of the same names", {
    entry: "main.cjs",
    files: {
      "main.cjs": `
        const { createRequire } = require("node:module");
        const { work } = require("./lib");
        const own = createRequire(__filename);
        const tell = (find) => {
          try {
            return find();
          } catch (error) {
            return [error.code, error.message, error.requireStack];
          }
        };
        const names = ["./lib", "./settings", "./folder", "./folder/", "pkg", "pkg/lib/main", "indexed", "./user"];
        console.log(Object.keys(require.extensions), require("node:module")._load.length);
        for (const name of names) {
          console.log(tell(() => require(name)), tell(() => own(name)), tell(() => require.resolve(name)));
          console.log(tell(() => require.resolve(name, { paths: [__dirname] })));
        }
        require.extensions[".ts"] = (module, filename) => (module.exports = "by the program: " + filename);
        console.log(tell(() => require("./settings")), tell(() => require("./folder")));
        delete require.extensions[".ts"];
        console.log(tell(() => require("./folder")));
        console.log(work(3));
      `,
      "lib/index.js": `
        const { burn } = require("../burn.cjs");
        exports.work = function work(n) {
          return burn(n) % 1000;
        };
      `,
      "lib.ts": "exports.work = (n: number) => -n;\n",
      "settings.ts": "module.exports = { of: 'TypeScript' as const };\n",
      "folder/index.ts": "module.exports = 'TypeScript' as const;\n",
      "user.js": "try { module.exports = require('./folder'); } catch (error) { module.exports = error.code; }\n",
      "node_modules/pkg/package.json": `{ "main": "lib/main" }`,
      "node_modules/pkg/lib/main.ts": "module.exports = 'TypeScript';\n",
      "node_modules/pkg/lib/main/index.js": "module.exports = 'JavaScript';\n",
      "node_modules/indexed/index.ts": "module.exports = 'TypeScript';\n",
    },
    memo: { work: 1 },
  }),
];
