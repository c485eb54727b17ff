/** Whether files say all that they import, where that was not looked at while the program ran: they are large, and no hook tells. */
import type { Reason } from "../../src/reason/reason.ts";
import type { Parser } from "./asked-modules.ts";
import { textsOf } from "./code-texts.ts";

export type ImportsProof = "proven" | "refuted" | "open";

/** Why a run is not kept that may have imported what nobody was told of. */
export const IMPORTED: Reason = { kind: "uses-api", api: "import()" };

/** @param most characters of code that may be parsed; where there are more, the proof stays open */
export function proveImports(paths: readonly string[], parser: () => Parser, most: number): ImportsProof {
  const texts = textsOf(paths, most);
  if (texts === "missing") return "refuted";
  if (texts === "large") return "open";
  return [...texts.values()].every((text) => importsNothing(text, parser)) ? "proven" : "refuted";
}

function importsNothing(text: string, parser: () => Parser): boolean {
  try {
    const imports = parser().importsOf(text);
    return imports !== null && imports.names.length + imports.computed.length === 0;
  } catch {
    return false;
  }
}
