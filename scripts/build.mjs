// Bundles the sources to dist/.
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
rmSync(`${root}dist`, { recursive: true, force: true });
mkdirSync(`${root}dist`, { recursive: true });
await bundle("dist");
writeFileSync(`${root}dist/auto.d.cts`, "export {};\n");
// Users have the declarations as they are.
for (const extension of ["cts", "mts"]) copyFileSync(`${root}src/api/declared.ts`, `${root}dist/index.d.${extension}`);
if (!existsSync(`${root}dist/auto.cjs`)) throw new Error("nothing was built");
