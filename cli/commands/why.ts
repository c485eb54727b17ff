/** `dumbo why`: what changed for the calls that missed. */
import { type LoggedRun, type LoggedUnit, readLog } from "../../src/policy/key-log.ts";
import { readRuns } from "../../src/policy/runs.ts";
import { type Change, type Miss, type MissedFunction, whyMissed } from "../../src/report/why.ts";
import { age, plural } from "../../src/report/words.ts";
import { difference, unitLines } from "../code-diff.ts";
import { type Command, CommandError, type Request } from "../command.ts";
import { usedProject } from "../project.ts";

/** Groups of equal causes that are shown of one function. */
const MOST = 5;
/** Threads of one process agree on when it started to so many milliseconds. */
const TOLERANCE = 1000;

export const why: Command = {
  name: "why",
  summary: "which part of the key changed, for the calls of the last run that missed",
  argument: { name: "PATTERN", text: 'only functions whose "file:line name" contains it' },
  example: {
    line: "npx dumbo why renderPage",
    text: "code of which function, which argument at which path, which variable, which file",
  },
  fails: "if nothing is known of a run",
  run({ argument = "", paint, ...request }) {
    const { directory } = usedProject(request);
    const last = readRuns(directory).at(-1);
    if (!last) throw new CommandError(`no run is known in ${directory}`);
    const isLast = ({ pid, began }: LoggedRun) => pid === last.pid && Math.abs(began - last.began) < TOLERANCE;
    const all = whyMissed(readLog(directory), isLast);
    const found = all.filter(({ file, line, name }) => `${file}:${line} ${name}`.includes(argument));
    const { hits, misses, stored } = last;
    const counts = `the last run had ${plural(hits, "hit")} and ${plural(misses, "miss", "misses")}, of which ${stored} were stored`;
    const lines = found.flatMap((one) => linesOf(one, directory, paint));
    const rest = misses > stored ? ["misses that were not worth storing, or may not be: npx dumbo explain"] : [];
    return { code: 0, data: { functions: found }, lines: [...lines, counts, ...rest] };
  },
};

function linesOf(
  { file, line, name, misses, compared }: MissedFunction,
  directory: string,
  paint: Request["paint"],
): string[] {
  const groups = groupedByCause(misses);
  const shown = groups.slice(0, MOST);
  const more = groups.slice(MOST).reduce((sum, group) => sum + group.length, 0);
  return [
    `${paint("bold", name)}  ${file}:${line}  ${plural(misses.length, "miss", "misses")}, compared with ${plural(compared, "call")} of earlier runs`,
    ...shown.flatMap((group) => groupLines(group, directory, paint)),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

/** Misses with the same causes, the largest group first. */
function groupedByCause(misses: readonly Miss[]): Miss[][] {
  const groups = new Map<string, Miss[]>();
  for (const miss of misses) {
    const cause = JSON.stringify(miss.changes);
    groups.set(cause, [...(groups.get(cause) ?? []), miss]);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}

function groupLines(group: readonly Miss[], directory: string, paint: Request["paint"]): string[] {
  const [first] = group;
  if (!first) return [];
  const { changes, nearest } = first;
  const times = group.length > 1 ? ` (${group.length} calls)` : "";
  const from = nearest ? `against ${nearest.key.slice(0, 12)}, stored ${age(Date.now() - nearest.began)} ago` : "";
  const lines = changes.flatMap((change) => [
    `  ${changeText(change)}${times}`,
    ...codeLines(change, directory, paint),
  ]);
  return from === ""
    ? lines
    : [...lines, paint("gray", `    ${first.key.slice(0, 12)} ${from.replace("now ago", "just now")}`)];
}

/** A change in words. */
export function changeText(change: Change): string {
  switch (change.kind) {
    case "first":
      return "nothing was stored of this function before";
    case "code":
      if (change.is === null) return `the code reaches ${unitText(change.was as LoggedUnit)} no more`;
      return change.was === null
        ? `the code reaches ${unitText(change.is)}, too`
        : `code of ${unitText(change.is)} changed`;
    case "names":
      return "names of local variables changed, which the code may read in messages of errors";
    case "value":
      return `${change.place} ${change.how === "changed" ? "changed" : change.how === "new" ? "is new" : "is gone"}`;
    case "part":
      return `${change.part} changed`;
    case "environment":
      return "the environment changed: Node, the system, dumbo's version, or time zone and locale";
    case "dependency":
      return `${change.what} changed`;
    case "evicted":
      return "the result was stored once, and is not any more: evicted, cleared, or too old";
  }
}

function unitText([name, file, line]: LoggedUnit): string {
  return `${name} (${file}:${line})`;
}

/** Old and new text, where the transforms of both are still there. */
function codeLines(change: Change, directory: string, paint: Request["paint"]): string[] {
  if (change.kind !== "code" || change.was === null || change.is === null) return [];
  const [was, is] = [unitLines(directory, change.was), unitLines(directory, change.is)];
  if (was === null || is === null) return [];
  return difference(was, is).map((line) => `      ${paint(line.startsWith("-") ? "red" : "green", line)}`);
}
