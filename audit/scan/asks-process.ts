/**
 * Pure functions of Node that read `process.cwd` or `process.platform` at each call. A program may have replaced these members, and the
 * functions return something else then.
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
 * Whether an export of a built-in module is such a function, or has one in it.
 * @param module without the `node:` prefix
 * @param name undefined for the module as a whole
 */
export function asksProcess(module: string, name: string | undefined): boolean {
  const names = ASKING.get(module);
  return names !== undefined && (name === undefined || names.includes(name));
}
