// Bundles the sources to dist/.
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
rmSync(`${root}dist`, { recursive: true, force: true });
mkdirSync(`${root}dist`, { recursive: true });
await bundle("dist");
writeFileSync(`${root}dist/auto.d.cts`, "export {};\n");
for (const extension of ["cts", "mts"]) {
  const text =
    "/** Writes all results of this thread that wait to be written, now. */\nexport declare function commit(): void;\n";
  writeFileSync(`${root}dist/index.d.${extension}`, text);
}
if (!existsSync(`${root}dist/auto.cjs`)) throw new Error("nothing was built");
