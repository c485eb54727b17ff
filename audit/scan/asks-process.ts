/**
 * Pure functions of Node that look at members of `process` whenever they are called: at `process.cwd`, or at `process.platform`.
 * These may be the program's, and so is what the functions return then.
 */
const OF_PATH: readonly string[] = [
  "_makeLong",
  "matchesGlob",
  "posix",
  "relative",
  "resolve",
  "toNamespacedPath",
  "win32",
];
const ASKING = new Map<string, readonly string[]>([
  ["os", ["platform"]],
  ["path", OF_PATH],
  ["path/posix", OF_PATH],
  ["path/win32", OF_PATH],
  ["url", ["pathToFileURL"]],
]);

/**
 * Whether a member of a built-in module is such a function, or may lead to one.
 * @param module without the `node:` prefix
 * @param name undefined for the module as a whole
 */
export function asksProcess(module: string, name: string | undefined): boolean {
  const names = ASKING.get(module);
  return names !== undefined && (name === undefined || names.includes(name));
}
