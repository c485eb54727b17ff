import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { compress, decompress } from "./huffman.mjs";

const sha = (bytes) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);

let before = 0;
let after = 0;
for (const name of readdirSync("data").sort()) {
  const bytes = readFileSync(`data/${name}`);
  const compressed = compress(bytes);
  const ratio = ((compressed.packed.length / bytes.length) * 100).toFixed(1);
  const ok = sha(decompress(compressed)) === sha(bytes);
  console.log(
    `${name}: ${bytes.length} -> ${compressed.packed.length} (${ratio} %) ${sha(compressed.packed)} ${ok ? "ok" : "BROKEN"}`,
  );
  before += bytes.length;
  after += compressed.packed.length;
}
console.log(`all: ${before} -> ${after}`);
