/** `dumbo why`: shows what changed for the calls that missed. */
import { readLog } from "../../src/policy/key-log.ts";
import { isSameProcess, readRuns } from "../../src/policy/runs.ts";
import { type Miss, type MissedFunction, whyMissed } from "../../src/report/why.ts";
import { age, plural } from "../../src/report/words.ts";
import { type Command, CommandError, type Request } from "../command.ts";
import { changeText, codeLines, doubtOf, groupedByCause } from "../miss-causes.ts";
import { usedProject } from "../project.ts";

/** How many groups of misses with equal causes are shown for one function. */
const MOST_GROUPS = 5;

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
    const all = whyMissed(readLog(directory), (run) => isSameProcess(run, last));
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
  const shown = groups.slice(0, MOST_GROUPS);
  const more = groups.slice(MOST_GROUPS).reduce((sum, group) => sum + group.length, 0);
  return [
    `${paint("bold", name)}  ${file}:${line}  ${plural(misses.length, "miss", "misses")}, compared with ${plural(compared, "call")} of earlier runs`,
    ...shown.flatMap((group) => groupLines(group, directory, paint)),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function groupLines(group: readonly Miss[], directory: string, paint: Request["paint"]): string[] {
  const [first] = group;
  if (!first) return [];
  const { changes, nearest } = first;
  const times = group.length > 1 ? ` (${group.length} calls)` : "";
  const from = nearest ? `against ${nearest.key.slice(0, 12)}, stored ${age(Date.now() - nearest.began)} ago` : "";
  const lines = changes.flatMap((change) => [
    `  ${changeText(change)}${times}`,
    ...codeLines(change, directory).map((line) => `      ${paint(line.startsWith("-") ? "red" : "green", line)}`),
  ]);
  const doubt = doubtOf(first);
  if (doubt !== null) lines.push(`    ${doubt}`);
  return from === ""
    ? lines
    : [...lines, paint("gray", `    ${first.key.slice(0, 12)} ${from.replace("now ago", "just now")}`)];
}
