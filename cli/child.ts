/** Runs a program in a child process: this process hands its signals on to the program, and ends as the program ends. */
import { spawn } from "node:child_process";

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const HANDED_ON: readonly NodeJS.Signals[] = ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT", "SIGUSR2", "SIGWINCH"];
/** Signals that a terminal sends to the program itself, because it is in the same process group. */
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
      // Windows knows only a few of these signals.
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

/** The exit code for the end of a program. If a signal has ended it, this process sends itself the same signal. */
export function endAs({ code, signal }: Ended): number {
  if (signal === null) return code ?? 1;
  process.kill(process.pid, signal);
  // Some signals take effect a moment later, and some do not end this process.
  return 1;
}
