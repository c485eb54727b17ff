/** The parts of a command, what it is given, and what it returns. */
import type { Paint } from "./terminal.ts";

export interface Argument {
  /** As the help shows it: `PATTERN`. */
  readonly name: string;
  readonly text: string;
  readonly isRequired?: true;
  /** Set if it is a script: the words behind it are the script's arguments, and not the command's. */
  readonly isScript?: true;
}

export interface Option {
  /** The name of its value in the help, like `DAYS`; a switch has no value. */
  readonly value?: string;
  readonly text: string;
}

/** A line that a user can type, and what it does. */
export interface Example {
  readonly line: string;
  readonly text: string;
}

export interface Command {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  readonly argument?: Argument;
  readonly options?: Readonly<Record<string, Option>>;
  readonly example: Example;
  /** When it exits with 1; null if it exits as the program that it runs. It exits with 0 if all is well, and with 2 if the line is wrong. */
  readonly fails: string | null;
  /** Set if its output is that of another program, so that it has no JSON. */
  readonly hasNoJson?: true;
  run(request: Request): Outcome | Promise<Outcome>;
}

/** What the user has typed, and the folder in which it was typed. */
export interface Request {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The argument, if there is one. */
  readonly argument: string | undefined;
  /** The words behind a script. */
  readonly rest: readonly string[];
  /** Whether a switch is on. */
  has(option: string): boolean;
  /** The value of an option. */
  value(option: string): string | undefined;
  readonly paint: Paint;
  /** Whether the result is printed as JSON. Progress is not shown then. */
  readonly isJson: boolean;
}

export interface Outcome {
  readonly code: number;
  /** What `--json` prints. schema/cli.schema.json describes it under the name of the command. */
  readonly data?: object;
  /** What is printed without `--json`. */
  readonly lines?: readonly string[];
}

/** Thrown if the line that was typed is wrong: exit code 2. */
export class UsageError extends Error {}

/** Thrown if the command cannot be done: exit code 1. */
export class CommandError extends Error {}
