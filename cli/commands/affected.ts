/** `dumbo affected`: which functions an edit has invalidated, without running anything. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { readAssumePure } from "../../audit/assume-pure.ts";
import type { Loader } from "../../loader/hooks/load.ts";
import * as transforming from "../../loader/transform/index.ts";
import type { Manifest } from "../../src/code/manifest.ts";
import { type LoggedUnit, readLog } from "../../src/policy/key-log.ts";
import { readModules } from "../../src/policy/profile.ts";
import { modulePath } from "../../src/report/summary.ts";
import { plural } from "../../src/report/words.ts";
import { analyseSource } from "../analyse-source.ts";
import { type Command, CommandError, type Request } from "../command.ts";
import { changedSince, textAt } from "../git.ts";
import { type LatestCode, latestCode } from "../latest-code.ts";
import { loaderFor } from "../loader-for.ts";
import { type Project, usedProject } from "../project.ts";

/** A function whose entries do not hold any more. `because`: the functions in its reach whose code has changed. */
interface Affected {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly because: readonly { readonly file: string; readonly line: number; readonly name: string }[];
}

/** What has changed in a file. */
interface FileChange {
  /** Whether a function of the file has changed; null if all have, because the file is gone or cannot be parsed. */
  readonly isChanged: ((unit: LoggedUnit) => boolean) | null;
  /** Whether only code outside of functions, or values, have changed. */
  readonly isOnlyOutside: boolean;
}

export const affected: Command = {
  name: "affected",
  summary: "which functions an edit has invalidated, as far as their code says",
  options: {
    since: { value: "REV", text: "against a revision of git; without it, against the last run" },
    strict: { text: "fails if anything would miss, or may" },
  },
  example: {
    line: "npx dumbo affected --since HEAD~1",
    text: "lists the cached functions that the last commit has changed",
  },
  fails: "if nothing is known of a run; with --strict, if anything would miss",
  run(request) {
    const { value, has, paint } = request;
    const project = usedProject(request);
    const log = readLog(project.directory);
    if (log.length === 0) throw new CommandError(`no run has stored anything in ${project.directory}`);
    const since = value("since");
    const functions = latestCode(log);
    const files = new Map(
      [...functions.values()].flatMap(({ units }) => units.map(([, file, , , module]) => [file, module])),
    );
    for (const [url, id] of Object.entries(readModules(project.directory)))
      files.set(modulePath(url, project.root), id);
    const changes =
      since === undefined ? sinceLastRun(project, request, files) : sinceRevision(project, request, since);
    const found = [...functions.values()].flatMap((one) => affectedBy(one, changes));
    const outside = [...changes].filter(([, { isOnlyOutside }]) => isOnlyOutside).map(([file]) => file);
    const lines = [
      ...found.flatMap((one) => linesOf(one, paint)),
      ...outside.map((file) => `${file}: only code or values outside of functions differ; what reads them may miss`),
      `${plural(found.length, "function")} of ${functions.size} with entries would miss`,
    ];
    const isAny = found.length + outside.length > 0;
    return { code: has("strict") && isAny ? 1 : 0, data: { affected: found, outside, known: functions.size }, lines };
  },
};

function affectedBy({ file, line, name, units }: LatestCode, changes: ReadonlyMap<string, FileChange>): Affected[] {
  const because = units
    .filter((unit) => {
      const change = changes.get(unit[1]);
      return change !== undefined && (change.isChanged === null || change.isChanged(unit));
    })
    .map(([unit, of, at]) => ({ file: of, line: at, name: unit }));
  return because.length > 0 ? [{ file, line, name, because }] : [];
}

/** The files that differ from those which the last run has loaded. */
function sinceLastRun(project: Project, request: Request, files: ReadonlyMap<string, string>): Map<string, FileChange> {
  const loader = loaderFor(project, request, "", () => {});
  const changes = new Map<string, FileChange>();
  for (const [file, id] of files) {
    const path = resolve(project.root, file);
    if (isSame(loader, path, id)) continue;
    const now = unitsNow(project, request, path, readText(path));
    const before = loader.manifest(id, path);
    const isChanged = now && ((unit: LoggedUnit) => !now.has(codeOf(unit[0], unit[3])));
    const isOnlyOutside = now !== null && before !== undefined && [...codesOf(before)].every((code) => now.has(code));
    changes.set(file, { isChanged, isOnlyOutside });
  }
  return changes;
}

function isSame(loader: Loader, path: string, id: string): boolean {
  try {
    return loader.idsOf(path).includes(id);
  } catch {
    return false;
  }
}

/** The files that differ from those in a revision. */
function sinceRevision(project: Project, request: Request, revision: string): Map<string, FileChange> {
  const changes = new Map<string, FileChange>();
  for (const path of changedSince(project.root, revision)) {
    if (!/\.[cm]?[jt]s$/.test(path)) continue;
    const before = unitsNow(project, request, path, textAt(project.root, revision, path));
    const now = unitsNow(project, request, path, readText(path));
    const gone = before && now && new Set([...before].filter((code) => !now.has(code)));
    const names = gone && new Set([...gone].map((code) => code.slice(0, code.lastIndexOf(" "))));
    const isChanged = names && ((unit: LoggedUnit) => names.has(unit[0]));
    changes.set(modulePath(path, project.root), { isChanged, isOnlyOutside: gone?.size === 0 });
  }
  return changes;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

/** The codes of all functions of a source; null if there is no source, or it cannot be parsed. */
function unitsNow(
  { root, config }: Project,
  { cwd, env }: Request,
  path: string,
  text: string | null,
): Set<string> | null {
  if (text === null) return null;
  const list = readAssumePure(root, env.DUMBO_ASSUME_PURE, cwd);
  const assumed = list.functions[path] ?? [];
  const made = analyseSource(path, text, { config, list, assumed, transforming });
  return "untouched" in made ? (made.untouched === null ? new Set() : null) : codesOf(made.manifest);
}

function codesOf({ units }: Manifest): Set<string> {
  return new Set(units.map(({ name, code }) => codeOf(name, code)));
}

/** How many digits of a code the log keeps. */
const DIGITS = 16;

function codeOf(name: string, code: string): string {
  return `${name} ${code.slice(0, DIGITS)}`;
}

function linesOf({ file, line, name, because }: Affected, paint: Request["paint"]): string[] {
  const own = because.some((one) => one.name === name && one.file === file);
  const others = because.filter((one) => !(one.name === name && one.file === file));
  const parts = [...(own ? ["its own code"] : []), ...others.map((one) => `${one.name} (${one.file}:${one.line})`)];
  return [`${paint("bold", name)}  ${file}:${line}`, `  ${parts.join(", ")}`];
}
