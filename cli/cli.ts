#!/usr/bin/env node
/** The `dumbo` command. Results go to stdout, errors to stderr with exit code 1 or 2. */
import { ConfigError } from "../src/config/config.ts";
import { StoreError } from "../src/store/store.ts";
import { CommandError, type Outcome, UsageError } from "./command.ts";
import { COMMANDS } from "./commands/commands.ts";
import { helpOf, overview } from "./help.ts";
import { commandNamed, parseWords } from "./parse.ts";
import { painter } from "./terminal.ts";

const { env } = process;
const paint = painter(process.stdout, env);

/** Runs the command that was typed. @returns the exit code */
async function main(words: readonly string[]): Promise<number> {
  const [name, ...others] = words;
  const isHelp = name === "--help" || name === "-h" || name === "help";
  const command = commandNamed(isHelp ? others[0] : name, COMMANDS);
  if (!command) {
    if (!isHelp) throw new UsageError(name === undefined ? "" : `unknown option "${name}" before a command`);
    console.log(overview(COMMANDS, paint));
    return 0;
  }
  const typed = parseWords(command, isHelp ? ["--help"] : others);
  if (typed.has("help")) {
    console.log(helpOf(command, paint));
    return 0;
  }
  const isJson = typed.has("json");
  const outcome = await command.run({ ...typed, cwd: process.cwd(), env, paint, isJson });
  print(outcome, isJson);
  return outcome.code;
}

function print({ data, lines = [] }: Outcome, isJson: boolean): void {
  if (isJson && data) console.log(JSON.stringify(data, null, 2));
  else if (lines.length > 0) console.log(lines.join("\n"));
}

/** Prints an error. @returns the exit code. @throws the error itself, if it is a bug and no message for users */
function failed(error: unknown): number {
  if (error instanceof UsageError) {
    console.error(error.message === "" ? overview(COMMANDS, painter(process.stderr, env)) : `dumbo: ${error.message}`);
    if (error.message !== "") console.error("       dumbo --help lists the commands");
    return 2;
  }
  if (!(error instanceof CommandError || error instanceof ConfigError || error instanceof StoreError)) throw error;
  console.error(`dumbo: ${error.message}`);
  return 1;
}

// A reader that closes the pipe early (`dumbo ls | head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

main(process.argv.slice(2))
  .catch(failed)
  .then((code) => {
    process.exitCode = code;
  });
