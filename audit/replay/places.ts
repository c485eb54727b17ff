/**
 * The one name of each place in the file system. A run as a whole counts by what it leaves at places (src/trace/left-files.ts), and many paths lead
 * to one of them. Were a path taken for another place than that to which it leads, a change there would be missed, or seen where there is none.
 */

import { endsWith, slice, split } from "../../src/node/language.ts";
import { dirname, isAbsolute, join, normalize } from "../../src/node/path.ts";
import type { PlaceFound } from "../../src/trace/whole-run.ts";
import { cwd, files } from "../builtins/originals.ts";
import { digest } from "./answer-digest.ts";
import { nameOf } from "./write-targets.ts";

/**
 * A path of a query as an absolute one, in the form of queries. Links count as folders, so that it may not be the name of a place.
 * @returns null where only the file system knows: what `..` means behind a name, which may be that of a link
 */
export function absolute(text: string): string | null {
  const path = nameOf(text);
  let isNamed = false;
  for (const part of split(path, "/")) {
    if (part === ".." && isNamed) return null;
    if (part !== "" && part !== "." && part !== "..") isNamed = true;
  }
  const whole = isAbsolute(path) ? normalize(path) : join(cwd(), path);
  return `p${endsWith(whole, "/") && whole !== "/" ? slice(whole, 0, -1) : whole}`;
}

/** The place of which a path is a name, whether anything is there or not; null where nobody can tell. Callers raise `state.suspended`. */
export function placeOf(text: string): PlaceFound | null {
  try {
    const found = absolute(text);
    if (found === null) return null;
    const name = slice(found, 1);
    const folder = lastFolder(name);
    const real = files.realpathNative(folder);
    if (real === folder) return { path: found, leads: null };
    const leads = { query: ["realpathNative", `p${folder}`, ""], answer: digest(real), fingerprint: "" };
    return { path: `p${join(real, slice(name, folder.length))}`, leads };
  } catch {
    return null;
  }
}

/** The innermost folder above an absolute path that is there. */
export function lastFolder(path: string): string {
  let folder = dirname(path);
  while (!files.existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
