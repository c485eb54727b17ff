// An esbuild plugin that stops the build if lmdb is not the version that src/store/disk/addon.ts was written for. lmdb
// itself is not bundled: its JavaScript is not used, and its addon is found where npm installed it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** @returns {import("esbuild").Plugin} */
export function lmdbPlugin() {
  return {
    name: "lmdb",
    setup(build) {
      build.onLoad({ filter: /[\\/]src[\\/]store[\\/]disk[\\/]addon\.ts$/ }, ({ path }) => {
        const expected = /LMDB_VERSION = "(.+?)"/.exec(readFileSync(path, "utf8"))?.[1];
        const main = createRequire(import.meta.url).resolve("lmdb");
        const { version } = JSON.parse(readFileSync(join(dirname(main), "../package.json"), "utf8"));
        if (version === expected) return undefined;
        const text = `it calls the addon of lmdb ${expected}, but ${version} is installed: check its calls, then LMDB_VERSION`;
        return { errors: [{ text, location: { file: path } }] };
      });
    },
  };
}
