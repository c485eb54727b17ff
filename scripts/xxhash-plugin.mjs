// An esbuild plugin that puts the bytes of xxhash-wasm's module into the bundles: it is needed at every start, and to find
// its package takes longer than to instantiate it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** @returns {import("esbuild").Plugin} */
export function xxhashPlugin() {
  return {
    name: "xxhash",
    setup(build) {
      build.onLoad({ filter: /[\\/]src[\\/]xxhash-module\.ts$/ }, () => {
        const main = createRequire(import.meta.url).resolve("xxhash-wasm");
        const bytes = readFileSync(join(dirname(main), "../workerd/xxhash.wasm")).toString("base64");
        return { contents: `export const xxhashModule = () => Buffer.from("${bytes}", "base64");`, loader: "js" };
      });
    },
  };
}
