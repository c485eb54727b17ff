/** What two runs of a program have to have in common before what one of them read says anything of the other. */
import { hashText } from "../../src/hash.ts";
import { READ_AT_START } from "../../src/node/files-at-start.ts";
import { isFirst } from "../hooks/first-hooks.ts";
import { openDescriptors } from "./open-descriptors.ts";

/** Flags with which the user looks at how the program runs, and not only at what it prints. */
const LOOKS = /^--(cpu-prof|trace-|enable-source-maps|expose)/;
/** The same for variables. */
const WATCHING = ["NODE_V8_COVERAGE", "NODE_DEBUG", "NODE_DEBUG_NATIVE", "NODE_CHANNEL_FD", "NODE_REDIRECT_WARNINGS"];

/**
 * Whether a run may be answered as a whole: nothing but dumbo and Node stands between the process and the program, and nobody watches it run.
 * @param dumboFolder with a separator at the end
 */
export function mayBeAnswered(dumboFolder: string): boolean {
  const { argv, env, execArgv, platform } = process;
  // Where Windows and its terminals would differ is not known.
  if (platform === "win32" || argv[1] === undefined || argv[1] === "-") return false;
  if (WATCHING.some((name) => env[name] !== undefined) || execArgv.some((flag) => LOOKS.test(flag))) return false;
  // Such a file may name others, which nobody would look at.
  if (READ_AT_START.some((name) => env[name])) return false;
  return isFirst(dumboFolder, env, execArgv);
}

/**
 * The name of all runs of a program with the same arguments, environment, directory, open descriptors, limits, terminal and Node.
 * @param own a file of dumbo's, by which its version is known
 * @param config that of the project
 */
export function runIdentity(own: string, config: object): string {
  const { argv, argv0, arch, env, execArgv, execPath, platform, version, versions } = process;
  const { isatty } = process.getBuiltinModule("node:tty");
  const terminals = [0, 1, 2].map((descriptor) => isatty(descriptor));
  const size = terminals.includes(true) && [process.stdout, process.stderr].map(({ columns, rows }) => [columns, rows]);
  const fs = process.getBuiltinModule("node:fs");
  const { size: bytes, mtimeMs } = fs.statSync(own);
  // In their order: `Object.keys(process.env)` shows it.
  const variables = Object.keys(env).map((name) => [name, env[name]]);
  return hashText(
    JSON.stringify([
      [version, versions, arch, platform, execPath, execArgv, argv0, argv.slice(1), process.cwd()],
      [variables, openDescriptors(), limitsOf(fs), terminals, size, config, own, bytes, mtimeMs],
    ]),
  );
}

/** What the system lets the process do, as `ulimit` says it: how large its files may be, how many it may open. Empty where no file tells. */
function limitsOf({ readFileSync }: Pick<typeof import("node:fs"), "readFileSync">): string {
  try {
    return readFileSync("/proc/self/limits", "latin1");
  } catch {
    return "";
  }
}
