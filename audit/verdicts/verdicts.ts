/**
 * The table of verdicts: what happens to a call that uses an export of a built-in module, or a global. It is for docs/verdicts.md and for
 * tests; no program loads it.
 *
 * A verdict comes from the code that really decides. The scan is asked directly. What the taps publish was collected on every supported
 * Node (test/audit/verdicts/collect.cjs) and is kept in verdicts.json. Tests collect it again, so that the table stays true.
 */
import { HELD_CLASSES, impureBuiltin, impureGlobal } from "../scan/allow-list.ts";
import {
  classPath,
  isConfined,
  isRecordedGlobal,
  isReplayedWrite,
  keyedPath,
  recordedPath,
  streamPath,
} from "../scan/recorded.ts";

/**
 * - `pure`: it computes from its arguments alone, and the scan lets it pass.
 * - `recorded read`: its answer is stored with the result, and asked for again before the result is used.
 * - `replayed output`: its output is stored with the result, and printed again.
 * - `replayed write`: with "replayWrites", the files that it writes are stored with the result, and written again; otherwise it forbids.
 * - `forbids`: a tap sees it, and the call around it is not cached.
 * - `held`: no tap sees it. Code that has it as a value may be cached, and is refused if it uses it by its name.
 * - `unknown`: it is not known to be pure, and no tap sees it. Code that can reach it is refused.
 */
export type BuiltInVerdict =
  | "pure"
  | "recorded read"
  | "replayed output"
  | "replayed write"
  | "forbids"
  | "held"
  | "unknown";

/** The order of the table's rows. */
export const VERDICTS: readonly BuiltInVerdict[] = [
  "pure",
  "recorded read",
  "replayed output",
  "replayed write",
  "forbids",
  "held",
  "unknown",
];

/** Names of which taps publish the same, in the same major versions of Node. Lists are separated by blanks. */
interface Group {
  readonly on: string;
  /** The kind of the event that a use publishes, or "" for none. */
  readonly kind: string;
  readonly names: string;
}

/** Groups by module (as it is imported, without `node:` if both spellings work), or `globals`. */
export type Listing = Readonly<Record<string, readonly Group[]>>;

/** What taps publish on one version of Node: kinds by name, by module. */
export type Seen = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The name of the section of globals. */
export const GLOBALS = "globals";

/**
 * The verdict on one name.
 * @param name `readFileSync`, `Math.max`, `Dir#read`
 * @param kind of the event that a tap publishes for it, or ""
 */
export function verdictOf(module: string, name: string, kind: string): BuiltInVerdict {
  if (kind !== "" && isReplayedWrite(module, name)) return "replayed write";
  if (kind !== "" && !isRecorded(module, name) && !isConfined(module, [name])) return "forbids";
  if (kind !== "") return kind === "output" ? "replayed output" : "recorded read";
  if (passesScan(module, name)) return "pure";
  const isHeld =
    module === GLOBALS ? HELD_CLASSES.includes(name.split(/[.#]/)[0] as string) : isStreamClass(module, name);
  return isHeld ? "held" : "unknown";
}

function isStreamClass(module: string, name: string): boolean {
  return streamPath(module, name.split(/[.#]/)) === 1;
}

/** Whether the scan lets a name pass because a tap records what it reads or prints. */
function isRecorded(module: string, name: string): boolean {
  const path = name.split(/[.#]/);
  // Of a stream, only writing to it is recorded.
  if (module === GLOBALS) {
    const [root = "", ...members] = path;
    const isKeyed = root === "process" && keyedPath(members) > 0;
    return isKeyed || isRecordedGlobal(root, members) || isRecordedGlobal(root, [...members, "write"]);
  }
  return recordedPath(module, path) !== null || (module === "process" && keyedPath(path) > 0);
}

/** Whether the scan lets code pass that uses a name. */
export function passesScan(module: string, name: string): boolean {
  if (isRecorded(module, name)) return true;
  const [first = "", ...members] = name.split(/[.#]/);
  if (module === GLOBALS) return impureGlobal(first, members) === null;
  const isGlobal = (module === "buffer" && first === "Buffer") || (module === "url" && first === "URL");
  if (isGlobal) return impureGlobal(first, members) === null;
  if (classPath(module, [first, ...members]) !== null) return true;
  return impureBuiltin(module, first) === null;
}

/** One name of a module with its kind, and the major versions that have it so. */
interface Entry {
  readonly name: string;
  readonly kind: string;
  readonly on: number[];
}

/** Joins what was collected on each major version. */
export function merge(seen: ReadonlyMap<number, Seen>): Listing {
  const places = new Set([...seen.values()].flatMap((one) => Object.keys(one)));
  return Object.fromEntries([...places].sort(byPlace).map((place) => [place, groupsOf(entriesOf(place, seen))]));
}

function entriesOf(place: string, seen: ReadonlyMap<number, Seen>): Entry[] {
  const entries = new Map<string, Entry>();
  for (const [major, { [place]: names = {} }] of seen) {
    for (const [name, kind] of Object.entries(names)) {
      const key = `${name} ${kind}`;
      const entry = entries.get(key) ?? { name, kind, on: [] };
      entry.on.push(major);
      entries.set(key, entry);
    }
  }
  return [...entries.values()].sort((a, b) => compare(a.name, b.name));
}

function groupsOf(entries: readonly Entry[]): Group[] {
  const groups = new Map<string, { on: string; kind: string; names: string }>();
  for (const { name, kind, on } of entries) {
    const known = groups.get(`${kind} ${on}`);
    if (known) known.names += ` ${name}`;
    else groups.set(`${kind} ${on}`, { on: on.join(" "), kind, names: name });
  }
  return [...groups.values()].sort((a, b) => compare(a.kind, b.kind) || compare(a.on, b.on));
}

/** All entries of a place, by name. */
function listOf(groups: readonly Group[]): Entry[] {
  const entries = groups.flatMap(({ on, kind, names }) =>
    names.split(" ").map((name) => ({ name, kind, on: on.split(" ").map(Number) })),
  );
  return entries.sort((a, b) => compare(a.name, b.name));
}

/** What the table says about one major version. */
export function known(watched: Listing, major: number): Seen {
  const places = Object.entries(watched).map(([place, groups]) => {
    const names = listOf(groups).filter(({ on }) => on.includes(major));
    return [place, Object.fromEntries(names.map(({ name, kind }) => [name, kind]))] as const;
  });
  return Object.fromEntries(places.filter(([, names]) => Object.keys(names).length > 0));
}

/** Globals first. */
function byPlace(a: string, b: string): number {
  return Number(b === GLOBALS) - Number(a === GLOBALS) || compare(a.replace(/^node:/, ""), b.replace(/^node:/, ""));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What one version of Node has that the table lacks, or has with another kind: `fs.newName (file)`. */
export function unlisted(watched: Listing, major: number, seen: Seen): string[] {
  const table = known(watched, major);
  return Object.entries(seen).flatMap(([place, names]) =>
    Object.entries(names)
      .filter(([name, kind]) => table[place]?.[name] !== kind)
      .map(([name, kind]) => `${place}: ${name} (${kind || "not tapped"})`),
  );
}

/** The table as Markdown: docs/verdicts.md without its head. */
export function render(watched: Listing): string {
  return Object.entries(watched)
    .map(([place, groups]) => {
      const rows = VERDICTS.flatMap((verdict) => rowsOf(place, groups, verdict));
      const title = place === GLOBALS ? "Globals" : `node:${place.replace("node:", "")}`;
      return `## ${title}\n\n| verdict | kind | names |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
    })
    .join("\n");
}

function rowsOf(place: string, groups: readonly Group[], verdict: BuiltInVerdict): string[] {
  const byKind = new Map<string, string[]>();
  for (const { name, kind, on } of listOf(groups)) {
    if (verdictOf(place, name, kind) !== verdict) continue;
    byKind.set(kind, [...(byKind.get(kind) ?? []), `\`${name}\`${versions(on)}`]);
  }
  return [...byKind].map(([kind, names]) => `| ${verdict} | ${kind || "-"} | ${names.join(", ")} |`);
}

/** The supported major versions of Node. */
export const MAJORS: readonly number[] = [20, 22, 24, 26];

/** The versions that have a name, if not all have it: ` (from 24)`. */
function versions(on: readonly number[]): string {
  const [first, last] = [on[0] as number, on.at(-1) as number];
  if (on.length === MAJORS.length) return "";
  const isRun = MAJORS.indexOf(last) - MAJORS.indexOf(first) === on.length - 1;
  if (!isRun || on.length === 1) return ` (${on.join(", ")})`;
  if (last === MAJORS.at(-1)) return ` (from ${first})`;
  return first === MAJORS[0] ? ` (to ${last})` : ` (${on.join(", ")})`;
}
