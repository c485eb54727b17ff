/** How deep a small recursive function gets with a guard that is off, as a share of what it gets without. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { force } from "./force.ts";

const SOURCE = `
let deepest = 0;
function one(n) { deepest = n; return 1 + one(n + 1); }
function three(n, a, b) { deepest = n; return a + three(n + 1, b, a); }
const arrow = (n) => { deepest = n; return 1 + arrow(n + 1); };
const depths = [];
for (const start of [() => one(0), () => three(0, 1, 2), () => arrow(0)]) {
  try { start(); } catch {}
  depths.push(deepest);
}
console.log(JSON.stringify(depths));
`;

/** @returns the ratio by shape of the function */
export function stackDepth(binary: string): Record<string, number> {
  const forced = force(SOURCE, "commonjs", "depth");
  if (!forced) throw new Error("nothing was guarded");
  const folder = mkdtempSync(join(tmpdir(), "dumbo-depth-"));
  try {
    const depths = (name: string, text: string) => {
      const file = join(folder, name);
      writeFileSync(file, text);
      const { stdout, stderr } = spawnSync(binary, [file], { encoding: "utf8" });
      if (stdout === "") throw new Error(stderr);
      return JSON.parse(stdout) as number[];
    };
    const bare = depths("bare.cjs", SOURCE);
    const off = depths("off.cjs", forced.code);
    const names = ["one parameter", "three parameters", "arrow function"];
    return Object.fromEntries(names.map((name, i) => [name, (off[i] as number) / (bare[i] as number)]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
