/** Parses the line that was typed, by the table of commands. */
import { parseArgs } from "node:util";
import { closest } from "../src/config/closest.ts";
import { type Command, type Request, UsageError } from "./command.ts";

/** A line that was parsed. */
export interface Typed extends Pick<Request, "argument" | "rest" | "has" | "value"> {
  readonly command: Command;
}

/** The command with a name; null if no name was typed. @throws UsageError if no command has the name */
export function commandNamed(name: string | undefined, commands: readonly Command[]): Command | null {
  if (name === undefined || name.startsWith("-")) return null;
  const found = commands.find((one) => one.name === name);
  if (found) return found;
  const near = closest(
    name,
    commands.map((one) => one.name),
  );
  throw new UsageError(`unknown command "${name}"; did you mean "${near}"?`);
}

/**
 * @param words the words behind the command's name
 * @throws UsageError
 */
export function parseWords(command: Command, words: readonly string[]): Typed {
  const { argument, name } = command;
  const options = optionsOf(command);
  const [own, rest] = argument?.isScript ? splitAtScript(words, options) : [words, []];
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...own], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${name}: ${(error as Error).message.split("\n")[0]}`);
  }
  const { values, positionals } = parsed;
  const most = argument ? 1 : 0;
  if (positionals.length > most) {
    const takes = most === 0 ? "no argument" : "one argument";
    throw new UsageError(`${name} takes ${takes}, not ${most === 0 ? `"${positionals[0]}"` : positionals.length}`);
  }
  const [first] = positionals;
  if (argument?.isRequired && first === undefined && values.help !== true) {
    throw new UsageError(`${name} needs ${argument.name}: ${argument.text}`);
  }
  return {
    command,
    argument: first,
    rest,
    has: (option) => values[option] === true,
    value: (option) => (typeof values[option] === "string" ? values[option] : undefined),
  };
}

type Options = Record<string, { type: "boolean" | "string"; short?: string }>;

function optionsOf({ options = {}, hasNoJson }: Command): Options {
  const own = Object.entries(options).map(
    ([name, { value }]) => [name, { type: value === undefined ? "boolean" : "string" }] as const,
  );
  return {
    help: { type: "boolean", short: "h" },
    ...(hasNoJson ? {} : { json: { type: "boolean" } }),
    ...Object.fromEntries(own),
  };
}

/** Splits words behind the script: the first part is the command's, the second one the script's. */
function splitAtScript(words: readonly string[], options: Options): [string[], string[]] {
  const { tokens } = parseArgs({ args: [...words], options, allowPositionals: true, strict: false, tokens: true });
  const script = tokens.find(({ kind }) => kind === "positional");
  if (!script) return [[...words], []];
  return [words.slice(0, script.index + 1), words.slice(script.index + 1)];
}
