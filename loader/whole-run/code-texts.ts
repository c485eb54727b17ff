/** Texts of code that has run, to be looked at when the run is over. */
import { files } from "../../audit/builtins/originals.ts";

/**
 * The texts of files.
 * @param most characters of all together
 * @returns `missing` where one cannot be read, `large` where there is more
 */
export function textsOf(paths: Iterable<string>, most: number): ReadonlyMap<string, string> | "missing" | "large" {
  const texts = new Map<string, string>();
  let size = 0;
  for (const path of paths) {
    const text = textOf(path);
    if (text === null) return "missing";
    size += text.length;
    if (size > most) return "large";
    texts.set(path, text);
  }
  return texts;
}

function textOf(path: string): string | null {
  try {
    return files.readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
