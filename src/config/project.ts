/** Where a program's project is, and where its cache goes. */
import { existsSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { userCaches } from "./user-directory.ts";

export interface ProjectPlace {
  readonly root: string;
  readonly isPackage: boolean;
}

/**
 * The nearest package above the current folder, else above the script. A package inside of a node_modules folder is a tool
 * that the project uses, and not the project: with `node node_modules/prettier/bin/prettier.cjs`, settings and cache are
 * those of whoever runs it. Without any package it is the script's folder.
 */
export function findProject(script: string | undefined, cwd: string): ProjectPlace {
  const start = script ? dirname(resolve(cwd, script)) : cwd;
  const root = packageAbove(cwd) ?? packageAbove(start);
  return { root: root ?? start, isPackage: root !== null };
}

function packageAbove(start: string): string | null {
  for (let folder = start; ; folder = dirname(folder)) {
    if (!folder.split(sep).includes("node_modules") && existsSync(join(folder, "package.json"))) return folder;
    if (dirname(folder) === folder) return null;
  }
}

/**
 * The cache directory: `DUMBO_DIR`, else the configured one, else `node_modules/.cache/dumbo` of the project, else (for
 * a script outside of any package) the user's cache folder.
 */
export function cacheDirectory(
  project: ProjectPlace,
  configured: string | undefined,
  env: NodeJS.ProcessEnv,
  cwd: string,
): string {
  if (env.DUMBO_DIR) return resolve(cwd, env.DUMBO_DIR);
  if (configured) return resolve(project.root, configured);
  if (project.isPackage) return join(project.root, "node_modules", ".cache", "dumbo");
  return join(userCaches(env) ?? join(cwd, ".cache"), "dumbo");
}

/** The file of the assumePure list. @param named path from `DUMBO_ASSUME_PURE`, if set */
export function listFile(root: string, named: string | undefined, cwd: string): string {
  return named ? resolve(cwd, named) : join(root, "assumePure.json");
}

const PACKAGES = "/node_modules/";

/** Whether a module is one of a package, by its URL. */
export function isOfPackage(url: string): boolean {
  return url.includes(PACKAGES);
}

/**
 * The name of the package that a module is of, by its URL or path; null for one of the program's. Asked while the program runs:
 * a regular expression would show in its `RegExp.$1`.
 */
export function packageOfModule(url: string): string | null {
  const path = `/${url}`;
  const at = path.lastIndexOf(PACKAGES);
  if (at < 0) return null;
  const [first = "", second, ...inner] = path.slice(at + PACKAGES.length).split("/");
  if (!first.startsWith("@")) return second === undefined ? null : first;
  return inner.length === 0 ? null : `${first}/${second}`;
}
