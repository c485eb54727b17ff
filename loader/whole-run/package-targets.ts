/**
 * Where the `exports` and `imports` of a package may lead, whatever conditions hold. Which of the targets it is depends on the package.json and the
 * conditions alone, not on what is on disk: so the one that Node has chosen is among these.
 */
import { join, sep } from "../../src/node/path.ts";
import { fileURLToPath, pathToFileURL } from "../../src/node/url.ts";

/** The targets of what is imported of a package. @param inside what stands behind its name, without the slash */
export function exportedTargets(exports: unknown, inside: string): string[] {
  const subpath = inside === "" ? "." : `./${inside}`;
  if (isMap(exports) && Object.keys(exports).some((key) => key.startsWith("."))) return targetsIn(exports, subpath);
  return subpath === "." ? textsIn(exports) : [];
}

/** The targets of `#name`. */
export function importedTargets(imports: unknown, name: string): string[] {
  return isMap(imports) ? targetsIn(imports, name) : [];
}

/** The path of a target in a package; null where it leads to another package, or a built-in module. */
export function pathOfTarget(folder: string, target: string): string | null {
  if (!target.startsWith("./")) return null;
  try {
    return fileURLToPath(new URL(target, pathToFileURL(join(folder, sep)).href).href);
  } catch {
    return null;
  }
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The targets under all keys that match: one with a star matches what has a text in its place. */
function targetsIn(map: object, name: string): string[] {
  return Object.entries(map).flatMap(([key, value]) => {
    if (key === name) return textsIn(value);
    const star = key.indexOf("*");
    if (star < 0) return [];
    const [before, after] = [key.slice(0, star), key.slice(star + 1)];
    if (name.length < before.length + after.length || !name.startsWith(before) || !name.endsWith(after)) return [];
    const text = name.slice(before.length, name.length - after.length);
    return textsIn(value).map((target) => target.replaceAll("*", () => text));
  });
}

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
