/**
 * `dumbo/auto`: the one module with side effects. Loaded by `--import` or `--require` before the program, it decides
 * whether dumbo runs at all, and puts everything in place.
 */

import { join, sep } from "node:path";
import { NOTHING_ASSUMED, readAssumePure } from "../audit/assume-pure.ts";
import { setTimeout, sinceStart } from "../audit/builtins/originals.ts";
import { LAST_MATCH, LastMatch } from "../audit/scan/regexp-statics.ts";
import { installChannels } from "../audit/taps/channels.ts";
import { installTaps, tapBuiltin, tapGlobal, tapImported } from "../audit/taps/install.ts";
import { tellEviction } from "../src/call/events.ts";
import { ConfigError, DEFAULTS, readConfig, readVerify } from "../src/config/config.ts";
import { cacheDirectory, findProject, isSwitchedOff } from "../src/config/project.ts";
import { requireOwn } from "../src/node/bundles.ts";
import { late } from "../src/node/lazy.ts";
import { writeError } from "../src/node/process.ts";
import { readOmissions } from "../src/policy/profile.ts";
import { prepareDirectory } from "../src/store/disk/directory.ts";
import type { Store } from "../src/store/store.ts";
import { StoreError } from "../src/store/store.ts";
import { installHooks, supportsSyncHooks } from "./hooks/in-thread.ts";
import { Loader, type LoaderSettings, type Transforming } from "./hooks/load.ts";
import { installLegacyHooks } from "./hooks/off-thread.ts";
import { type LoadedCommonJs, Session, type SessionSettings, unaudited } from "./session.ts";
import { hideOwnFrames } from "./stack-frames.ts";

/** What a prologue calls (loader/transform/rewrite.ts), and the end of a listed package's main file (load.ts) with its module. */
type Prologue = (
  id: string | LoadedCommonJs,
  url: string,
  guards: number[],
  get: (n: number) => unknown,
  set: (n: number, guard: unknown) => void,
  needs?: string[],
  renamed?: (...args: unknown[]) => unknown,
) => unknown;

const RUNTIME = Symbol.for("dumbo");

if (!isSwitchedOff(process.env) && !(RUNTIME in globalThis) && !isHookThread()) {
  try {
    start();
  } catch (error) {
    writeError(`dumbo: could not start, the program runs uncached: ${(error as Error)?.stack ?? error}\n`);
  }
}

function start(): void {
  const { env } = process;
  const cwd = process.cwd();
  const project = findProject(process.argv[1], cwd);
  const { config, assumePure, verify } = readSettings(project.root, cwd);
  let directory: string;
  try {
    directory = prepareDirectory(cacheDirectory(project, config.directory, env, cwd), config.readOnly);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    writeError(`dumbo: ${error.message}; the program runs uncached\n`);
    return;
  }

  const own = __dirname + sep;
  // Whoever wants everything kept gets every guard.
  const omissions = config.policy === "always" ? {} : readOmissions(directory, Date.now());
  const omit = Object.fromEntries(Object.entries(omissions).map(([id, { sites }]) => [id, sites]));
  const settings: LoaderSettings = {
    root: project.root,
    program: process.argv[1] ?? "",
    directory,
    own,
    config,
    assumePure,
    omit,
    sourceMap: readsMaps(env),
  };
  leaveRequireCache(own);
  let loaded: Transforming | null = null;
  const transforming = (): Transforming => {
    loaded ??= requireOwn(join(__dirname, "transforming.cjs")) as Transforming;
    return loaded;
  };
  const openStore = (report: (line: string) => void): Store => {
    const store = requireOwn(join(__dirname, "store.cjs")) as typeof import("../src/store/open.ts");
    const later = (work: () => void, ms: number) => void setTimeout(() => unaudited(work), ms).unref();
    return store.openStore(directory, config, report, { later, now: sinceStart }, (evicted) => {
      for (const { key, bytes } of evicted) tellEviction(key, bytes);
    });
  };

  const loader = new Loader(settings, transforming, sinceStart, (line) => session.report(line));
  const session = new Session(
    {
      root: project.root,
      directory,
      own,
      config,
      assumePure,
      verify,
      omissions,
      log: env.DUMBO_LOG,
      isMainThread,
      openStore,
    },
    loader,
  );
  const hasHooks = supportsSyncHooks(process.versions.node);
  const onImport = hasHooks ? tapBuiltin : tapImported;
  const lastMatch = new LastMatch();
  const prologue = (...[id, url, guards, get, set, needs = [], renamed]: Parameters<Prologue>) => {
    if (typeof id === "object") return session.guardPackage(id);
    if (renamed) Reflect.defineProperty(renamed, "name", { value: "default" });
    for (const name of needs) {
      if (lastMatch.mayBeRead(name)) session.forbid(`reads \`${LAST_MATCH}\``);
      else if (name.startsWith("node:")) onImport(name);
      else tapGlobal(name);
    }
    return session.register({ id, url, get, set }, guards);
  };
  const value = Object.assign(prologue, { commit: () => session.commit() });
  Object.defineProperty(globalThis, RUNTIME, { configurable: true, value });
  hideOwnFrames(own);
  installTaps();
  session.trustTaps();
  installChannels(session.onEvent);
  session.guardBuiltins();
  if (hasHooks) {
    installHooks(loader, tapBuiltin, unaudited);
  } else {
    // Names are bound there before a prologue can ask for taps; everybody has this module loaded anyway.
    tapBuiltin("fs/promises");
    installLegacyHooks(loader, settings, tapBuiltin, unaudited, (source) => transforming().stripTypes(source));
  }
}

/** A program may list `require.cache`, or empty it: dumbo's own files are not in there, but for what it requires. */
function leaveRequireCache(own: string): void {
  const required = `${own}index.cjs`;
  for (const path of Object.keys(require.cache)) {
    if (path.startsWith(own) && path !== required) delete require.cache[path];
  }
}

/**
 * Before Node 24 the thread that runs `module.register`'s hooks loads what `--require` names, too, and breaks if that has
 * synchronous hooks. It is the only one that is neither the main thread nor has a port to its parent.
 */
function isHookThread(): boolean {
  // Of all threads but the main one, and cheaper than to ask `worker_threads`, which every start would load.
  if ((process.abort as { disabled?: boolean }).disabled !== true) return false;
  return late("worker_threads").parentPort === null;
}

/** Not imported at the top: it is a third of what every start would load. */
function isMainThread(): boolean {
  return late("worker_threads").isMainThread;
}

/** A broken configuration or list stops the program before it starts; the main thread has said so for the others. */
function readSettings(root: string, cwd: string): Pick<SessionSettings, "config" | "assumePure" | "verify"> {
  try {
    const config = readConfig(root, process.env);
    const assumePure = readAssumePure(root, process.env.DUMBO_ASSUME_PURE, cwd);
    return { config, assumePure, verify: readVerify(process.env) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (!isMainThread()) return { config: DEFAULTS, assumePure: NOTHING_ASSUMED, verify: 0 };
    writeError(`dumbo: ${error.message}\n`);
    process.exit(1);
  }
}

/** Whether anything will look at source maps: stack traces, coverage, a debugger. */
function readsMaps(env: NodeJS.ProcessEnv): boolean {
  if (env.NODE_V8_COVERAGE || process.sourceMapsEnabled) return true;
  const flags = [...process.execArgv, ...(env.NODE_OPTIONS ?? "").split(/\s+/)];
  return flags.some((flag) => /^--(enable-source-maps|inspect|experimental-test-coverage)/.test(flag));
}
