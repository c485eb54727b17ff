/** `dumbo suggest`: suggests entries for assumePure.json, with the time that each could save. */
import { existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { vouchedBy } from "../../audit/assume-pure.ts";
import { readJson } from "../../src/config/config.ts";
import { readTimes } from "../../src/policy/times.ts";
import { type Explanation, explain } from "../../src/report/explain.ts";
import { plural, time } from "../../src/report/words.ts";
import { codeFrame } from "../code-frame.ts";
import { type Command, CommandError, type Request } from "../command.ts";
import { usedProject } from "../project.ts";
import { entryFor, type FileLine, placeOf } from "../remedies.ts";

/** Entries that could save fewer milliseconds are not suggested, if the user does not say otherwise. */
const LEAST = 1;

interface Evidence {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  /** The reason in words, with its place. */
  readonly why: string;
  readonly at: FileLine | null;
  readonly ms: number;
}

interface Suggestion {
  readonly entry: string;
  /** The milliseconds that the functions took which the entry covers: it cannot save more. */
  readonly ms: number;
  readonly evidence: readonly Evidence[];
}

export const suggest: Command = {
  name: "suggest",
  summary: "entries for assumePure.json: what each could save, and what you would vouch for",
  options: {
    yes: { text: "adds all of them to assumePure.json without asking" },
    least: { value: "MS", text: `only entries for functions that take so many milliseconds (${LEAST})` },
  },
  example: {
    line: "npx dumbo run --profile build.js && npx dumbo suggest",
    text: "asks for each entry whether it shall be written",
  },
  fails: "if assumePure.json cannot be read or written",
  async run(request) {
    const { root, directory } = usedProject(request);
    const { has, value, paint, isJson, env, cwd } = request;
    const times = readTimes(directory);
    const least = Number(value("least") ?? LEAST);
    const vouched = vouchedBy(root, env.DUMBO_ASSUME_PURE, cwd);
    const open = explain(directory, root, "", times?.functions ?? {}).filter(({ file, name }) => !vouched(file, name));
    const list = suggestions(open).filter(({ ms }) => ms >= least);
    const file = env.DUMBO_ASSUME_PURE ? resolve(cwd, env.DUMBO_ASSUME_PURE) : join(root, "assumePure.json");
    const lines = list.flatMap((one) => linesOf(one, root, paint));
    if (list.length === 0) lines.push(nothing(times !== null));
    const hasTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
    const isAsked = hasTerminal && !isJson && !has("yes") && list.length > 0;
    if (isAsked) console.log(lines.join("\n"));
    const chosen = has("yes") ? list : isAsked ? await ask(list) : [];
    if (chosen.length > 0) addEntries(file, chosen);
    const end = chosen.length > 0 ? [`${file}: ${plural(chosen.length, "entry", "entries")} added`] : [];
    return {
      code: 0,
      data: { suggestions: list, written: chosen.map(({ entry }) => entry), file },
      lines: isAsked ? end : [...lines, ...end],
    };
  },
};

function nothing(isProfiled: boolean): string {
  const hint = isProfiled ? "" : "; npx dumbo run --profile SCRIPT measures all functions";
  return `no function that takes long could be helped by an entry${hint}`;
}

function suggestions(open: readonly Explanation[]): Suggestion[] {
  const found = new Map<string, Evidence[]>();
  for (const one of open) {
    if (one.why === null || (one.verdict !== "refused" && one.verdict !== "unguarded")) continue;
    const entry = entryFor(one);
    if (entry === null) continue;
    const { file, line, name, why, lost: ms } = one;
    found.set(entry, [...(found.get(entry) ?? []), { file, line, name, why, at: placeOf(one), ms }]);
  }
  return [...found]
    .map(([entry, evidence]) => ({ entry, ms: evidence.reduce((sum, { ms }) => sum + ms, 0), evidence }))
    .sort((a, b) => b.ms - a.ms || a.entry.localeCompare(b.entry));
}

function linesOf({ entry, ms, evidence }: Suggestion, root: string, paint: Request["paint"]): string[] {
  return [
    `${paint("bold", JSON.stringify(entry))}  up to ${time(ms)} a run, if you vouch for this:`,
    ...evidence
      .slice(0, 3)
      .flatMap(({ file, line, name, why, at }) => [
        `  ${name} (${file}:${line}) ${why}`,
        ...(at ? codeFrame(root, at.file, at.line, paint).map((row) => `    ${row}`) : []),
      ]),
    ...(evidence.length > 3 ? [`  and ${plural(evidence.length - 3, "function")} more`] : []),
  ];
}

async function ask(list: readonly Suggestion[]): Promise<Suggestion[]> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const chosen: Suggestion[] = [];
  try {
    for (const one of list) {
      const answer = await lines.question(`add ${JSON.stringify(one.entry)}? [y/N] `);
      if (/^y(es)?$/i.test(answer.trim())) chosen.push(one);
    }
  } finally {
    lines.close();
  }
  return chosen;
}

function addEntries(file: string, chosen: readonly Suggestion[]): void {
  const list = existsSync(file) ? readJson(file) : {};
  const { assumePure = [] } = list;
  if (!Array.isArray(assumePure)) throw new CommandError(`${file}: "assumePure" must be a list of names`);
  const entries = chosen.map(({ entry, evidence }) => ({ name: entry, reason: reasonOf(evidence) }));
  writeFileSync(file, `${JSON.stringify({ ...list, assumePure: [...assumePure, ...entries] }, null, 2)}\n`);
}

/** The reason that is written with an entry, so that a reader of the list can check later whether it still applies. */
function reasonOf([first]: readonly Evidence[]): string {
  return first ? `${first.name} ${first.why}` : "";
}
