/** `dumbo explain`: what dumbo does with each function, and why. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Manifest } from "../code/manifest.ts";
import { type FunctionProfile, readModules, readProfiles } from "../policy/profile.ts";
import type { FunctionTime } from "../policy/times.ts";
import { categoryOf, remedyOf } from "../reason/advise.ts";
import { describeAt } from "../reason/describe.ts";
import type { Reason } from "../reason/reason.ts";
import type { Category, Remedy } from "../reason/remedy.ts";
import { modulePath, profileKey } from "./summary.ts";
import { bytes as bytesText, plural, time } from "./words.ts";

/** One function in the list. */
export interface Explanation {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** Runs found the first four; the scan alone refused `unguarded` functions, and found `trivial` ones too small for a guard. */
  readonly verdict: FunctionProfile["verdict"] | "unguarded" | "trivial";
  /** Its place is in `file`, where it names no module. */
  readonly reason: Reason | null;
  /** The reason in words, with its place. */
  readonly why: string | null;
  /** What kind of trouble the reason is, and what would help. */
  readonly category: Category | null;
  readonly remedies: readonly Remedy[];
  /** What else was found against it. */
  readonly others: readonly Reason[];
  readonly profile: FunctionProfile | null;
  /** Milliseconds that its calls took in the last run that was profiled, else those of its calls that were recorded in vain. */
  readonly lost: number;
}

type Told = Pick<Explanation, "why" | "category" | "remedies">;

/**
 * Everything known of a project's functions, from the files beside the store: what saved or cost most comes first.
 * @param pattern part of `file:line name`; empty for all
 * @param times of a run that was profiled
 */
export function explain(
  directory: string,
  root: string,
  pattern: string,
  times: Readonly<Record<string, FunctionTime>> = {},
): Explanation[] {
  const lostBy = (key: string) => times[key]?.own;
  const manifests = new Map<string, Manifest>();
  for (const [url, id] of Object.entries(readModules(directory))) {
    const manifest = readManifest(directory, id);
    if (manifest) manifests.set(modulePath(url, root), manifest);
  }
  const list: Explanation[] = Object.values(readProfiles(directory))
    .filter((profile) => isCurrent(profile, manifests.get(profile.file)))
    .map((profile) => ({
      name: profile.name,
      file: profile.file,
      line: profile.place.line,
      verdict: profile.verdict,
      reason: profile.reason,
      ...(expensiveKey(profile) ?? inWords(profile.reason, profile.file)),
      others: profile.others ?? [],
      profile,
      lost: lostBy(profileKey(profile.file, profile.name, profile.place.line)) ?? profile.lost ?? 0,
    }));
  for (const [file, { refusals }] of manifests) {
    for (const { name, place, reason, others = [], trivial } of refusals) {
      const verdict = trivial ? "trivial" : "unguarded";
      const lost = lostBy(profileKey(file, name, place.line)) ?? 0;
      const told = { reason, ...inWords(reason, file), others };
      list.push({ name, file, line: place.line, verdict, ...told, profile: null, lost });
    }
  }
  return list
    .filter((item) => `${item.file}:${item.line} ${item.name}`.includes(pattern))
    .sort((a, b) => weightOf(b) - weightOf(a) || a.file.localeCompare(b.file) || a.line - b.line);
}

/** Whether the module still has the function, at its place and with a guard: it was edited since, or is none of the program's. */
function isCurrent({ name, place }: FunctionProfile, manifest: Manifest | undefined): boolean {
  return manifest?.sites.some((site) => site.name === name && site.place.line === place.line) ?? true;
}

/** Milliseconds that are saved, or could be. */
function weightOf({ verdict, lost, profile }: Explanation): number {
  if (verdict === "cached") return profile?.saved ?? 0;
  return verdict === "undecided" && profile !== null ? Math.max(lost, profile.calls * profile.run) : lost;
}

/** Keys that take less, in milliseconds or of a call, do not decide whether it is worth one. */
const EXPENSIVE_KEY = { ms: 1, share: 0.2 };

/** Where calls take long enough, and their keys take too much of that: functions over much state. */
function expensiveKey({ verdict, reason, run, key, keyOver = 0 }: FunctionProfile): Told | null {
  const ms = Math.max(key, keyOver);
  const isDecided = reason !== null || (verdict !== "cheap" && verdict !== "undecided");
  if (isDecided || ms < EXPENSIVE_KEY.ms || ms < EXPENSIVE_KEY.share * run) return null;
  const why = `its key takes ${key > 0 ? "" : "more than "}${time(ms)}, and a call ${time(run)}`;
  return {
    why,
    category: "limit",
    remedies: [{ kind: "pass-in", what: "only what it needs" }, { kind: "list-state" }],
  };
}

function inWords(reason: Reason | null, file: string): Told {
  if (reason === null) return { why: null, category: null, remedies: [] };
  return { why: describeAt(reason, file), category: categoryOf(reason), remedies: remedyOf(reason) };
}

function readManifest(directory: string, id: string): Manifest | null {
  try {
    return JSON.parse(
      readFileSync(join(directory, "transforms", id.slice(0, 2), `${id}.json`), "utf8").slice(32),
    ) as Manifest;
  } catch {
    return null;
  }
}

/** Verdicts for a reader. */
export const WORDS: Record<Explanation["verdict"], string> = {
  cached: "cached",
  cheap: "not worth it",
  refused: "not cached",
  undecided: "undecided",
  unguarded: "not cached",
  trivial: "too small",
};

function writtenBy(names: readonly string[], count: number): string {
  const more = count - names.length;
  return names.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** What runs have counted of a function, as lines. */
export function figures(profile: FunctionProfile): string[] {
  const {
    calls,
    hits,
    misses,
    saved,
    run,
    key,
    bytes,
    dependencies = 0,
    writes = 0,
    written = [],
    overrode = 0,
    changes = false,
    changed,
  } = profile;
  const parts = [plural(calls, "call"), plural(hits, "hit"), plural(misses, "miss", "misses")];
  if (saved > 0) parts.push(`saved ${time(saved)}`);
  if (run > 0) parts.push(`a call ${time(run)}`);
  if (key > 0) parts.push(`its key ${time(key)}`);
  if (bytes > 0) parts.push(`largest value ${bytesText(bytes)}`);
  if (dependencies > 0) parts.push(`depends on ${plural(dependencies, "thing")} outside`);
  const lines = [parts.join(", ")];
  if (writes > 0) lines.push(`writes again: ${writtenBy(written, writes)}`);
  if (changes && bytes > 0) lines.push("what a call changes is kept with its result");
  if (overrode > 0) lines.push(`assumePure overrode ${plural(overrode, "event")}`);
  if (changed !== undefined) lines.push(`missed last because of a change: ${changed}`);
  return lines;
}
