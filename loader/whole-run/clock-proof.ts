/** Whether a run that has read the clock depends on the time: by what its code does with it, where it reads it. */
import { digest } from "../../audit/replay/answer-digest.ts";
import { DATE, datePart, dependsOnZone } from "../../audit/replay/date-parts.ts";
import { isOfPackage } from "../../src/config/project.ts";
import { pathToFileURL } from "../../src/node/url.ts";
import type { Reason } from "../../src/reason/reason.ts";
import { type ClockRead, ORIGIN } from "../../src/trace/clock-reads.ts";
import type { Dependency } from "../../src/trace/trace.ts";
import type { Doubts } from "../../src/trace/whole-run.ts";
import type { Parser } from "./asked-modules.ts";
import { textsOf } from "./code-texts.ts";

export type ClockProof =
  /** It depends on no more than these parts of the date; or, where `needsAnother`, another run has to show that. */
  | { readonly kind: "proven"; readonly asked: readonly Dependency[]; readonly needsAnother: boolean }
  | { readonly kind: "refuted"; readonly why: Reason }
  /** There is too much code to be looked at now. */
  | { readonly kind: "open" };

/** @param most characters of code that may be parsed */
export function proveClock(
  { reads, changes }: Pick<Doubts, "reads" | "changes">,
  parser: () => Parser,
  most: number,
): ClockProof {
  if (changes.dates && reads.length > 0) return refuted(reads);
  const byFile = new Map<string, ClockRead[]>();
  for (const read of reads) byFile.set(read.path, [...(byFile.get(read.path) ?? []), read]);
  const texts = textsOf(byFile.keys(), most);
  if (texts === "missing") return refuted(reads);
  if (texts === "large") return { kind: "open" };
  const asked = new Map<string, Dependency>();
  let needsAnother = false;
  for (const [path, ofFile] of byFile) {
    const text = texts.get(path) as string;
    const isPackage = isOfPackage(pathToFileURL(path).href);
    const origins = ofFile.filter(({ api }) => api === ORIGIN);
    if (!isOriginOnlyTested(text, origins, parser)) return refuted(origins);
    const others = ofFile.filter(({ api }) => api !== ORIGIN);
    const parts = partsIn(text, others, { isPackage, isAllTold: !changes.functions }, parser);
    if (parts === null) {
      // From two of them, code can tell how long something takes.
      if (needsAnother || !isPackage || !isAge(others)) return refuted(others);
      needsAnother = true;
      continue;
    }
    const times = ofFile.flatMap(({ first, last }) => [first, last]);
    for (const part of parts) {
      if (changes.zone && dependsOnZone(part)) return refuted(ofFile);
      const [answer, ...others] = times.map((time) => digest(datePart(part, time)));
      const known = asked.get(part)?.answer ?? answer;
      if (answer === undefined || ![known, ...others].every((one) => one === answer)) return refuted(ofFile);
      asked.set(part, { query: [DATE, part], answer, fingerprint: "" });
    }
  }
  return { kind: "proven", asked: [...asked.values()], needsAnother };
}

/** The parts of the date that count; null where more of the time may. */
function partsIn(
  text: string,
  reads: readonly ClockRead[],
  { isPackage, isAllTold }: { readonly isPackage: boolean; readonly isAllTold: boolean },
  parser: () => Parser,
): ReadonlySet<string> | null {
  try {
    return reads.length === 0
      ? new Set()
      : parser().clockUses(text, linesOf(reads), {
          mayCompare: isPackage,
          isAllTold,
          made: linesOf(reads.filter(({ api, isOnce }) => isOnce && api === "new Date")),
        });
  } catch {
    return null;
  }
}

/**
 * Whether a file has read but once how old the process is (TypeScript does while it loads), whatever it does with that: no times can be told from one
 * reading, and how long a package takes to load is left to the machine.
 */
function isAge([read, ...others]: readonly ClockRead[]): boolean {
  return read?.api === "performance.now" && read.isOnce && others.length === 0;
}

function isOriginOnlyTested(text: string, reads: readonly ClockRead[], parser: () => Parser): boolean {
  try {
    return reads.length === 0 || parser().isOnlyTested(text, linesOf(reads), "timeOrigin");
  } catch {
    return false;
  }
}

function linesOf(reads: readonly ClockRead[]): ReadonlySet<number> {
  return new Set(reads.map(({ line }) => line));
}

function refuted([read]: readonly ClockRead[]): ClockProof {
  return { kind: "refuted", why: { kind: "touches", event: "clock", api: read?.api ?? "Date" } };
}
