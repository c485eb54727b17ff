#!/usr/bin/env node
/** The `dumbo` command. Results go to stdout, errors to stderr with exit code 1 or 2. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readAssumePure, vouchedBy } from "../audit/assume-pure.ts";
import type { Transforming } from "../loader/hooks/load.ts";
import { ConfigError, readConfig } from "../src/config/config.ts";
import { cacheDirectory, findProject } from "../src/config/project.ts";
import { requireOwn } from "../src/node/bundles.ts";
import { explain, formatExplanations } from "../src/report/explain.ts";
import { prepareDirectory } from "../src/store/disk/directory.ts";
import { formatScan, scanTree } from "./scan.ts";

const USAGE = `usage: dumbo explain [PATTERN] [--all] [--json]
       dumbo scan [PATH] [--all] [--json] [--strict]
       dumbo gc [--age DAYS] [--json]

  explain   lists what dumbo does with each function of this project, and why
            PATTERN  only functions whose "file:line name" contains it
  scan      lists what the code alone says of each function, without running anything
            PATH     a file or a folder; the current folder if not given
            --strict exits with 1 when an entry of the assumePure list is not needed
  gc        cleans the cache directory up: files that no entry leads to, entries without their file, and what nobody
            asked for in so many DAYS (30)
  --all     also functions that are too small to be worth a look
  --json    as JSON

Run a program with: node --import dumbo/auto script.ts
Environment: DUMBO=off, DUMBO_DIR, DUMBO_LOG, DUMBO_POLICY, DUMBO_VERIFY, DUMBO_READ_ONLY, DUMBO_ASSUME_PURE (see docs/configuration.md)`;

type Options = ReturnType<typeof parse>["values"];
type Command = (argument: string | undefined, options: Options) => number;

/** A command returns the exit code. */
const COMMANDS: Readonly<Record<string, Command>> = { explain: runExplain, scan: runScan, gc: runGc };

function main(): number {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse();
  } catch (error) {
    return misused((error as Error).message);
  }
  const { values, positionals } = parsed;
  const [name, argument, ...rest] = positionals;
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) return misused(name === undefined ? null : `unknown command "${name}"`);
  if (rest.length > 0) return misused(`${name} takes one argument, not ${rest.length + 1}`);
  try {
    return command(argument, values);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(`dumbo: ${error.message}`);
    return 1;
  }
}

function misused(why: string | null): number {
  console.error(why === null ? USAGE : `dumbo: ${why}\n\n${USAGE}`);
  return 2;
}

function runExplain(pattern = "", { all, json }: Options): number {
  const cwd = process.cwd();
  const project = findProject(undefined, cwd);
  const directory = cacheDirectory(project, readConfig(project.root).directory, process.env, cwd);
  const known = explain(directory, project.root, pattern);
  if (known.length === 0) {
    console.error(
      `dumbo: nothing is known${pattern ? ` of "${pattern}"` : ""} in ${directory}; run the program with --import dumbo/auto first`,
    );
    return 1;
  }
  const list = all ? known : known.filter(({ verdict }) => verdict !== "trivial");
  if (json) console.log(JSON.stringify(list, null, 2));
  else {
    const vouched = vouchedBy(project.root, process.env.DUMBO_ASSUME_PURE, cwd);
    console.log(formatExplanations(list, process.stdout.isTTY === true, vouched));
  }
  return 0;
}

function runScan(path: string | undefined, { all, json, strict }: Options): number {
  const cwd = process.cwd();
  const target = resolve(cwd, path ?? ".");
  if (!existsSync(target)) return misused(`${target} does not exist`);
  const { root } = findProject(resolve(target, "x"), cwd);
  const list = readAssumePure(root, process.env.DUMBO_ASSUME_PURE, cwd);
  const transforming = requireOwn(join(__dirname, "transforming.cjs")) as Transforming;
  const { functions, unneeded } = scanTree(target, root, readConfig(root), list, transforming);
  const result = { functions: all ? functions : functions.filter(({ verdict }) => verdict !== "trivial"), unneeded };
  console.log(json ? JSON.stringify(result, null, 2) : formatScan(result, process.stdout.isTTY === true));
  return strict && unneeded.length > 0 ? 1 : 0;
}

function runGc(argument: string | undefined, { age = "30", json }: Options): number {
  if (argument !== undefined) return misused(`gc takes no argument, not "${argument}"`);
  const days = Number(age);
  if (age.trim() === "" || !(days >= 0)) return misused(`--age must be a number of days, not "${age}"`);
  const cwd = process.cwd();
  const project = findProject(undefined, cwd);
  const directory = cacheDirectory(project, readConfig(project.root).directory, process.env, cwd);
  if (!existsSync(directory)) {
    console.error(`dumbo: there is no cache directory ${directory}`);
    return 1;
  }
  try {
    const { collectGarbage, formatCollected } = requireOwn(
      join(__dirname, "store.cjs"),
    ) as typeof import("../src/store/open.ts");
    const collected = collectGarbage(prepareDirectory(directory), days, Date.now());
    console.log(json ? JSON.stringify(collected, null, 2) : formatCollected(collected));
    return collected.trouble === null ? 0 : 1;
  } catch (error) {
    console.error(`dumbo: ${(error as Error).message}`);
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
      strict: { type: "boolean" },
      age: { type: "string" },
    },
  });
}

process.exitCode = main();
