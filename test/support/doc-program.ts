/**
 * The code blocks of a document that can be run, by the marks in front of them: `<!-- file NAME -->`, `<!-- run -->`, `<!-- prints -->`;
 * and packages that a reader has installed for them: `<!-- package NAME -->`.
 */

export type DocStep =
  /** A file that a reader writes. */
  | { readonly kind: "file"; readonly name: string; readonly text: string }
  /** Lines that a reader types. */
  | { readonly kind: "run"; readonly lines: readonly string[] }
  /** What the last line prints, as far as it is shown: each line's words. */
  | { readonly kind: "prints"; readonly lines: readonly string[] };

const BLOCK = /<!-- (file|run|prints)(?: (\S+))? -->\s+```\w*\n(.*?)^```$/gms;

/** @throws Error for a mark without a block */
export function docSteps(markdown: string): DocStep[] {
  const marks = markdown.match(/<!-- (file|run|prints)\b/g)?.length ?? 0;
  const steps = [...markdown.matchAll(BLOCK)].map(([, kind, name = "", text = ""]): DocStep => {
    if (kind === "file") return { kind, name, text };
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    return kind === "run" ? { kind, lines } : { kind: "prints", lines };
  });
  if (steps.length !== marks) throw new Error(`${marks} marks, but ${steps.length} blocks`);
  return steps;
}

/** The first of some lines whose words no line of a text has, each of which counts once; or null. Lists are ordered by times. */
export function missingLine(shown: readonly string[], printed: string): string | null {
  const lines = printed.split("\n");
  for (const line of shown) {
    const words = line.trim().split(/\s+/);
    const at = lines.findIndex((one) => hasInOrder(one, words));
    if (at < 0) return line;
    lines.splice(at, 1);
  }
  return null;
}

function hasInOrder(text: string, words: readonly string[]): boolean {
  const found = text.trim().split(/\s+/);
  let at = 0;
  for (const word of words) {
    at = found.findIndex((one, index) => index >= at && one.replace(/[,:;]$/, "") === word.replace(/[,:;]$/, "")) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** The packages that a reader of a document has installed. */
export function docPackages(markdown: string): string[] {
  return [...markdown.matchAll(/<!-- package (\S+) -->/g)].map(([, name = ""]) => name);
}
