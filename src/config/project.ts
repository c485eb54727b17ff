/** Where a program's project is, and where its cache goes. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * The nearest folder with a package.json, from the script upwards (from the current folder when there is no script).
 * Falls back to that starting folder.
 */
export function findProject(script: string | undefined, cwd: string): { root: string; isPackage: boolean } {
  const start = script ? dirname(resolve(cwd, script)) : cwd;
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return { root: folder, isPackage: true };
    if (dirname(folder) === folder) return { root: start, isPackage: false };
  }
}

/**
 * The cache directory: `DUMBO_DIR`, else the configured one, else `node_modules/.cache/dumbo` of the project, else (for
 * a script outside of any package) the user's cache folder.
 */
export function cacheDirectory(
  project: { root: string; isPackage: boolean },
  configured: string | undefined,
  env: NodeJS.ProcessEnv,
  cwd: string,
): string {
  if (env.DUMBO_DIR) return resolve(cwd, env.DUMBO_DIR);
  if (configured) return resolve(project.root, configured);
  if (project.isPackage) return join(project.root, "node_modules", ".cache", "dumbo");
  return join(env.XDG_CACHE_HOME || join(env.HOME || env.USERPROFILE || cwd, ".cache"), "dumbo");
}

/** The file of the assumePure list. @param named path from `DUMBO_ASSUME_PURE`, if set */
export function listFile(root: string, named: string | undefined, cwd: string): string {
  return named ? resolve(cwd, named) : join(root, "assumePure.json");
}
