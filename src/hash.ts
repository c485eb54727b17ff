/**
 * H128: two passes of XXH64 (xxhash-wasm) with different seeds. Sixty-four bits are too few for a cache that never
 * forgets; the module's WebAssembly is instantiated synchronously, because a loader hook cannot wait.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

interface XxhashExports {
  readonly mem: WebAssembly.Memory;
  xxh64(offset: number, length: number, seed: bigint): bigint;
}

const SEEDS = [0n, 0x9e3779b97f4a7c15n] as const;
const PAGE = 65536;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

let wasm: XxhashExports | null = null;
let memory = new Uint8Array(0);
const digest = new BigUint64Array(2);
const digestBytes = new Uint8Array(digest.buffer);

function instantiate(): XxhashExports {
  const entry = createRequire(import.meta.url).resolve("xxhash-wasm");
  const bytes = readFileSync(join(dirname(entry), "../workerd/xxhash.wasm"));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {});
  // The exports object of this fixed module; WebAssembly has no way to type it.
  return instance.exports as unknown as XxhashExports;
}

function load(bytes: Uint8Array): XxhashExports {
  wasm ??= instantiate();
  const missing = bytes.byteLength - wasm.mem.buffer.byteLength;
  if (missing > 0) wasm.mem.grow(Math.ceil(missing / PAGE));
  if (memory.buffer !== wasm.mem.buffer) memory = new Uint8Array(wasm.mem.buffer);
  memory.set(bytes);
  return wasm;
}

/**
 * The 128-bit hash of some bytes, as 32 lower-case hexadecimal digits.
 * Cost: 0.4 us for 64 bytes, about 1 GB/s for large inputs.
 */
export function hash128(bytes: Uint8Array): string {
  const { xxh64 } = load(bytes);
  digest[0] = xxh64(0, bytes.byteLength, SEEDS[0]);
  digest[1] = xxh64(0, bytes.byteLength, SEEDS[1]);
  let hex = "";
  for (const byte of digestBytes) hex += HEX[byte];
  return hex;
}

/** {@link hash128} of a text, by its UTF-16 code units: lone surrogates count. */
export function hashText(text: string): string {
  return hash128(Buffer.from(text, "utf16le"));
}
