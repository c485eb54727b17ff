/** Whether a run that has read the clock depends on the time: by what its code does with it, where it reads it. */
import { digest } from "../../audit/replay/answer-digest.ts";
import { DATE, datePart } from "../../audit/replay/date-parts.ts";
import { isOfPackage } from "../../src/config/project.ts";
import { pathToFileURL } from "../../src/node/url.ts";
import type { Reason } from "../../src/reason/reason.ts";
import { type ClockRead, ORIGIN } from "../../src/trace/clock-reads.ts";
import type { Dependency } from "../../src/trace/trace.ts";
import type { Parser } from "./asked-modules.ts";
import { textsOf } from "./code-texts.ts";

export type ClockProof =
  /** It depends on no more than these parts of the date. */
  | { readonly kind: "proven"; readonly asked: readonly Dependency[] }
  | { readonly kind: "refuted"; readonly why: Reason }
  /** There is too much code to be looked at now. */
  | { readonly kind: "open" };

/** @param most characters of code that may be parsed */
export function proveClock(reads: readonly ClockRead[], parser: () => Parser, most: number): ClockProof {
  const byFile = new Map<string, ClockRead[]>();
  for (const read of reads) byFile.set(read.path, [...(byFile.get(read.path) ?? []), read]);
  const texts = textsOf(byFile.keys(), most);
  if (texts === "missing") return refuted(reads);
  if (texts === "large") return { kind: "open" };
  const asked = new Map<string, Dependency>();
  for (const [path, ofFile] of byFile) {
    const parts = partsIn(texts.get(path) as string, path, ofFile, parser);
    if (parts === null) return refuted(ofFile);
    const times = ofFile.flatMap(({ first, last }) => [first, last]);
    for (const part of parts) {
      const [answer, ...others] = times.map((time) => digest(datePart(part, time)));
      const known = asked.get(part)?.answer ?? answer;
      if (answer === undefined || ![known, ...others].every((one) => one === answer)) return refuted(ofFile);
      asked.set(part, { query: [DATE, part], answer, fingerprint: "" });
    }
  }
  return { kind: "proven", asked: [...asked.values()] };
}

function partsIn(
  text: string,
  path: string,
  reads: readonly ClockRead[],
  parser: () => Parser,
): ReadonlySet<string> | null {
  const linesOf = (isOrigin: boolean) =>
    new Set(reads.filter(({ api }) => (api === ORIGIN) === isOrigin).map(({ line }) => line));
  const [lines, origins] = [linesOf(false), linesOf(true)];
  try {
    if (origins.size > 0 && !parser().isOnlyTested(text, origins, "timeOrigin")) return null;
    return lines.size === 0 ? new Set() : parser().clockUses(text, lines, isOfPackage(pathToFileURL(path).href));
  } catch {
    return null;
  }
}

function refuted([read]: readonly ClockRead[]): ClockProof {
  return { kind: "refuted", why: { kind: "touches", event: "clock", api: read?.api ?? "Date" } };
}
