// How dist/ is made of the sources; mutants of the sources are made the same way (mutants.mjs).
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { lmdbPlugin } from "./lmdb-plugin.mjs";
import { receiveOwn, takeOwn } from "./own-plugin.mjs";
import { xxhashPlugin } from "./xxhash-plugin.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Bundles to one file for what every start loads, one each for what is needed later or elsewhere.
 * @param {string} outdir an existing folder
 * @param {import("esbuild").Plugin[]} plugins
 */
export async function bundle(outdir, plugins = []) {
  const out = resolve(root, outdir);
  const common = {
    absWorkingDir: root,
    outdir: out,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["amaro"],
    define: { "import.meta.url": "__filename" },
    // Names stay: they show in stack traces. Less text is less for every start to read.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "eof",
    logLevel: "warning",
  };
  await build({
    ...common,
    entryPoints: { boot: "loader/boot.ts", start: "loader/start.ts", hooks: "loader/hooks/hook-thread.ts" },
    inject: ["src/node/globals.ts"],
    plugins: [takeOwn(), xxhashPlugin(), ...plugins],
  });
  await build({
    ...common,
    entryPoints: { transforming: "loader/transform/index.ts", store: "src/store/open.ts" },
    inject: ["src/node/given-globals.ts"],
    plugins: [receiveOwn(), lmdbPlugin(), xxhashPlugin(), ...plugins],
  });
  await build({
    ...common,
    entryPoints: { cli: "cli/cli.ts", index: "loader/index.ts" },
    plugins: [lmdbPlugin(), xxhashPlugin(), ...plugins],
  });
  // An ES module that imports a CommonJS one fails when that leaves require.cache meanwhile, as all of dumbo's do.
  await build({
    absWorkingDir: root,
    entryPoints: ["loader/index.ts"],
    outfile: join(out, "index.mjs"),
    format: "esm",
    target: "node20",
    minifyWhitespace: true,
    logLevel: "warning",
  });
  // What is imported by an ES module (`--import`, a hook thread) is first searched for names of exports, by JavaScript
  // on Node 20: 15 ms for each of the large files, nothing for these.
  await build({ ...common, entryPoints: { auto: "loader/auto.ts" }, external: ["./boot.cjs"] });
  writeFileSync(
    join(out, "hook-thread.cjs"),
    'const { initialize, load } = require("./hooks.cjs");\nexports.initialize = initialize;\nexports.load = load;\n',
  );
}
