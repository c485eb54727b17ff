/** What a run has answered and refused, by function, for its log. */
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { LiveSite } from "../call/site.ts";
import { describe } from "../reason/describe.ts";
import { countKinds, type Reason } from "../reason/reason.ts";

// Captured before the program can replace it.
const { keys } = Object;

export interface Summary {
  readonly calls: number;
  readonly hits: number;
  readonly misses: number;
  /** Milliseconds. */
  readonly saved: number;
  /** Why functions that were called are not cached, by `file:line name`. Modules are named by their paths, as in profiles. */
  readonly refused: Readonly<Record<string, Reason>>;
  /** Hits and misses by function, by `file:line name`. */
  readonly functions: Readonly<Record<string, CallCounts>>;
}

interface CallCounts {
  readonly hits: number;
  readonly misses: number;
  readonly calls: number;
  /** Hits whose result was not decoded, if there were any. */
  readonly unread?: number;
}

/** @param root the folder that names of files start from */
export function summarise(sites: readonly LiveSite[], root: string): Summary {
  const total = { calls: 0, hits: 0, misses: 0, saved: 0 };
  const refused: Record<string, Reason> = {};
  const functions: Record<string, CallCounts> = {};
  for (const { site, module, stats, state, lastReason } of sites) {
    total.calls += stats.calls;
    total.hits += stats.hits;
    total.misses += stats.misses;
    total.saved += stats.saved;
    const { hits, misses, calls, unread } = stats;
    const key = profileKey(modulePath(module.instance.url, root), site.name, site.place.line);
    // A module that is loaded twice has each of its functions twice.
    const sum = functions[key] ?? { hits: 0, misses: 0, calls: 0 };
    const notRead = (sum.unread ?? 0) + unread;
    functions[key] = {
      hits: sum.hits + hits,
      misses: sum.misses + misses,
      calls: sum.calls + calls,
      ...(notRead > 0 && { unread: notRead }),
    };
    const reason = state.kind === "refused" ? state.reasons.reason : hits === 0 ? lastReason : null;
    if (reason) refused[key] = withPath(reason, root);
  }
  return { ...total, refused, functions };
}

/**
 * The summary for a program: the reasons in words, and how many there are of each kind. At the end of a program the methods of
 * arrays may be the program's own: none is called here.
 */
export function summaryRecord({ refused, ...counts }: Summary): object {
  const told: Record<string, string> = {};
  const reasons: Reason[] = [];
  const names = keys(refused);
  for (let i = 0; i < names.length; i++) {
    const reason = refused[names[i] as string] as Reason;
    told[names[i] as string] = describe(reason);
    reasons[i] = reason;
  }
  return { ...counts, refused: told, kinds: countKinds(reasons) };
}

/** A module's path from the project's root; its full path, or its URL, where it is not inside of the project. */
export function modulePath(url: string, root: string): string {
  if (url.startsWith("node:")) return url;
  const path = url.startsWith("file:") ? fileURLToPath(url) : url;
  const inside = relative(root, path);
  return inside.startsWith("..") ? path : inside.split(sep).join("/");
}

export function profileKey(file: string, name: string, line: number): string {
  return `${file}:${line} ${name}`;
}

/** A reason whose files are named as a reader knows them. */
export function withPath(reason: Reason, root: string): Reason {
  const { module } = reason;
  const told = module === undefined ? reason : { ...reason, module: modulePath(module, root) };
  return "file" in told ? { ...told, file: modulePath(told.file, root) } : told;
}
