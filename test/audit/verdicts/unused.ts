/** What of the table no test uses, and why. */

/** Not to be loaded in a program of tests. */
const UNLOADED: Readonly<Record<string, string>> = {
  "_*": "deprecated names of functions that other modules export; loading them warns",
  punycode: "deprecated: loading it warns",
  sys: "deprecated name of util: loading it warns",
  domain: "loading it changes how the whole process handles errors",
  wasi: "experimental: loading it warns",
  trace_events: "not in every build of Node",
  "inspector/promises": "experimental: loading it warns",
  "node:ffi": "crashes the process when it is given anything wrong",
  "node:sea":
    "throws in each program that is no single executable, tapped or not; Node 20 does not hand on what is tapped to who has imported it by name",
  "node:test": "runs its tests, and reports them, when the program ends",
  "node:test/reporters": "belongs to node:test",
};

/** Not to be called: reason and names, as they are in the table. */
const UNCALLED: readonly (readonly [reason: string, names: string])[] = [
  [
    "ends, replaces or stops the process",
    `process.abort process.exit process.reallyExit process._kill process._debugEnd process.openStdin
     inspector.open inspector.close inspector.waitForDebugger inspector/promises.open inspector/promises.close
     inspector/promises.waitForDebugger repl.start`,
  ],
  ["loads native code, or hands out what does", "process._linkedBinding process.dlopen crypto.setEngine node:ffi.*"],
  ["starts or ends other processes", "cluster.fork cluster.disconnect"],
  [
    "takes long, or leaves files behind",
    `v8.getHeapSnapshot v8.writeHeapSnapshot v8.stopCoverage v8.takeCoverage v8.startCpuProfile
     v8.startHeapProfile v8.setHeapSnapshotNearHeapLimit v8.setHeapProfileNearHeapLimit
     module.flushCompileCache module.enableCompileCache process.report`,
  ],
  [
    "changes the process for everything that runs after it",
    "crypto.setFips module.register module.Module.register process.removeAllListeners process._fatalException process._tickCallback",
  ],
  ["hands out objects of which Node knows nothing else", "process._getActiveHandles process._getActiveRequests"],
  ["prints the time", "util.log"],
  ["is the module fs/promises", "fs.promises"],
];

/** Names by the reason why no test calls them. */
export const uncalled: ReadonlyMap<string, string> = new Map(
  UNCALLED.flatMap(([reason, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, reason] as const),
  ),
);

/** All names that reasons are given for, but for groups of them. */
export const declared: readonly string[] = [
  ...Object.keys(UNLOADED).filter((name) => name !== "_*"),
  ...uncalled.keys(),
];

/** Whether no program of the tests loads a module. */
export function isUnloaded(place: string): boolean {
  return place.startsWith("_") || Object.hasOwn(UNLOADED, place);
}

/** Globals that are not even looked at. */
const UNREAD: readonly (readonly [reason: string, names: RegExp])[] = [
  ["warns, and needs a flag", /^(localStorage|sessionStorage)\b/],
  ["is there with --expose-gc only", /^gc$/],
  ["a module that mentions it has nothing cached at all: see the programs of patterns", /^RegExp\./],
];

/** Why no program mentions a global, or a member of one, or null. */
export function whyUnread(name: string): string | null {
  return UNREAD.find(([, names]) => names.test(name))?.[0] ?? null;
}

/** Why no program uses a row of the table, or null. */
export function whyUnused(place: string, name: string): string | null {
  if (isUnloaded(place)) return UNLOADED[place.startsWith("_") ? "_*" : place] ?? null;
  const unread = place === "globals" ? whyUnread(name) : null;
  // What hangs on it belongs to it.
  const own = [...name.matchAll(/$|[.#]/g)].map(({ index }) => name.slice(0, index));
  const keys = [`${place}.*`, ...own.flatMap((one) => [one, `${place}.${one}`])];
  return unread ?? keys.map((key) => uncalled.get(key)).find((reason) => reason !== undefined) ?? null;
}
