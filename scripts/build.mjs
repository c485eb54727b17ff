// Bundles the sources to dist/: one file for what every start loads, one each for what is needed later or elsewhere.
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { lmdbPlugin } from "./lmdb-plugin.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
rmSync(`${root}dist`, { recursive: true, force: true });
mkdirSync(`${root}dist`, { recursive: true });

await build({
  absWorkingDir: root,
  entryPoints: {
    start: "loader/auto.ts",
    transforming: "loader/transforming.ts",
    hooks: "loader/hook-thread.ts",
    store: "loader/open-store.ts",
    cli: "src/cli.ts",
  },
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["amaro", "./transforming.cjs", "./store.cjs"],
  define: { "import.meta.url": "__filename" },
  // Names stay: they show in stack traces. Less text is less for every start to read.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: "eof",
  plugins: [lmdbPlugin()],
  logLevel: "warning",
});
// What is imported by an ES module (`--import`, a hook thread) is first searched for names of exports, by JavaScript on
// Node 20: 15 ms for each of the large files, nothing for these.
writeFileSync(`${root}dist/auto.cjs`, 'require("./start.cjs");\n');
writeFileSync(
  `${root}dist/hook-thread.cjs`,
  'const { initialize, load } = require("./hooks.cjs");\nexports.initialize = initialize;\nexports.load = load;\n',
);
writeFileSync(`${root}dist/auto.d.cts`, "export {};\n");
if (!existsSync(`${root}dist/auto.cjs`)) throw new Error("nothing was built");
