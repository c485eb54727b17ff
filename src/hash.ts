/**
 * H128: two passes of XXH64 (xxhash-wasm) with different seeds. With 64 bits, a cache of many millions of entries would meet
 * collisions, which are wrong results. The module's WebAssembly is instantiated synchronously, because a loader hook cannot wait.
 */
import { xxhashModule } from "./xxhash-module.ts";

interface XxhashExports {
  readonly mem: WebAssembly.Memory;
  xxh64(offset: number, length: number, seed: bigint): bigint;
}

const SEEDS = [0n, 0x9e3779b97f4a7c15n] as const;
const PAGE = 65536;

let wasm: XxhashExports | null = null;
/** The module's memory; a new one whenever it has grown. */
let memory = Buffer.alloc(0);
const digest = new BigUint64Array(2);
const digestBytes = Buffer.from(digest.buffer);

function instantiate(): XxhashExports {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(xxhashModule()), {});
  // The exports object of this fixed module; WebAssembly has no way to type it.
  return instance.exports as unknown as XxhashExports;
}

/** Makes room for so many bytes at the start of the module's memory. */
function reserve(bytes: number): void {
  // Only growing it here gives the module another memory.
  if (wasm !== null && bytes <= memory.byteLength) return;
  wasm ??= instantiate();
  const missing = bytes - wasm.mem.buffer.byteLength;
  if (missing > 0) wasm.mem.grow(Math.ceil(missing / PAGE));
  if (memory.buffer !== wasm.mem.buffer) memory = Buffer.from(wasm.mem.buffer);
}

/** Hashes the first bytes of the module's memory. */
function hashMemory(length: number): string {
  const { xxh64 } = wasm as XxhashExports;
  digest[0] = xxh64(0, length, SEEDS[0]);
  digest[1] = xxh64(0, length, SEEDS[1]);
  return digestBytes.toString("hex");
}

/**
 * The 128-bit hash of some bytes, as 32 lower-case hexadecimal digits.
 * Cost: 0.4 us for 64 bytes, about 1 GB/s for large inputs.
 */
export function hash128(bytes: Uint8Array): string {
  reserve(bytes.byteLength);
  memory.set(bytes);
  return hashMemory(bytes.byteLength);
}

/** The module's memory, so long at least, to be filled and then hashed by {@link hashOfRoom}, without a copy. */
export function room(bytes: number): ArrayBuffer {
  reserve(bytes);
  return memory.buffer;
}

/** {@link hash128} of the first bytes of the room. */
export function hashOfRoom(bytes: number): string {
  return hashMemory(bytes);
}

/** {@link hash128} of a text of 8-bit characters, whose number its kind settles: of digests, say. */
export function hashLatin1(text: string): string {
  reserve(text.length);
  memory.write(text, 0, "latin1");
  return hashMemory(text.length);
}

/** A hash of 64 bits, in half the time, to notice damage. 16 hexadecimal digits. */
export function hash64(bytes: Uint8Array): string {
  reserve(bytes.byteLength);
  memory.set(bytes);
  const { xxh64 } = wasm as XxhashExports;
  return BigInt.asUintN(64, xxh64(0, bytes.byteLength, SEEDS[0]))
    .toString(16)
    .padStart(16, "0");
}

/** The first half of {@link hash128} of a stretch of some bytes, as a number: to notice damage. */
export function halfHash(bytes: Uint8Array, start: number, end: number): bigint {
  const length = end - start;
  reserve(length);
  memory.set(start === 0 && end === bytes.byteLength ? bytes : bytes.subarray(start, end));
  return BigInt.asUintN(64, (wasm as XxhashExports).xxh64(0, length, SEEDS[0]));
}

/** The hash of a content under a tag: of a text and of its bytes it differs. Cost: as {@link hash128}. */
export function hashTagged(tag: string, content: string | Uint8Array): string {
  if (typeof content === "string") return hashText(`${tag}\0${content}`);
  const label = Buffer.from(`${tag}\0`);
  const length = label.byteLength + content.byteLength;
  reserve(length);
  memory.set(label);
  memory.set(content, label.byteLength);
  return hashMemory(length);
}

/**
 * {@link hash128} of a text: of its UTF-8 bytes, or where a lone surrogate has none, of its UTF-16 code units. The two
 * cannot meet: a text of one kind is never of the other, and the kind is hashed too.
 */
export function hashText(text: string): string {
  const encoding = text.isWellFormed() ? "utf8" : "utf16le";
  const length = Buffer.byteLength(text, encoding);
  reserve(length + 1);
  memory[0] = encoding === "utf8" ? 1 : 2;
  memory.write(text, 1, length, encoding);
  return hashMemory(length + 1);
}
