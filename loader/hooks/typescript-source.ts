/** Whether a text that is about to be loaded is TypeScript. */
import { readFileSync } from "node:fs";
import { isTypeScript } from "../parse/typescript.ts";

/**
 * Whether a source is the text of a TypeScript file as it is written. Hooks of others hand over JavaScript for such a file, in which
 * `f(a<b, c>(d))` means something else, so that no types may be taken out of it.
 * Cost: reads the file, if its name is that of a TypeScript file.
 */
export function isStillTypeScript(path: string, source: string | Uint8Array): boolean {
  if (!isTypeScript(path)) return false;
  try {
    const bytes = readFileSync(path);
    return typeof source === "string" ? withoutMark(bytes.toString()) === withoutMark(source) : bytes.equals(source);
  } catch {
    return false;
  }
}

/** Node takes the mark at the beginning of a file away from some texts. */
function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, "");
}
