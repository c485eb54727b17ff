/** Which flags of Node and V8, and which settings in the environment that Node reads as it starts, can change what a function computes. */
import { READ_AT_START } from "../node/files-at-start.ts";
import { another, contentAtStart } from "./content-at-start.ts";

/**
 * Flags that say what is loaded, watched, measured or printed, or how much memory there is. All others count: `--disable-proto`,
 * `--disallow-code-generation-from-strings`, `--openssl-legacy-provider`, and hundreds of V8's.
 */
const HARMLESS = [
  // What is loaded and run: modules are known by their content.
  /^(?:import|require|r|loader|experimental-loader|conditions|C|input-type|eval|e|print|p|check|c|interactive|i|entry-url|run|env-file(?:-if-exists)?|preserve-symlinks(?:-main)?|experimental-import-meta-resolve|(?:no-)?experimental-(?:strip-types|transform-types|detect-module|require-module|default-type)|no-addons|no-global-search-paths)$/,
  // What is watched, tested, measured or looked at.
  /^(?:watch|test|experimental-test|inspect|debug-port|cpu-prof|heap-prof|heapsnapshot|prof|report|trace|diagnostic|coverage|track-heap-objects|perf)/,
  // What is printed, and how the process ends.
  /^(?:no-warnings|disable-warning|redirect-warnings|unhandled-rejections|abort-on-uncaught-exception|enable-source-maps|stack-trace-limit|title|completion-bash|process-timeout)$/,
  // How much memory there is. Results that depend on it are an assumption of their own (docs/soundness.md).
  /^(?:max-old-space-size(?:-percentage)?|max-semi-space-size|min-semi-space-size|max-heap-size|initial-(?:heap|old-space)-size|stack-size|expose-gc|v8-pool-size|huge-max-old-generation-size)$/,
  // What a process may do outside: calls that ask for it are recorded with what they were answered, or refused.
  /^(?:permission(?:-audit)?|allow-(?:addons|child-process|ffi|fs-read|fs-vfs|fs-write|inspector|net|openssl-store|wasi|worker))$/,
];

/** Flags that name such a file or folder, too. */
const NAMING = /^--(?:openssl-config|icu-data-dir)(?:=(.*))?$/;

/**
 * The flags and variables of a process that belong to the key of each call, in one text: empty for most processes.
 * @param execArgv flags, and values of those that are apart from them
 */
export function processFlags(execArgv: readonly string[], env: NodeJS.ProcessEnv): string {
  const found: string[] = [];
  for (const words of [(env.NODE_OPTIONS ?? "").split(/\s+/), execArgv]) {
    let isCounted = false;
    for (const word of words) {
      // A word that is no flag is the value of the one before it.
      if (word.startsWith("-")) isCounted = !isHarmless(word);
      if (isCounted) found.push(word);
    }
    for (const path of namedBy(words)) found.push(contentAtStart(path));
  }
  for (const name of READ_AT_START) {
    const path = env[name];
    if (path) found.push(`${name}=${path}`, contentAtStart(path));
  }
  // Node warns of more then, of much of it once in a process: which call is the first shows in no key.
  if (env.NODE_PENDING_DEPRECATION === "1" || found.some(isPending)) found.push(another());
  return found.join(" ");
}

function isPending(flag: string): boolean {
  return flag.replaceAll("_", "-") === "--pending-deprecation";
}

/** What flags name that Node reads as it starts, in the same word or in the next one. */
function namedBy(words: readonly string[]): string[] {
  const paths: string[] = [];
  for (const [at, word] of words.entries()) {
    const named = NAMING.exec(word.replaceAll("_", "-"));
    if (named) paths.push(named[1] === undefined ? (words[at + 1] ?? "") : word.slice(word.indexOf("=") + 1));
  }
  return paths;
}

function isHarmless(flag: string): boolean {
  const [name = ""] = flag.replace(/^-+/, "").split("=");
  return HARMLESS.some((pattern) => pattern.test(name.replaceAll("_", "-")));
}
