// An esbuild plugin by which dumbo's bundles use what src/node took of Node before the program ran.
import { existsSync } from "node:fs";
import { basename, dirname, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../src/node/", import.meta.url));

/**
 * For a bundle that is loaded before the program: `node:fs` and its like become src/node/fs.ts, which takes the functions
 * then. A name that is not there stops the build.
 * @returns {import("esbuild").Plugin}
 */
export function takeOwn() {
  return {
    name: "own",
    setup(build) {
      build.onResolve({ filter: /^node:/ }, ({ path, importer }) => {
        const own = `${folder}${path.slice("node:".length)}.ts`;
        return importer.startsWith(folder) || !existsSync(own) ? undefined : { path: own };
      });
    },
  };
}

/**
 * For a bundle that `requireOwn` loads later: it is handed what the first bundle has taken.
 * @returns {import("esbuild").Plugin}
 */
export function receiveOwn() {
  return {
    name: "own",
    setup(build) {
      build.onResolve({ filter: /^\..*\.ts$/ }, ({ path, resolveDir, kind }) => {
        const file = resolve(resolveDir, path);
        if (kind === "entry-point" || dirname(file) + sep !== folder) return undefined;
        return { path: `dumbo:${basename(file, ".ts")}`, external: true };
      });
    },
  };
}
