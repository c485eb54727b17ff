/** A program that runs in the place of this process: what it is told, this process hands on, and it ends as the program ends. */
import { spawn } from "node:child_process";

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const HANDED_ON: readonly NodeJS.Signals[] = ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR2", "SIGWINCH"];
/** What a terminal sends to the program itself, as it is of the same group. */
const BY_TERMINAL: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT", "SIGWINCH"];

/** Runs Node with the terminal of this process. */
export function runNode(args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<Ended> {
  const child = spawn(process.execPath, args, { stdio: "inherit", env, cwd });
  const hasTerminal = process.stdin.isTTY === true;
  const handOn = (signal: NodeJS.Signals) => {
    if (!(hasTerminal && BY_TERMINAL.includes(signal))) child.kill(signal);
  };
  for (const signal of HANDED_ON) {
    try {
      process.on(signal, handOn);
    } catch {
      // Windows has few of them.
    }
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      for (const one of HANDED_ON) process.off(one, handOn);
      resolve({ code, signal });
    });
  });
}

/** The exit code for a program's end; where a signal ended it, one ends this process, too. */
export function endAs({ code, signal }: Ended): number {
  if (signal === null) return code ?? 1;
  process.kill(process.pid, signal);
  // Some signals are taken later, and some are not deadly to this process.
  return 1;
}
