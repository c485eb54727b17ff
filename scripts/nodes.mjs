// The Node versions of the matrix. The npm packages `node-<platform>-<arch>` carry plain binaries and need no script.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../.tmp/nodes", import.meta.url));
const platform = process.platform === "win32" ? "win" : process.platform;

/** Majors that are tested; the one that is running needs no download. */
export const majors = [20, 22, 24, 26];

/** Path of a Node binary of a major version, installed on first use. */
export function nodeBinary(major) {
  if (Number.parseInt(process.versions.node, 10) === major) return process.execPath;
  const home = `${folder}/${major}`;
  const binary = `${home}/node_modules/node-${platform}-${process.arch}/bin/node${platform === "win" ? ".exe" : ""}`;
  if (existsSync(binary)) return binary;
  mkdirSync(home, { recursive: true });
  writeFileSync(`${home}/package.json`, '{"private":true}\n');
  const name = `node-${platform}-${process.arch}@${major}`;
  const { status } = spawnSync("npm", ["install", "--no-save", "--no-audit", "--no-fund", name], {
    cwd: home,
    stdio: ["ignore", "ignore", "inherit"],
    shell: platform === "win",
  });
  if (status !== 0 || !existsSync(binary)) throw new Error(`${name} could not be installed`);
  return binary;
}
