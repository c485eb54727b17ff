/** Programs that memoize by hand: each runs with dumbo switched off, by itself and under `dumbo/auto`, and prints the same. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CliProject, type Result } from "./cli-project.ts";
import { byName } from "./counts.ts";

type Files = Readonly<Record<string, string>>;
/** Hits by the name of the function. */
type Hits = Readonly<Record<string, number>>;

export interface LibraryProgram {
  readonly files: Files;
  /** `main.mjs` if not given. */
  readonly entry?: string;
  /** Hits of the first run without `dumbo/auto`, and of the second. */
  readonly cold?: Hits;
  readonly warm: Hits | typeof SOME;
  /** Files that are written before one more run, and its hits. */
  readonly after?: { readonly files: Files; readonly hits: Hits };
}

interface Counted {
  readonly hits: number;
}

/** Any hits. */
export const SOME = "some";
const LOADER = ["--import", "dumbo/auto"];

/** Runs a program in all ways. Throws at the first difference, or where hits are not what is said. */
export function checkLibrary({ files, entry = "main.mjs", cold = {}, warm, after }: LibraryProgram): void {
  const all = { "package.json": "{}\n", ...files };
  const bare = bareRun(all, entry);
  const edited = after && { hits: after.hits, files: after.files, bare: bareRun({ ...all, ...after.files }, entry) };
  for (const flags of [[], LOADER]) {
    const project = new CliProject(all);
    // Under `dumbo/auto`, calls of functions around them are answered, too: only that something is, is said of these runs.
    const isAlone = flags.length === 0;
    const way = isAlone ? "by itself" : "under dumbo/auto";
    try {
      compare(project, [...flags, entry], bare, `${way}, cold`, isAlone ? cold : {});
      compare(project, [...flags, entry], bare, `${way}, warm`, isAlone ? warm : SOME);
      if (!edited) continue;
      for (const [name, text] of Object.entries(edited.files)) project.write(name, text);
      compare(project, [...flags, entry], edited.bare, `${way}, after an edit`, isAlone ? edited.hits : {});
    } finally {
      project.remove();
    }
  }
}

function bareRun(files: Files, entry: string): Result {
  const project = new CliProject(files);
  try {
    const run = project.node([entry], { DUMBO: "off" });
    assert.equal(run.status, 0, run.stderr);
    return run;
  } finally {
    project.remove();
  }
}

function compare(
  project: CliProject,
  args: readonly string[],
  bare: Result,
  label: string,
  hits: Hits | typeof SOME,
): void {
  const log = join(project.root, "log.json");
  rmSync(log, { force: true });
  const run = project.node(args, { DUMBO_LOG: log });
  assert.deepEqual(run, bare, `${label}: another program`);
  const { functions, text } = countsIn(log);
  const counted = byName(functions);
  if (hits === SOME) {
    const some = Object.values(functions).some((one) => one.hits > 0);
    assert.ok(some, `${label}: no hits in ${text}`);
    return;
  }
  for (const [name, count] of Object.entries(hits)) {
    assert.equal(counted[name]?.hits ?? 0, count, `${label}: hits of ${name} in ${text}`);
  }
}

/** By `file:line name`. One function may be there twice: as it is, and as it was memoized by hand. */
function countsIn(log: string): { readonly functions: Record<string, Counted>; readonly text: string } {
  const text = existsSync(log) ? readFileSync(log, "utf8") : '{ "functions": {} }';
  return { ...(JSON.parse(text) as { functions: Record<string, Counted> }), text };
}
