/** `dumbo check`, for CI: fails when a function that was cached is not cached any more. */
import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { readJson } from "../../src/config/config.ts";
import { explain } from "../../src/report/explain.ts";
import { plural } from "../../src/report/words.ts";
import { type Command, CommandError, UsageError } from "../command.ts";
import { usedProject } from "../project.ts";

/** The content of a baseline: cached functions by `file#name`, without lines, which move at each edit. */
interface Baseline {
  readonly cached: readonly string[];
}

export const check: Command = {
  name: "check",
  summary: "fails when a function that was cached is not any more",
  options: {
    baseline: { value: "FILE", text: "the functions that have to be cached, as --update has written them" },
    update: { text: "writes the functions that are cached now into the file" },
  },
  example: {
    line: "npx dumbo check --baseline dumbo-baseline.json",
    text: "after a run, in CI; --update accepts what is new",
  },
  fails: "if a function of the baseline is refused now; one that was not called is none of that",
  run({ value, has, paint, ...request }) {
    const named = value("baseline");
    if (named === undefined) throw new UsageError("check needs --baseline FILE");
    const file = resolve(request.cwd, named);
    const { root, directory } = usedProject(request);
    const now = explain(directory, root, "");
    const cached = now.filter(({ verdict }) => verdict === "cached").map(nameOf);
    const names = [...new Set(cached)].sort();
    if (has("update")) {
      writeFileSync(file, `${JSON.stringify({ cached: names } satisfies Baseline, null, 2)}\n`);
      return {
        code: 0,
        data: { file, cached: names, lost: [], uncalled: [], gained: [] },
        lines: [`${file}: ${plural(names.length, "function")}`],
      };
    }
    if (!existsSync(file))
      throw new CommandError(`${file} does not exist: dumbo check --baseline ${named} --update writes it`);
    const baseline = readBaseline(file);
    const others = baseline.filter((name) => !names.includes(name));
    const refused = now.filter(({ verdict }) => verdict === "refused" || verdict === "unguarded");
    const lost = others.filter((name) => refused.some((one) => nameOf(one) === name));
    const uncalled = others.filter((name) => !lost.includes(name));
    const gained = names.filter((name) => !baseline.includes(name));
    const lines = lost.flatMap((name) => {
      const why = refused.find((one) => nameOf(one) === name)?.why ?? "is refused";
      return [`${paint("red", "not cached any more")}  ${name}`, `  ${why}`];
    });
    const total = `${plural(baseline.length, "function")} in the baseline: ${lost.length} not cached any more, ${uncalled.length} not called or too cheap now; ${gained.length} new`;
    return {
      code: lost.length > 0 ? 1 : 0,
      data: { file, cached: names, lost, uncalled, gained },
      lines: [...lines, total],
    };
  },
};

function nameOf({ file, name }: { readonly file: string; readonly name: string }): string {
  return `${file}#${name}`;
}

function readBaseline(file: string): string[] {
  const { cached } = readJson(file);
  if (Array.isArray(cached) && cached.every((name) => typeof name === "string")) return cached as string[];
  throw new CommandError(`${file} is no baseline: "cached" must be a list of names`);
}
