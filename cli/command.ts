/** What every command is made of, and what it is given and gives back. */
import type { Paint } from "./terminal.ts";

export interface Argument {
  /** As the help shows it: `PATTERN`. */
  readonly name: string;
  readonly text: string;
  readonly isRequired?: true;
  /** It stands for a script: what follows belongs to the script, and is none of the command's business. */
  readonly isScript?: true;
}

export interface Option {
  /** What stands for its value in the help, `DAYS`; a switch has none. */
  readonly value?: string;
  readonly text: string;
}

/** A line to type, and what comes of it. */
export interface Example {
  readonly line: string;
  readonly text: string;
}

export interface Command {
  readonly name: string;
  /** One line, without an end. */
  readonly summary: string;
  readonly argument?: Argument;
  readonly options?: Readonly<Record<string, Option>>;
  readonly example: Example;
  /** When it exits with 1; null if it exits as a program does. With 0 all is well, and with 2 the line that was typed is wrong. */
  readonly fails: string | null;
  /** It hands its output over to another program: there is no JSON. */
  readonly hasNoJson?: true;
  run(request: Request): Outcome | Promise<Outcome>;
}

/** What was typed, and where. */
export interface Request {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The argument, if there is one. */
  readonly argument: string | undefined;
  /** What follows a script. */
  readonly rest: readonly string[];
  /** Whether a switch is on. */
  has(option: string): boolean;
  /** The value of an option. */
  value(option: string): string | undefined;
  readonly paint: Paint;
  /** Whether the result is wanted as JSON: progress is not shown then. */
  readonly isJson: boolean;
}

export interface Outcome {
  readonly code: number;
  /** What `--json` prints: described by schema/cli.schema.json, under the name of the command. */
  readonly data?: object;
  /** What is printed otherwise. */
  readonly lines?: readonly string[];
}

/** The line that was typed is wrong: exit code 2. */
export class UsageError extends Error {}

/** The command cannot be done: exit code 1. */
export class CommandError extends Error {}
