/** Scans the functions of a file or folder without running anything, and formats the result, for `dumbo scan`. */
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { AssumePure } from "../audit/assume-pure.ts";
import type { Transforming } from "../loader/hooks/load.ts";
import type { Manifest } from "../src/code/manifest.ts";
import type { Config } from "../src/config/config.ts";
import { describe, describeAt } from "../src/reason/describe.ts";
import { analyseSource } from "./analyse-source.ts";
import type { Paint } from "./terminal.ts";

/**
 * - `guarded`: nothing in the function itself forbids caching. What it reaches is only known when it runs.
 * - `refused`: something in it forbids caching, or it cannot have a guard.
 * - `trivial`: it is too small to be worth a look-up.
 * - `unread`: dumbo does not rewrite the module.
 */
export type ScanVerdict = "guarded" | "refused" | "trivial" | "unread";

export interface Scanned {
  /** Path from the project's folder, with slashes. */
  readonly file: string;
  /** 1-based; 0 for a module as a whole. */
  readonly line: number;
  readonly name: string;
  readonly verdict: ScanVerdict;
  /** In words, with `file:line` if the reason is in the source. */
  readonly reason: string | null;
}

export interface ScanResult {
  readonly functions: readonly Scanned[];
  /**
   * Entries of the assumePure list for functions of the tree that do not need one, or that do not exist. If a whole project is scanned, also
   * packages and built-in modules that no module of it mentions (but another package may use them).
   */
  readonly unneeded: readonly string[];
}

/**
 * Scans a file, or all JavaScript and TypeScript in a folder, except in node_modules and in files and folders that start with a dot.
 * Cost: parsing, 1 to 2 MB/s.
 * @throws what the file system throws
 */
export function scanTree(
  path: string,
  root: string,
  config: Config,
  list: AssumePure,
  transforming: Transforming,
): ScanResult {
  const { include, exclude } = config;
  const isIncluded = include.length + exclude.length > 0 ? transforming.globs(include, exclude) : () => true;
  const functions: Scanned[] = [];
  const unneeded: string[] = [];
  const named = new Set<string>();
  const place = realpathSync(path);
  for (const file of filesOf(place)) {
    const shown = relative(root, file).split(sep).join("/");
    if (!isIncluded(shown)) continue;
    const source = readFileSync(file, "utf8");
    for (const name of namesIn(source, list)) named.add(name);
    const read = (assumed: readonly string[]) => analyseSource(file, source, { config, list, assumed, transforming });
    const assumed = list.functions[file] ?? [];
    const made = read(assumed);
    if ("untouched" in made) {
      if (made.untouched !== null) {
        functions.push({ file: shown, line: 0, name: "(module)", verdict: "unread", reason: describe(made.untouched) });
      }
      continue;
    }
    functions.push(...ofManifest(shown, made.manifest));
    if (assumed.length === 0) continue;
    const bare = read([]);
    if ("manifest" in bare)
      unneeded.push(...assumed.filter((name) => !isNeeded(name, bare.manifest)).map(entryOf(shown)));
  }
  // If only a part of the project is scanned, the rest may mention the other entries.
  if (place === realpathSync(root)) unneeded.push(...importsOf(list).filter((name) => !named.has(name)));
  functions.sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line);
  return { functions, unneeded };
}

/** The packages of the list, and its built-in modules with `node:`. */
function importsOf({ packages, builtins }: AssumePure): string[] {
  const modules = builtins.map((entry) => `node:${entry.split("#")[0]}`);
  return [...packages.map(({ name }) => name), ...new Set(modules)];
}

/** The packages and built-in modules of the list that a source mentions in a string, with or without a path behind them. */
function namesIn(source: string, list: AssumePure): string[] {
  return importsOf(list).filter((name) => {
    const bare = name.replace(/^node:/, "");
    return [name, bare].some((one) => ['"', "'", "`"].some((quote) => source.includes(quote + one)));
  });
}

function* filesOf(path: string): Generator<string> {
  if (!statSync(path).isDirectory()) {
    yield path;
    return;
  }
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    const inside = join(path, entry.name);
    if (entry.isDirectory()) yield* filesOf(inside);
    else if (/\.[cm]?[jt]s$/.test(entry.name) && !/\.d\.[cm]?ts$/.test(entry.name)) yield inside;
  }
}

function ofManifest(file: string, { units, sites, refusals }: Manifest): Scanned[] {
  return [
    ...sites.map(({ name, place, unit }): Scanned => {
      const impure = units[unit]?.impure ?? null;
      const verdict = impure === null ? "guarded" : "refused";
      return { file, line: place.line, name, verdict, reason: impure && describeAt(impure.reason, file) };
    }),
    ...refusals.map(
      ({ name, place, reason, trivial }): Scanned => ({
        file,
        line: place.line,
        name,
        verdict: trivial ? "trivial" : "refused",
        reason: describeAt(reason, file),
      }),
    ),
  ];
}

/** Whether an entry of the list changes the result of the scan. @param bare the manifest without the entry */
function isNeeded(name: string, bare: Manifest): boolean {
  const { units, refusals } = bare;
  const isNamed = (one: { readonly name: string }) => name === "*" || one.name === name;
  return units.some((unit) => isNamed(unit) && unit.impure !== null) || refusals.some(isNamed);
}

function entryOf(file: string): (name: string) => string {
  return (name) => (name === "*" ? `./${file}` : `./${file}#${name}`);
}

const WORDS: Readonly<Record<ScanVerdict, string>> = {
  guarded: "may be cached",
  refused: "not cached",
  trivial: "too small",
  unread: "left alone",
};
const COLOURS = { guarded: "green", refused: "yellow", trivial: "gray", unread: "yellow" } as const;

/** The result as lines. */
export function formatScan({ functions, unneeded }: ScanResult, paint: Paint): string[] {
  const lines = functions.map(({ file, line, name, verdict, reason }) => {
    const head = `${paint(COLOURS[verdict], WORDS[verdict].padEnd(13))} ${paint("bold", name)}  ${line ? `${file}:${line}` : file}`;
    return reason === null || verdict === "trivial" ? head : `${head}\n              ${reason}`;
  });
  return [...lines, ...unneeded.map((entry) => `${paint("yellow", "not needed".padEnd(13))} ${entry} (assumePure)`)];
}
