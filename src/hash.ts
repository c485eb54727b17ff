/**
 * Hashes of 128 bits: two passes of XXH64 (xxhash-wasm) with different seeds. With 64 bits, two calls in a cache of many millions of
 * entries would get the same key, and one of them a wrong result. The WebAssembly module is instantiated synchronously, because a
 * loader hook cannot wait.
 */
import { xxhashModule } from "./xxhash-module.ts";

interface XxhashExports {
  readonly mem: WebAssembly.Memory;
  xxh64(offset: number, length: number, seed: bigint): bigint;
}

// Captured before the program can replace them.
const { ceil, max } = Math;

const SEEDS = [0n, 0x9e3779b97f4a7c15n] as const;
const PAGE = 65536;
/** Pages of the first memory: enough for dumbo's own files. */
const FIRST_PAGES = 32;
/** The section of a WebAssembly module that says how large its memory is, and where the first section begins. */
const MEMORY_SECTION = 5;
const SECTIONS_AT = 8;

let wasm: XxhashExports | null = null;
/** The memory of the instance. */
let memory = Buffer.alloc(0);
const digest = new BigUint64Array(2);
const digestBytes = Buffer.from(digest.buffer);

function instantiate(pages: number): XxhashExports {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(withMemory(xxhashModule(), pages)), {});
  // The exports object of this fixed module; WebAssembly has no way to type it.
  return instance.exports as unknown as XxhashExports;
}

/** A module that begins with so many pages of memory, fewer than 2^21. */
function withMemory(module: Uint8Array, pages: number): Uint8Array<ArrayBuffer> {
  let at = SECTIONS_AT;
  // All sections before that of the memory are shorter than 128 bytes.
  while (module[at] !== MEMORY_SECTION) at += 2 + (module[at + 1] as number);
  const rest = at + 2 + (module[at + 1] as number);
  // One memory without an upper limit, and its size as a number of seven bits a byte.
  const size = [(pages & 127) | 128, ((pages >> 7) & 127) | 128, pages >> 14];
  const section = [MEMORY_SECTION, 2 + size.length, 1, 0, ...size];
  const changed = new Uint8Array(at + section.length + module.length - rest);
  changed.set(module.subarray(0, at));
  changed.set(section, at);
  changed.set(module.subarray(rest), at + section.length);
  return changed;
}

/**
 * Makes sure that there are so many bytes of memory: else in another instance. To let a memory grow would detach its buffer, and from then on
 * V8 compiles all code of the program that uses typed arrays with tests for detached ones.
 */
function reserve(bytes: number): void {
  if (wasm !== null && bytes <= memory.byteLength) return;
  const pages = memory.byteLength / PAGE;
  wasm = instantiate(max(FIRST_PAGES, 2 * pages, ceil(bytes / PAGE)));
  memory = Buffer.from(wasm.mem.buffer);
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

/**
 * The module's memory, with at least so many bytes: the caller fills it and has it hashed by {@link hashOfInput}, without a copy. Any
 * other hash overwrites it.
 */
export function inputMemory(bytes: number): ArrayBuffer {
  reserve(bytes);
  return memory.buffer;
}

/** {@link hash128} of the first bytes of {@link inputMemory}. */
export function hashOfInput(bytes: number): string {
  return hashMemory(bytes);
}

/**
 * {@link hash128} of a text of 8-bit characters. Only for texts of one format, like a row of digests: a text in another
 * encoding may have the same bytes.
 */
export function hashLatin1(text: string): string {
  reserve(text.length);
  memory.write(text, 0, "latin1");
  return hashMemory(text.length);
}

/** The first half of {@link hash128} of the bytes from `start` to `end`, as a number: for noticing damage. */
export function halfHash(bytes: Uint8Array, start: number, end: number): bigint {
  const length = end - start;
  reserve(length);
  memory.set(start === 0 && end === bytes.byteLength ? bytes : bytes.subarray(start, end));
  return BigInt.asUintN(64, (wasm as XxhashExports).xxh64(0, length, SEEDS[0]));
}

/** A hash of 64 bits in half the time, as 16 hexadecimal digits. It is for noticing damage, and too short for keys. */
export function hash64(bytes: Uint8Array): string {
  return halfHash(bytes, 0, bytes.byteLength).toString(16).padStart(16, "0");
}

/** The hash of a content under a tag. A text and its bytes have different hashes. Cost: as {@link hash128}. */
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
 * {@link hash128} of a text: of its UTF-8 bytes, or of its UTF-16 code units if it has a lone surrogate, which UTF-8 cannot write. The
 * encoding is hashed too, so that two texts in different encodings never have the same bytes.
 */
export function hashText(text: string): string {
  const encoding = text.isWellFormed() ? "utf8" : "utf16le";
  const length = Buffer.byteLength(text, encoding);
  reserve(length + 1);
  memory[0] = encoding === "utf8" ? 1 : 2;
  memory.write(text, 1, length, encoding);
  return hashMemory(length + 1);
}
