// Packages from npm for scripts that run against them: never dependencies of the project.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const QUIETLY = ["--no-audit", "--no-fund", "--no-package-lock"];
/** Nothing of them is run, and the folder's own package.json stays as it is. */
export const WITHOUT_SCRIPTS = ["--no-save", "--ignore-scripts", "--legacy-peer-deps"];

export function npm(args, cwd) {
  const { status, stderr } = spawnSync("npm", args, { cwd, encoding: "utf8", shell: process.platform === "win32" });
  if (status !== 0) throw new Error(`npm ${args.join(" ")}: ${stderr}`);
}

/** Installs packages into a folder that has a package.json. */
export function install(folder, packages, flags = []) {
  npm(["install", ...QUIETLY, ...flags, ...packages], folder);
}

/** Installs packages into a folder of their own, unless it has them already. */
export function installOnce(folder, packages, flags = []) {
  const done = join(folder, ".installed");
  const wanted = packages.join(" ");
  if (existsSync(done) && readFileSync(done, "utf8") === wanted) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  install(folder, packages, flags);
  writeFileSync(done, wanted);
}
