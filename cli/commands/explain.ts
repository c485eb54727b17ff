/** `dumbo explain`: shows what dumbo does with each function, why, and what would help. */
import { vouchedBy } from "../../audit/assume-pure.ts";
import { lastRuns } from "../../loader/whole-run/kept-runs.ts";
import { packageOfModule } from "../../src/config/project.ts";
import { describeOverruled, readOverruled } from "../../src/policy/overruled-modules.ts";
import { readTimes } from "../../src/policy/times.ts";
import { describeAt } from "../../src/reason/describe.ts";
import { type Explanation, explain as explainAll, figures, WORDS } from "../../src/report/explain.ts";
import { plural, time } from "../../src/report/words.ts";
import { codeFrame } from "../code-frame.ts";
import { type Command, CommandError, type Request } from "../command.ts";
import { relativeTo } from "../paths.ts";
import { usedProject } from "../project.ts";
import { adviceOn, entryFor, isOpen, placeOf } from "../remedies.ts";

const COLOURS = {
  cached: "green",
  refused: "yellow",
  unguarded: "yellow",
  cheap: "gray",
  undecided: "gray",
  trivial: "gray",
} as const;
const INDENT = " ".repeat(13);
/** What stands behind the name of a program. */
const WHOLE =
  "is answered as a whole while nothing changes that it reads, and calls no function then (DUMBO_WHOLE_RUNS=none runs it)";
const ONCE =
  "has drawn random numbers, or read the clock, and nothing seems to depend on that: if the next run does the same, later ones are answered as a whole";

export const explain: Command = {
  name: "explain",
  summary: "what dumbo does with each function, why, and what would help",
  argument: {
    name: "PATTERN",
    text: 'only functions whose "file:line name" contains it: a name, a file, or FILE:LINE',
  },
  options: {
    all: { text: "also functions that are too small to be worth a look, and those of packages that cost nothing" },
  },
  example: { line: "npx dumbo explain src/page.ts", text: "lists the functions of one file, the most expensive first" },
  fails: "if nothing is known of such a function",
  run(request) {
    const { argument = "", has, paint, cwd, env } = request;
    const { root, directory } = usedProject(request);
    const known = explainAll(directory, root, "", readTimes(directory)?.functions ?? {});
    const found = known.filter((one) => matches(one, argument));
    const overruled = readOverruled(directory);
    const ofRuns = argument === "" ? linesOfRuns(directory, root, paint) : [];
    if (found.length === 0 && ofRuns.length === 0) {
      if (overruled.length > 0) throw new CommandError(describeOverruled(overruled));
      const what = argument ? ` of "${argument}"` : "";
      throw new CommandError(`nothing is known${what} in ${directory}; run the program with --import dumbo/auto first`);
    }
    const list = has("all") ? found : found.filter(({ verdict }) => verdict !== "trivial");
    const isListed = (one: Explanation) => has("all") || argument !== "" || !isAside(one);
    const vouched = vouchedBy(root, env.DUMBO_ASSUME_PURE, cwd);
    const listed = list.filter(isListed);
    const lines = listed.flatMap((one) => linesOf(one, root, vouched(one.file, one.name), paint));
    if (overruled.length > 0) lines.unshift(paint("yellow", describeOverruled(overruled)));
    const more = [
      [list.length - listed.length, "of packages, which have neither saved nor lost anything that is known: --all"],
      [found.length - list.length, "too small to be worth a look: --all"],
    ] as const;
    lines.push(...ofRuns);
    for (const [count, what] of more) if (count > 0) lines.push(paint("gray", `${plural(count, "function")} ${what}`));
    return {
      code: 0,
      data: { functions: list.map((one) => dataOf(one, vouched(one.file, one.name))) },
      lines,
    };
  },
};

/** What is known of runs as a whole. */
function linesOfRuns(directory: string, root: string, paint: Request["paint"]): string[] {
  const lines: string[] = [];
  for (const [program, { end }] of lastRuns(directory)) {
    const what = end.kind === "kept" ? WHOLE : end.kind === "once" ? ONCE : null;
    if (what !== null) lines.push(paint("gray", `${relativeTo(root, program)} ${what}`));
  }
  return lines;
}

function matches({ file, line, name }: Explanation, pattern: string): boolean {
  // `a.ts:1` means line 1, and must not match lines 10 to 19.
  return /:\d+$/.test(pattern) ? `${file}:${line}`.endsWith(pattern) : `${file}:${line} ${name}`.includes(pattern);
}

/** Whether a function is of no interest to a user: it is a package's, not cached, and has cost nothing. Packages have hundreds of these. */
function isAside({ file, verdict, lost }: Explanation): boolean {
  return packageOfModule(file) !== null && verdict !== "cached" && lost === 0;
}

type Vouched = ReturnType<ReturnType<typeof vouchedBy>>;

function dataOf(one: Explanation, vouched: Vouched) {
  return {
    ...one,
    at: placeOf(one),
    advice: isOpen(one) ? adviceOn(one) : null,
    entry: isOpen(one) ? entryFor(one) : null,
    assumed: vouched?.entry ?? null,
  };
}

function linesOf(one: Explanation, root: string, vouched: Vouched, paint: Request["paint"]): string[] {
  const { name, file, line, verdict, why, profile, lost } = one;
  const spent = lost > 0 && verdict !== "cached" ? `  ${time(lost)}` : "";
  const lines = [
    `${paint(COLOURS[verdict], WORDS[verdict].padEnd(12))} ${paint("bold", name)}  ${file}:${line}${spent}`,
  ];
  if (why !== null && verdict !== "cached") lines.push(...reasonLines(one, why, root, paint));
  if (isOnlyTimed(one)) lines.push(`${INDENT}its calls were only timed so far: a next run that calls it decides`);
  if (vouched) lines.push(`${INDENT}assumePure: ${vouched.entry}${vouched.reason ? `, ${vouched.reason}` : ""}`);
  if (profile) lines.push(...figures(profile).map((text) => INDENT + text));
  return lines;
}

function isOnlyTimed({ verdict, why, profile }: Explanation): boolean {
  return verdict === "undecided" && why === null && profile !== null && profile.hits + profile.misses === 0;
}

function reasonLines(one: Explanation, why: string, root: string, paint: Request["paint"]): string[] {
  const at = placeOf(one);
  const more = one.others.map((other) => `and ${describeAt(other, one.file)}`);
  const lines = [why, ...(at ? codeFrame(root, at.file, at.line, paint) : []), ...more];
  const advice = isOpen(one) ? adviceOn(one) : null;
  if (advice !== null) lines.push(`${paint("cyan", "->")} ${advice}`);
  const entry = isOpen(one) ? entryFor(one) : null;
  if (entry !== null) lines.push(`   assumePure.json: ${JSON.stringify(entry)}`);
  return lines.map((line) => INDENT + line);
}
