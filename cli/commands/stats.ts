/** `dumbo stats`: counts the calls of the last run by what became of them, and compares with earlier runs. */
import { lastRuns } from "../../loader/whole-run/kept-runs.ts";
import { type RunRecord, readRuns } from "../../src/policy/runs.ts";
import { describe } from "../../src/reason/describe.ts";
import { age, bytes, table, time } from "../../src/report/words.ts";
import { directorySize } from "../../src/store/disk/directory-contents.ts";
import { USER_LIMIT, userFiles } from "../../src/store/disk/user-files.ts";
import { type Command, CommandError, type Request } from "../command.ts";
import { relativeTo } from "../paths.ts";
import { usedProject } from "../project.ts";
import { MODE_WORDS, silenceText } from "../run-mode.ts";
import { silenceOf } from "../silence.ts";

export const stats: Command = {
  name: "stats",
  summary: "what the last run was asked, answered, saved and spent, and the size of the store",
  argument: { name: "SCRIPT", text: "part of the path of a script, where several programs share the directory" },
  example: { line: "npx dumbo stats", text: "shows the last run, against the mean of up to 19 before" },
  fails: "if no run is known",
  run(request) {
    const project = usedProject(request);
    const { root, directory, user, config } = project;
    const all = readRuns(directory);
    const named = all.filter(({ program }) => program.includes(request.argument ?? ""));
    const last = named.at(-1);
    if (!last)
      throw new CommandError(`no run${request.argument ? ` of "${request.argument}"` : ""} is known in ${directory}`);
    const before = named.slice(0, -1).filter(({ program }) => program === last.program);
    const size = directorySize(directory);
    const { maxSize } = config;
    const shared = user === null ? null : { directory: user, bytes: sizeOf(user), limit: USER_LIMIT };
    const whole = lastRuns(directory).get(last.program);
    const silence = silenceOf(project, request, last.program, whole);
    const notWhole = whole?.end.kind === "refused" ? whole.end.why : null;
    return {
      code: 0,
      data: {
        last: told(last),
        before: before.map(told),
        silence,
        notWhole: notWhole && describe(notWhole),
        store: { ...size, limit: maxSize },
        shared,
        directory,
      },
      lines: [
        ...linesOf(last, before, root, request),
        storeLine(size.store, size.others, maxSize),
        directory,
        ...(shared ? [`shared by all projects ${bytes(shared.bytes)} of ${bytes(USER_LIMIT)}: ${user}`] : []),
        ...(notWhole ? [`not answered as a whole: it ${describe(notWhole)}`] : []),
        ...(silence ? [request.paint("yellow", silenceText(silence))] : []),
      ],
    };
  },
};

function sizeOf(user: string): number {
  return userFiles(user).reduce((sum, { bytes }) => sum + bytes, 0);
}

/** A run with two figures that follow from the others. */
function told(run: RunRecord) {
  return { ...run, cheap: cheapOf(run), net: run.saved - run.spent };
}

/** How many misses were not worth storing: they were neither stored nor refused. */
function cheapOf({ misses, stored, unfit }: RunRecord): number {
  return Math.max(0, misses - stored - unfit);
}

function linesOf(last: RunRecord, before: readonly RunRecord[], root: string, { paint }: Request): string[] {
  const warm = before.filter(({ mode }) => mode !== "first");
  const mean = (of: (run: RunRecord) => number) =>
    warm.reduce((sum, run) => sum + of(run), 0) / Math.max(1, warm.length);
  const row = (label: string, of: (run: RunRecord) => number, show: (value: number) => string) => [
    label,
    show(of(last)),
    warm.length === 0 ? "" : show(mean(of)),
  ];
  const count = (value: number) => String(Math.round(value));
  const { program, node, mode, began } = last;
  const rows = [
    ["", "last run", warm.length === 0 ? "" : `mean of ${warm.length} before`],
    row("ran", ({ ran }) => ran, time),
    row("calls asked", ({ asked }) => asked, count),
    row("  hits", ({ hits }) => hits, count),
    row("  misses", ({ misses }) => misses, count),
    row("    stored", ({ stored }) => stored, count),
    row("    not worth it", cheapOf, count),
    row("    may not be stored", ({ unfit }) => unfit, count),
    row("  refused, threw or did not end", ({ refused }) => refused, count),
    row("  not asked, as keys cost too much", ({ unasked }) => unasked, count),
    row("saved", ({ saved }) => saved, time),
    row("spent on keys, look-ups and records", ({ spent }) => spent, time),
    row("net", ({ saved, spent }) => saved - spent, signed),
    row("functions cached", ({ cached }) => cached, count),
    row("functions not cached", ({ uncached }) => uncached, count),
  ];
  const head =
    `${relativeTo(root, program)}, Node ${node.replace(/^v/, "")}, ${MODE_WORDS[mode]}, ${age(Date.now() - began)} ago`.replace(
      "now ago",
      "just now",
    );
  return [paint("bold", head), ...table(rows, [1, 2])];
}

function signed(ms: number): string {
  return ms < 0 ? `-${time(-ms)}` : time(ms);
}

function storeLine(store: number, others: number, limit: number): string {
  const share = ((100 * store) / limit).toFixed(store / limit < 0.1 ? 1 : 0);
  return `store ${bytes(store)} of ${bytes(limit)} (${share} %), transforms and the like ${bytes(others)}`;
}
