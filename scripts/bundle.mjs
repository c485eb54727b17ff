// How dist/ is made of the sources; mutants of the sources are made the same way (mutants.mjs).
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { lmdbPlugin } from "./lmdb-plugin.mjs";
import { receiveOwn, takeOwn } from "./own-plugin.mjs";
import { buildPage } from "./page.mjs";
import { xxhashPlugin } from "./xxhash-plugin.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * What all bundles of dumbo's sources have in common, with esbuild.
 * @type {import("esbuild").BuildOptions}
 */
export const AS_NODE_RUNS_IT = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["amaro"],
  define: { "import.meta.url": "__filename" },
};

/**
 * Bundles to one file for what every start loads, one each for what is needed later or elsewhere.
 * @param {string} outdir an existing folder
 * @param {import("esbuild").Plugin[]} plugins
 */
export async function bundle(outdir, plugins = []) {
  const out = resolve(root, outdir);
  /** @type {import("esbuild").BuildOptions} */
  const common = {
    absWorkingDir: root,
    outdir: out,
    outExtension: { ".js": ".cjs" },
    ...AS_NODE_RUNS_IT,
    define: { ...AS_NODE_RUNS_IT.define, DUMBO_BUILD: JSON.stringify(digestOfSources()) },
    // Names stay: they show in stack traces. Less text is less for every start to read.
    minifyWhitespace: true,
    minifySyntax: true,
    // Their licences are in a file of their own, so that no start has to read them.
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
  };
  // What dumbo itself loads, and not by Node's loader (src/node/require.ts).
  const wrapped = {
    banner: { js: "(function (exports, require, module, __filename, __dirname) {" },
    footer: { js: "})" },
  };
  // Loaded late: esbuild's own lines at its start have to find the `Object` that was there at first.
  const late = {
    ...wrapped,
    banner: { js: `${wrapped.banner.js}const { Object } = require("dumbo:globals");` },
  };
  const first = {
    ...common,
    inject: ["src/node/globals.ts"],
    plugins: [takeOwn(), xxhashPlugin(), ...plugins],
  };
  const outputs = [
    await build({
      ...first,
      ...wrapped,
      entryPoints: {
        boot: "loader/boot.ts",
        answer: "loader/whole-run/answer-run.ts",
        start: "loader/start.ts",
        "replaced-before": "audit/replaced-before.ts",
      },
    }),
    await build({ ...first, entryPoints: { hooks: "loader/hooks/hook-thread.ts" } }),
    await build({
      ...common,
      ...late,
      entryPoints: {
        transforming: "loader/transform/index.ts",
        store: "src/store/open.ts",
        "store-by-hand": "src/store/by-hand.ts",
        remote: "loader/remote/start.ts",
        repl: "loader/repl/repl.ts",
      },
      inject: ["src/node/given-globals.ts"],
      plugins: [receiveOwn(), lmdbPlugin(), xxhashPlugin(), ...plugins],
    }),
    await build({
      ...common,
      entryPoints: {
        cli: "cli/cli.ts",
        "permission-audit": "cli/permission-audit.ts",
        index: "loader/index.ts",
        prepare: "loader/prepare/main.ts",
        "remote-worker": "loader/remote/worker.ts",
      },
      plugins: [lmdbPlugin(), xxhashPlugin(), ...plugins],
    }),
    await buildPage(root, out),
  ];
  writeFileSync(
    join(out, "LICENSES.txt"),
    licences(outputs.flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {}))),
  );
  // An ES module that imports a CommonJS one fails when that leaves require.cache meanwhile, as all of dumbo's do.
  await build({
    absWorkingDir: root,
    entryPoints: ["loader/index.ts"],
    outfile: join(out, "index.mjs"),
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    logLevel: "warning",
    plugins: [lmdbPlugin(), xxhashPlugin(), ...plugins],
  });
  // An ES module, because Node waits for those that `--import` names.
  await build({
    absWorkingDir: root,
    entryPoints: ["cli/linker.ts"],
    outfile: join(out, "linker.mjs"),
    format: "esm",
    platform: "node",
    target: "node20",
    minifyWhitespace: true,
    logLevel: "warning",
  });
  // What is imported by an ES module (`--import`, a hook thread) is first searched for names of exports, by JavaScript
  // on Node 20: 15 ms for each of the large files, nothing for these.
  await build({ ...common, entryPoints: { auto: "loader/auto.ts" } });
  writeFileSync(
    join(out, "hook-thread.cjs"),
    'const { initialize, load } = require("./hooks.cjs");\nexports.initialize = initialize;\nexports.load = load;\n',
  );
}

/** Of all that dumbo's own code is made of: its sources, and the versions of the packages that are bundled with it. */
function digestOfSources() {
  const hash = createHash("sha256");
  const add = (name) =>
    hash
      .update(`${name}\0`)
      .update(readFileSync(join(root, name)))
      .update("\0");
  for (const folder of ["audit", "loader", "src"]) {
    const names = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        join(entry.parentPath ?? entry.path, entry.name)
          .slice(root.length)
          .replaceAll("\\", "/"),
      );
    for (const name of names.sort()) add(name);
  }
  add("package-lock.json");
  return hash.digest("hex").slice(0, 16);
}

/** Packages that are bundled without one of their JavaScript files. */
const EMBEDDED = ["xxhash-wasm"];

/**
 * The licences of the packages that are part of the bundles.
 * @param {string[]} inputs paths of bundled files
 */
function licences(inputs) {
  const names = inputs.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? "").filter(Boolean);
  const packages = [...new Set([...names, ...EMBEDDED])].sort();
  return packages
    .map((name) => `${name}\n\n${licenceOf(join(root, "node_modules", name))}`)
    .join(`\n\n${"-".repeat(80)}\n\n`);
}

function licenceOf(folder) {
  const files = readdirSync(folder);
  const read = (pattern) => {
    const name = files.find((file) => pattern.test(file));
    return name && readFileSync(join(folder, name), "utf8");
  };
  // Some have it at the end of their README.
  const text = read(/^licen[cs]e/i) ?? /^#+ licen[cs]e[\s\S]*/im.exec(read(/^readme/i) ?? "")?.[0];
  if (!text) throw new Error(`${folder} has no licence that could be handed on`);
  return text.trim();
}
