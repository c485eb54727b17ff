import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { diskCache } from "../disk-cache.mjs";
import { compress, decompress } from "./huffman.mjs";

const cached = diskCache(new URL("huffman.mjs", import.meta.url));
const sha = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);

let before = 0;
let after = 0;
for (const name of readdirSync("data").sort()) {
  const bytes = readFileSync(`data/${name}`);
  const { length, hash, ok } = cached("file", bytes, () => {
    const compressed = compress(bytes);
    const ok = sha(decompress(compressed)) === sha(bytes);
    return { length: compressed.packed.length, hash: sha(compressed.packed), ok };
  });
  const ratio = ((length / bytes.length) * 100).toFixed(1);
  console.log(`${name}: ${bytes.length} -> ${length} (${ratio} %) ${hash} ${ok ? "ok" : "BROKEN"}`);
  before += bytes.length;
  after += length;
}
console.log(`all: ${before} -> ${after}`);
