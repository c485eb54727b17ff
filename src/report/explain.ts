/** `dumbo explain`: what dumbo does with each function, and why. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { styleText } from "node:util";
import type { Manifest } from "../code/manifest.ts";
import { type FunctionProfile, readModules, readProfiles } from "../policy/profile.ts";
import { describeAt } from "../reason/describe.ts";
import type { Reason } from "../reason/reason.ts";
import { type Category, categoryOf, type Remedy, remedyOf } from "../reason/remedy.ts";
import { modulePath, time } from "./summary.ts";

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
}

/**
 * Everything known of a project's functions, from the files beside the store.
 * @param pattern part of `file:line name`; empty for all
 */
export function explain(directory: string, root: string, pattern: string): Explanation[] {
  const list: Explanation[] = Object.values(readProfiles(directory)).map((profile) => ({
    name: profile.name,
    file: profile.file,
    line: profile.place.line,
    verdict: profile.verdict,
    reason: profile.reason,
    ...inWords(profile.reason, profile.file),
    others: profile.others ?? [],
    profile,
  }));
  for (const [url, id] of Object.entries(readModules(directory))) {
    const file = modulePath(url, root);
    for (const { name, place, reason, others = [], trivial } of readManifest(directory, id)?.refusals ?? []) {
      const verdict = trivial ? "trivial" : "unguarded";
      const told = { reason, ...inWords(reason, file), others };
      list.push({ name, file, line: place.line, verdict, ...told, profile: null });
    }
  }
  return list
    .filter((item) => `${item.file}:${item.line} ${item.name}`.includes(pattern))
    .sort(
      (a, b) => (b.profile?.saved ?? 0) - (a.profile?.saved ?? 0) || a.file.localeCompare(b.file) || a.line - b.line,
    );
}

function inWords(reason: Reason | null, file: string): Pick<Explanation, "why" | "category" | "remedies"> {
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

const WORDS: Record<Explanation["verdict"], string> = {
  cached: "cached",
  cheap: "not worth it",
  refused: "not cached",
  undecided: "undecided",
  unguarded: "not cached",
  trivial: "too small",
};
const COLOURS = {
  cached: "green",
  refused: "yellow",
  unguarded: "yellow",
  cheap: "gray",
  undecided: "gray",
  trivial: "gray",
} as const;

/**
 * The list as text.
 * @param vouchedBy the entry of the assumePure list that covers a function
 */
export function formatExplanations(
  list: readonly Explanation[],
  colour: boolean,
  vouchedBy: (file: string, name: string) => { readonly entry: string; readonly reason: string | null } | null = () =>
    null,
): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) => (colour ? styleText(style, text) : text);
  return list
    .map(({ name, file, line, verdict, why, profile }) => {
      const lines = [`${paint(COLOURS[verdict], WORDS[verdict].padEnd(12))} ${paint("bold", name)}  ${file}:${line}`];
      if (why && verdict !== "cached") lines.push(`             ${why}`);
      const vouched = vouchedBy(file, name);
      if (vouched)
        lines.push(`             assumePure: ${vouched.entry}${vouched.reason ? `, ${vouched.reason}` : ""}`);
      if (profile) lines.push(`             ${figures(profile)}`);
      if (profile?.writes) lines.push(`             writes again: ${writtenBy(profile.written ?? [], profile.writes)}`);
      if (profile?.overrode)
        lines.push(
          `             assumePure overrode ${profile.overrode} ${profile.overrode === 1 ? "event" : "events"}`,
        );
      if (profile?.changed) lines.push(`             missed last because of a change: ${profile.changed}`);
      return lines.join("\n");
    })
    .join("\n");
}

function writtenBy(names: readonly string[], count: number): string {
  const more = count - names.length;
  return names.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function figures({ calls, hits, misses, saved, run, key, bytes, dependencies = 0 }: FunctionProfile): string {
  const parts = [`${calls} calls`, `${hits} hits`, `${misses} misses`];
  if (saved > 0) parts.push(`saved ${time(saved)}`);
  if (run > 0) parts.push(`a call ${time(run)}`);
  if (key > 0) parts.push(`its key ${time(key)}`);
  if (bytes > 0) parts.push(`largest value ${bytes < 1024 ? `${bytes} B` : `${(bytes / 1024).toFixed(1)} KB`}`);
  if (dependencies > 0) parts.push(`depends on ${dependencies} ${dependencies === 1 ? "thing" : "things"} outside`);
  return parts.join(", ");
}
