/** Whether a run that has drawn random numbers depends on them: by what its code does with them, where it draws them. */
import { isOfPackage } from "../../src/config/project.ts";
import { pathToFileURL } from "../../src/node/url.ts";
import type { Reason } from "../../src/reason/reason.ts";
import type { Doubts } from "../../src/trace/whole-run.ts";
import type { Parser } from "./asked-modules.ts";
import { textsOf } from "./code-texts.ts";

export type RandomProof =
  /** It does not; or, where marks were made, another run with other numbers has to show that. */
  | { readonly kind: "proven"; readonly needsAnother: boolean }
  | { readonly kind: "refuted"; readonly why: Reason }
  /** There is too much code to be looked at now. */
  | { readonly kind: "open" };

/** Why a run is not kept that depends on random numbers. */
export const DRAWN: Reason = { kind: "touches", event: "random", api: "Math.random" };
const REFUTED: RandomProof = { kind: "refuted", why: DRAWN };

/** @param most characters of code that may be parsed */
export function proveRandom(
  { draws, changes }: Pick<Doubts, "draws" | "changes">,
  parser: () => Parser,
  most: number,
): RandomProof {
  // What a program does itself may be about chance, even where it makes a text of it.
  if (!draws.every(({ path }) => isOfPackage(pathToFileURL(path).href))) return REFUTED;
  const lines = new Map<string, Set<number>>();
  for (const { path, line } of draws) lines.set(path, (lines.get(path) ?? new Set()).add(line));
  const texts = textsOf(lines.keys(), most);
  if (texts === "missing") return REFUTED;
  if (texts === "large") return { kind: "open" };
  let needsAnother = false;
  for (const [path, ofFile] of lines) {
    const use = useIn(texts.get(path) as string, ofFile, !changes.functions, parser);
    if (use === null) return REFUTED;
    needsAnother ||= use === "mark";
  }
  return { kind: "proven", needsAnother };
}

function useIn(
  text: string,
  lines: ReadonlySet<number>,
  isAllTold: boolean,
  parser: () => Parser,
): "nothing" | "mark" | null {
  try {
    return parser().randomUses(text, lines, isAllTold);
  } catch {
    return null;
  }
}
