#!/usr/bin/env node
/** The `dumbo` command. Results go to stdout, errors to stderr with exit code 1 or 2. */
import { parseArgs } from "node:util";
import { ConfigError, readConfig } from "./config.ts";
import { explain, formatExplanations } from "./explain.ts";
import { cacheDirectory, findProject } from "./project.ts";

const USAGE = `usage: dumbo explain [PATTERN] [--all] [--json]

  explain   lists what dumbo does with each function of this project, and why
            PATTERN  only functions whose "file:line name" contains it
            --all    also those that are too small to be worth a look
            --json   as JSON

Run a program with: node --import dumbo/auto script.ts
Environment: DUMBO=off, DUMBO_DIR, DUMBO_LOG, DUMBO_POLICY, DUMBO_VERIFY, DUMBO_ASSUME_PURE (see README.md)`;

function main(): number {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse();
  } catch (error) {
    console.error(`dumbo: ${(error as Error).message}\n\n${USAGE}`);
    return 2;
  }
  const { values, positionals } = parsed;
  const [command, pattern = "", ...rest] = positionals;
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (command !== "explain" || rest.length > 0) {
    console.error(command && command !== "explain" ? `dumbo: unknown command "${command}"\n\n${USAGE}` : USAGE);
    return 2;
  }
  const cwd = process.cwd();
  const project = findProject(undefined, cwd);
  try {
    const directory = cacheDirectory(project, readConfig(project.root).directory, process.env, cwd);
    const all = explain(directory, project.root, pattern);
    if (all.length === 0) {
      console.error(
        `dumbo: nothing is known${pattern ? ` of "${pattern}"` : ""} in ${directory}; run the program with --import dumbo/auto first`,
      );
      return 1;
    }
    const list = values.all ? all : all.filter(({ verdict }) => verdict !== "trivial");
    if (values.json) console.log(JSON.stringify(list, null, 2));
    else console.log(formatExplanations(list, process.stdout.isTTY === true));
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(`dumbo: ${error.message}`);
    return 1;
  }
}

function parse() {
  return parseArgs({
    allowPositionals: true,
    options: {
      help: { type: "boolean", short: "h" },
      all: { type: "boolean" },
      json: { type: "boolean" },
    },
  });
}

process.exitCode = main();
