/** The WebAssembly module of xxhash-wasm. The build puts its bytes in the place of this file. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export function xxhashModule(): Uint8Array<ArrayBuffer> {
  const entry = createRequire(import.meta.url).resolve("xxhash-wasm");
  return readFileSync(join(dirname(entry), "../workerd/xxhash.wasm")) as Uint8Array<ArrayBuffer>;
}
