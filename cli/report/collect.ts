/** Collects the data of the report from what runs have recorded. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { vouchedBy } from "../../audit/assume-pure.ts";
import { readLog } from "../../src/policy/key-log.ts";
import { isSameProcess, type RunRecord, readRuns } from "../../src/policy/runs.ts";
import { readTimes, type Times } from "../../src/policy/times.ts";
import { explain } from "../../src/report/explain.ts";
import { whyMissed } from "../../src/report/why.ts";
import { directorySize } from "../../src/store/disk/directory-contents.ts";
import { DEFAULT_AGE } from "../../src/store/disk/gc.ts";
import { CommandError, type Request } from "../command.ts";
import { latestCode } from "../latest-code.ts";
import { listStored } from "../list-stored.ts";
import { changeText, codeLines, groupedByCause } from "../miss-causes.ts";
import { relativeTo } from "../paths.ts";
import { readTimeline } from "../profile/timeline-file.ts";
import type { Project } from "../project.ts";
import { silenceOf } from "../silence.ts";
import { graphsOf } from "./graphs.ts";
import type { ReportData, ReportMisses, ReportRun } from "./report-data.ts";
import { type Dated, reportFunction } from "./report-function.ts";
import { sourcesOf } from "./sources.ts";
import { agesOf, storedByFunction } from "./store-contents.ts";
import { timelineOf } from "./timeline.ts";

/** For how many functions misses are shown. */
const MOST_MISSED = 200;
/** How many groups of misses with equal causes are shown for one function. */
const MOST_GROUPS = 8;
/** A profile is read at most so many milliseconds after its run has ended. */
const READING = 60_000;

/** @throws {CommandError} if no run is known */
export function collect(project: Project, request: Request): ReportData {
  const { root, directory, config } = project;
  const { argument = "", env, cwd } = request;
  const all = readRuns(directory);
  const last = all.findLast(({ program }) => program.includes(argument));
  if (!last) throw new CommandError(`no run${argument ? ` of "${argument}"` : ""} is known in ${directory}`);
  const times = readTimes(directory);
  const log = readLog(directory);
  const stored = listStored(directory, "");
  const known = explain(directory, root, "", times?.functions ?? {});
  const idOf = new Map<string, number>();
  for (const [id, { file, name }] of known.entries()) {
    if (!idOf.has(`${file}#${name}`)) idOf.set(`${file}#${name}`, id);
  }
  const byFunction = storedByFunction(stored, idOf);
  const graphs = graphsOf(directory, latestCode(log), stored, idOf);
  const vouched = vouchedBy(root, env.DUMBO_ASSUME_PURE, cwd);
  const dated: Dated = { run: last, times, isProfiled: times !== null && isOf(times, last) };
  const functions = known.map((one, id) =>
    reportFunction(one, dated, vouched(one.file, one.name)?.entry ?? null, byFunction.get(id), graphs.get(id) ?? null),
  );
  const { sources, unshown } = sourcesOf(root, functions);
  const misses = missesOf(last, log, directory);
  const size = directorySize(directory);
  return {
    program: relativeTo(root, last.program),
    directory,
    made: Date.now(),
    dumbo: ownVersion(),
    silence: silenceOf(project, request, last.program),
    runs: all.filter(({ program }) => program === last.program).map(runOf),
    profile: times && { at: times.at, ran: times.ran, dumbo: times.dumbo, isLast: dated.isProfiled },
    timeline: timelineOf(readTimeline(directory), known),
    functions,
    sources,
    unshownSources: unshown,
    misses: misses.slice(0, MOST_MISSED),
    unshownMisses: Math.max(0, misses.length - MOST_MISSED),
    store: {
      bytes: size.store,
      others: size.others,
      limit: config.maxSize,
      gcAge: DEFAULT_AGE,
      functions: [...byFunction.values()].sort((a, b) => b.bytes - a.bytes),
      ages: agesOf(stored),
    },
  };
}

function ownVersion(): string {
  return (JSON.parse(readFileSync(join(__dirname, "../package.json"), "utf8")) as { version: string }).version;
}

/** Whether a profile belongs to a run: it is read as soon as the run has ended. */
function isOf({ at }: Times, { began, ran }: RunRecord): boolean {
  return at >= began && at - (began + ran) < READING;
}

function runOf(run: RunRecord): ReportRun {
  const { began, node, mode, ran, asked, hits, misses, refused, unasked, saved, spent } = run;
  return { began, node, mode, ran, asked, hits, misses, refused, unasked, saved, spent };
}

/** The functions with the most misses first. */
function missesOf(last: RunRecord, log: ReturnType<typeof readLog>, directory: string): ReportMisses[] {
  return whyMissed(log, (run) => isSameProcess(run, last))
    .sort((a, b) => b.misses.length - a.misses.length)
    .map(({ file, line, name, misses, compared }) => ({
      file,
      line,
      name,
      count: misses.length,
      compared,
      groups: groupedByCause(misses)
        .slice(0, MOST_GROUPS)
        .map((group) => ({
          calls: group.length,
          nearest: group[0]?.nearest?.began ?? null,
          causes: (group[0]?.changes ?? []).map((change) => ({
            text: changeText(change),
            lines: codeLines(change, directory),
          })),
        })),
    }));
}
