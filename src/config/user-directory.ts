/**
 * Where dumbo keeps what is of use to all projects of one user: what it has found out about packages, and, where they cannot lie beside them, its own
 * files as V8 has compiled them.
 */
import { isAbsolute, join, resolve } from "node:path";
import type { Config } from "./config.ts";
import { isSwitchedOff } from "./switched-off.ts";

/** The folder in which the user's programs keep their caches, as is the custom of the system; null where no home is known. */
export function userCaches(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string | null {
  const { XDG_CACHE_HOME, LOCALAPPDATA, HOME, USERPROFILE } = env;
  if (isPath(XDG_CACHE_HOME)) return XDG_CACHE_HOME;
  if (platform === "win32" && isPath(LOCALAPPDATA)) return LOCALAPPDATA;
  const home = HOME || USERPROFILE;
  if (!isPath(home)) return null;
  return platform === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache");
}

function isPath(value: string | undefined): value is string {
  return value !== undefined && isAbsolute(value);
}

/**
 * The user's directory: `DUMBO_USER_DIR`, else the configured one, else a folder of the user's caches. Who sets `DUMBO_DIR` wants
 * everything in that directory and nothing elsewhere, unless `DUMBO_USER_DIR` is set as well.
 * @returns null if there is to be none
 */
export function userDirectory(
  root: string,
  { userDirectory: configured }: Pick<Config, "userDirectory">,
  env: NodeJS.ProcessEnv,
  cwd: string,
): string | null {
  const { DUMBO_USER_DIR, DUMBO_DIR } = env;
  if (DUMBO_USER_DIR) return isSwitchedOff(DUMBO_USER_DIR) ? null : resolve(cwd, DUMBO_USER_DIR);
  if (DUMBO_DIR || configured === false) return null;
  if (configured !== undefined) return resolve(root, configured);
  const caches = userCaches(env);
  // Beside the cache of scripts outside of any package, which is the folder above.
  return caches === null ? null : join(caches, "dumbo", "all-projects");
}
