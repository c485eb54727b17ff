/** Whether Node is about to start a REPL: there is no script, and the standard input is a terminal. */
export function startsRepl(): boolean {
  const { argv, execArgv } = process;
  if (argv.length > 1) return false;
  if (execArgv.includes("-i") || execArgv.includes("--interactive")) return true;
  if (execArgv.some((flag) => EVALUATES.includes(flag.split("=")[0] as string))) return false;
  return process.getBuiltinModule("node:tty").isatty(0);
}

const EVALUATES = ["-e", "-p", "-pe", "--eval", "--print"];
