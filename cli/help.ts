/** Makes the help from the table of commands. */
import type { Command } from "./command.ts";
import type { Paint } from "./terminal.ts";

/** Options of all commands. */
export const COMMON = { json: "prints the result as JSON", help: "prints this" } as const;

/** `dumbo explain [PATTERN] [options]`. */
export function usageOf({ name, argument, options }: Command): string {
  const parts = ["dumbo", name];
  if (argument) {
    const shown = argument.isScript ? `${argument.name} ...` : argument.name;
    const isBefore = argument.isScript && options;
    if (isBefore) parts.push("[options]");
    parts.push(argument.isRequired ? shown : `[${shown}]`);
    if (options && !isBefore) parts.push("[options]");
  } else if (options) parts.push("[options]");
  return parts.join(" ");
}

/** The help for all commands. */
export function overview(commands: readonly Command[], paint: Paint): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    "usage: dumbo COMMAND [options]",
    "",
    ...commands.map(({ name, summary }) => `  ${paint("bold", name.padEnd(width))}  ${summary}`),
    "",
    "  dumbo COMMAND --help tells more of one; --json prints its result as JSON",
    "",
    "A program runs with dumbo by: node --import dumbo/auto script.ts",
    "Environment: DUMBO=off, DUMBO_DIR, DUMBO_LOG, DUMBO_POLICY, DUMBO_WHOLE_RUNS, DUMBO_VERIFY, DUMBO_READ_ONLY, DUMBO_ASSUME_PURE, NO_COLOR",
  ].join("\n");
}

/** The help for one command. */
export function helpOf(command: Command, paint: Paint): string {
  const { name, summary, argument, example, fails } = command;
  const rows = optionRows(command);
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    `usage: ${usageOf(command)}`,
    "",
    `${paint("bold", name)}: ${summary}`,
    ...(argument ? ["", `  ${argument.name}: ${argument.text}`] : []),
    "",
    ...rows.map(([left, text]) => `  ${left.padEnd(width)}  ${text}`),
    "",
    `Example: ${example.line}`,
    `         ${example.text}`,
    "",
    exitText(fails),
  ].join("\n");
}

/** A sentence on the exit codes of a command. */
export function exitText(fails: string | null): string {
  const normal = fails === null ? "Exits as the program does" : `Exits with 0; with 1 ${fails}`;
  return `${normal}; with 2 if the line that was typed is wrong`;
}

/** The options of a command with their texts, its own ones first. */
export function optionRows({ options = {}, hasNoJson }: Command): (readonly [left: string, text: string])[] {
  const own = Object.entries(options).map(
    ([name, { value, text }]) => [value === undefined ? `--${name}` : `--${name} ${value}`, text] as const,
  );
  const json = hasNoJson ? [] : ([["--json", COMMON.json]] as const);
  return [...own, ...json, ["-h, --help", COMMON.help]];
}
