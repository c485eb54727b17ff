// What memo takes: its first call, in processor time, and a hit. `node bench/library.mjs`, after `npm run build`; prints a line for each way.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HITS = 500;
const PROGRAM = `
import { memo } from "dumbo";
const used = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
const options = { scale: 3 };
const render = memo(function render(page) {
  let sum = page.n;
  for (let i = 0; i < 1e6; i++) sum = (sum * 31 + i) % 1000003;
  return sum * options.scale;
});
let began = used();
render({ n: 1 });
const first = used() - began;
began = used();
for (let i = 0; i < ${HITS}; i++) render({ n: 1 });
console.log(JSON.stringify({ first: Math.round(first), hitUs: Math.round(((used() - began) / ${HITS}) * 1000), hits: render.stats().hits }));
`;

const folder = mkdtempSync(join(tmpdir(), "dumbo-bench-"));
try {
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(fileURLToPath(new URL("..", import.meta.url)), join(folder, "node_modules/dumbo"), "junction");
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  writeFileSync(join(folder, "main.js"), PROGRAM);
  for (let round = 0; round < 3; round++) {
    for (const flags of [[], ["--import", "dumbo/auto"]]) {
      const { stdout, stderr } = spawnSync(process.execPath, [...flags, "main.js"], { cwd: folder, encoding: "utf8" });
      console.log(`${round} ${flags.length > 0 ? "under dumbo/auto" : "by itself       "} ${stdout.trim() || stderr}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
