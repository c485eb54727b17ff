/** Finds the files that CommonJS modules require, by their texts. Files that are required by a computed name are not found. */
import { readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { extname } from "node:path";

const REQUIRE = /\brequire\s*\(\s*(["'])([^"'\n]+)\1\s*\)/g;
const KINDS = new Set([".js", ".cjs", ".ts", ".cts", ""]);

/** @param from the absolute paths of CommonJS files. Files that cannot be read are left out */
export function requiredFiles(from: readonly string[]): string[] {
  const found = new Set<string>();
  const open = [...from];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file) || !KINDS.has(extname(file))) continue;
    found.add(file);
    for (const specifier of specifiersIn(file)) {
      const path = resolved(file, specifier);
      if (path !== null) open.push(path);
    }
  }
  return [...found];
}

function specifiersIn(file: string): string[] {
  try {
    return [...readFileSync(file, "utf8").matchAll(REQUIRE)].map((match) => match[2] as string);
  } catch {
    return [];
  }
}

/** The path of a required file; null for a built-in module, and for a missing one: many packages only try whether they have something. */
function resolved(file: string, specifier: string): string | null {
  try {
    const path = createRequire(file).resolve(specifier);
    return path.startsWith("node:") || path === specifier ? null : realpathSync(path);
  } catch {
    return null;
  }
}
