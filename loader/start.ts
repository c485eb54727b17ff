/** Starts dumbo: puts hooks, taps and the session in place before the program is loaded. */

import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { digestOfList, NOTHING_ASSUMED, readAssumePure } from "../audit/assume-pure.ts";
import { asAtStart } from "../audit/builtins/as-at-start.ts";
import { setTimeout, sinceStart, worked } from "../audit/builtins/originals.ts";
import { LAST_MATCH, LastMatch } from "../audit/scan/regexp-statics.ts";
import { installChannels } from "../audit/taps/channels.ts";
import { areMakersTapped, lookAtTexts } from "../audit/taps/function-makers.ts";
import { installTaps, tapBuiltin, tapGlobal, tapImported } from "../audit/taps/install.ts";
import { originalOf } from "../audit/taps/wrap.ts";
import { apart, unaudited } from "../audit/unaudited.ts";
import { ENGINE_TOOLS } from "../src/call/engine.ts";
import { tellEviction } from "../src/call/events.ts";
import { sourceOf } from "../src/code/code-places.ts";
import type { AnalysePlain, PlainTools } from "../src/code/plain-module.ts";
import type { PlainFinder } from "../src/code/registry.ts";
import { ConfigError, readVerify } from "../src/config/config.ts";
import { requireOwn } from "../src/node/bundles.ts";
import { lazyModule } from "../src/node/lazy.ts";
import { writeError } from "../src/node/process.ts";
import { compileBy } from "../src/node/require.ts";
import { type Omissions, readOmissions } from "../src/policy/profile.ts";
import { readRepeatedRuns } from "../src/policy/repeated-runs.ts";
import type { ProgramCause } from "../src/reason/reason.ts";
import { asksForLog, logTarget } from "../src/report/log-target.ts";
import type { Store } from "../src/store/store.ts";
import { mayCompileAhead, watchCompileCache } from "./compile-cache.ts";
import { noticeAskedNames, tellsAskedNames } from "./hooks/asked-names.ts";
import { isFirst } from "./hooks/first-hooks.ts";
import { installHooks, noticeHooks, supportsSyncHooks } from "./hooks/in-thread.ts";
import { isFirstInThread } from "./hooks/inner-hooks.ts";
import { Loader, type Transforming } from "./hooks/load.ts";
import { hookThread, installLegacyHooks } from "./hooks/off-thread.ts";
import type { LoaderSettings } from "./hooks/settings.ts";
import { readsByExports, type TextReader } from "./hooks/source-reads.ts";
import { findTypeScript } from "./hooks/typescript-names.ts";
import type { Boot } from "./known-at-start.ts";
import type { LoadedCommonJs } from "./listed-functions.ts";
import { nodeStripsTypes } from "./parse/typescript.ts";
import type { Remote, RemoteOptions } from "./remote/start.ts";
import type { Repl } from "./repl/repl.ts";
import { startsRepl } from "./repl/starts-repl.ts";
import { noteInput, noteReported } from "./repl/traces.ts";
import { leaveRequireCache } from "./require-cache.ts";
import { Session, type SessionSettings } from "./session.ts";
import { settingOr } from "./settings.ts";
import { hideDumboFrames } from "./stack-frames.ts";
import { RememberedRun } from "./whole-run/remembered-run.ts";
import type { Resolution } from "./whole-run/resolutions.ts";

/** What prologues call (loader/transform/rewrite.ts), and with its module the main file of a listed package (hooks/listed-mains.ts). */
type Prologue = (
  id: string | LoadedCommonJs,
  url: string,
  guards: number[],
  get: (n: number) => unknown,
  set: (n: number, guard: unknown) => void,
  /** 0 if no function of the module assigns to a binding of the module. */
  assign: ((n: number, value: unknown) => void) | 0,
  needs?: string[],
  renamed?: (...args: unknown[]) => unknown,
) => unknown;

const RUNTIME = Symbol.for("dumbo");
const noAssignment = () => undefined;

/** Makes what finds modules that were loaded without a rewrite. */
export type MakePlain = (tools: PlainTools, analyse: AnalysePlain) => PlainFinder;

/**
 * @param runName the name of the run as a whole; null where none is answered
 * @param library set where the program has imported dumbo and runs already: its modules are left as they are
 */
export function start(boot: Boot, runName: string | null, library: MakePlain | null = null): void {
  const { root, config, directory, user, compiled, rest } = boot;
  const isLibrary = library !== null;
  const { env } = process;
  const { settings, list, verify, omissions } = readSettings(boot, isLibrary);
  const { dumboFolder, program, assumePure } = settings;
  compileBy(compiled.compile);
  if (!isLibrary) leaveRequireCache(dumboFolder);
  const report = (line: string) => writeError(`dumbo: ${line}\n`);
  const hasHooks = supportsSyncHooks(process.versions.node);
  const seesImports = hasHooks || readsByExports(process.versions.node);
  const transforming = lateTransforming();
  const remembered =
    runName === null || !seesImports ? null : new RememberedRun(boot, runName, dumboFolder, hasHooks, transforming);
  const remote = config.remote.length === 0 ? null : openRemote({ root, directory, config, env, dumboFolder, report });
  const meet = meeting(hasHooks ? tapBuiltin : tapImported, (cause) => session.forbid(cause));
  const loader = new Loader(settings, transforming, sinceStart, report);
  const plain: AnalysePlain = (module) => {
    const analysis = loader.analysePlain(module);
    if (!("untouched" in analysis)) meet(analysis.plain?.needs ?? []);
    return analysis;
  };
  const repl = isLibrary ? null : openRepl(loader, meet, () => session.retire());
  const session: Session = new Session(
    {
      root,
      directory,
      user,
      dumboFolder,
      config,
      assumePure,
      list,
      verify,
      omissions,
      log: isLibrary && env.DUMBO_LOG === undefined ? { kind: "silent" } : logTarget(env.DUMBO_LOG),
      plain: library?.(ENGINE_TOOLS, plain) ?? repl?.modules ?? null,
      program,
      isMainThread,
      compiled,
      rest,
      openStore: storeOpener(settings, remote),
      endRemote: () => remote?.end(),
      remembered,
    },
    loader,
  );
  const importing = (path: string, name: unknown) => {
    const builtin = remembered?.modules.noteImport(path, name) ?? null;
    if (builtin !== null) tapImported(builtin);
  };
  handOverRuntime(session, loader, meet, importing);
  hideDumboFrames(dumboFolder);
  const first = isFirst(dumboFolder, env, process.execArgv);
  if (hasHooks && first && mayCompileAhead(env) && !isLibrary) {
    watchCompileCache(loader.isWorthCompilingAhead ? join(directory, "compiled") : null);
  }
  const startThread =
    hasHooks || isLibrary ? () => undefined : hookThread(loader, settings, () => remembered?.giveUp("module.register"));
  const onHooks = hasHooks && !isLibrary ? noticeHooks() : () => undefined;
  installTaps();
  session.trustTaps();
  session.noteStart(worked() - boot.workedBefore);
  // The scan lets code make functions of texts, because taps look at each of them: without these taps, nothing may be cached.
  if (!areMakersTapped()) session.forbid({ kind: "replaced-built-in", name: "Function" });
  installChannels(session.onEvent);
  if (isLibrary) return;
  session.guardBuiltins();
  repl?.start(session.engine);
  if (!hasHooks && !nodeStripsTypes) findTypeScript();
  if (remembered) {
    const { modules } = remembered;
    const isTold = tellsAskedNames(process.versions.node);
    noticeAskedNames(
      process.argv[1] ?? "",
      (asked) => (isTold ? modules.noteElsewhere(asked) : modules.noteAskedName(asked)),
      (api) => modules.noteLooked(api),
    );
  }
  if (hasHooks) {
    const onResolved = remembered && ((resolution: Resolution) => remembered.modules.noteResolution(resolution));
    const onLoading = (path: string) => remembered?.modules.noteLoading(path);
    installHooks(loader, first, onHooks, tapBuiltin, unaudited, apart, onResolved, onLoading);
  } else {
    // Tapped now: ES modules bind the names of `fs/promises` before a prologue can ask for taps. Node has loaded that module anyway.
    tapBuiltin("fs/promises");
    const alone = isFirstInThread(dumboFolder, env, process.execArgv);
    const plainText = (source: string) => transforming().stripTypes(source);
    if (remembered) lookAtTexts((texts) => remembered.modules.noteMadeOf(texts));
    const reader: TextReader | null = remembered && {
      onReading: (path) => remembered.modules.noteLoading(path),
      onText: (path, text, isModule) => {
        for (const name of remembered.modules.noteText(path, text, isModule)) tapImported(name);
      },
      textToRun: (path, text) => remembered.modules.textToRun(path, text),
      onRequired: (text, exported, isModule) => remembered.modules.noteRequired(text, exported, isModule),
    };
    installLegacyHooks(loader, settings, alone, startThread, tapBuiltin, apart, plainText, reader);
  }
  remembered?.begin();
}

/** What the user has set, and what earlier runs say of guards. */
interface StartSettings {
  readonly settings: LoaderSettings;
  /** The digest of the assumePure list. */
  readonly list: string;
  /** Share of hits that are computed again and compared. */
  readonly verify: number;
  readonly omissions: Omissions;
}

/** Reads them. Broken settings end the process. */
function readSettings({ cwd, root, config, directory, user, rest }: Boot, isLibrary: boolean): StartSettings {
  const { env } = process;
  const assumePure = settingOr(() => readAssumePure(root, env.DUMBO_ASSUME_PURE, cwd), NOTHING_ASSUMED);
  const list = digestOfList(assumePure);
  const verify = settingOr(() => readVerify(env), 0);
  // The policy `always` keeps all results, so no guard is left out.
  const omissions = config.policy === "always" || isLibrary ? {} : readOmissions(directory, Date.now(), list);
  const settings: LoaderSettings = {
    root,
    program: process.argv[1] ?? "",
    directory,
    user,
    dumboFolder: __dirname + sep,
    config,
    assumePure,
    repeated: isLibrary ? {} : readRepeatedRuns(directory),
    omit: Object.fromEntries(Object.entries(omissions).map(([id, { sites }]) => [id, sites])),
    sourceMap: readsMaps(env),
    tellsUnparsed: asksForLog(env.DUMBO_LOG),
    linksOnly: env.DUMBO_LINKED !== undefined,
    isLean: !isLibrary && config.policy === "measured" && rest?.isLean(Date.now()) === true,
  };
  return { settings, list, verify, omissions };
}

/** Loads the parser and the rest when a module has to be parsed for the first time. */
function lateTransforming(): () => Transforming {
  let loaded: Transforming | null = null;
  return () => {
    loaded ??= requireOwn(join(__dirname, "transforming.cjs")) as Transforming;
    return loaded;
  };
}

/** Opens the store of a folder when somebody looks up a call. */
function storeOpener({ directory, config }: LoaderSettings, remote: Remote | null): SessionSettings["openStore"] {
  return (report, other): Store => {
    const at = other?.directory ?? directory;
    const limited = other?.maxSize ? { ...config, maxSize: other.maxSize } : config;
    const store = requireOwn(join(__dirname, "store.cjs")) as typeof import("../src/store/open.ts");
    return store.openStore(
      at,
      limited,
      report,
      { later, now: sinceStart },
      (evicted) => {
        for (const { key, bytes } of evicted) tellEviction(key, bytes);
      },
      // Shared caches stand behind the thread's own store alone.
      other ? null : (remote?.beyond ?? null),
    );
  };
}

/** Taps what a module says that it needs, before any of its code runs. */
function meeting(onImport: (name: string) => void, forbid: (cause: ProgramCause) => void) {
  const lastMatch = new LastMatch();
  return (needs: readonly string[]): void => {
    for (const name of needs) {
      if (lastMatch.mayBeRead(name)) forbid({ kind: "last-match", name: LAST_MATCH });
      else if (name.startsWith("node:")) onImport(name);
      else tapGlobal(name);
    }
  };
}

/** Puts what rewritten modules call, and what other copies of dumbo look for, where they find it. */
function handOverRuntime(
  session: Session,
  loader: Loader,
  meet: (needs: readonly string[]) => void,
  importing: (path: string, name: unknown) => void,
): void {
  const register = ([id, url, guards, get, set, assign, needs = [], renamed]: Parameters<Prologue>) => {
    if (typeof id === "object") return session.guardPackage(id);
    if (renamed) Reflect.defineProperty(renamed, "name", { value: "default" });
    meet(needs);
    if (loader.isOverruled && !unaudited(() => runsAsHandedOver(loader, id, url, get))) {
      session.noteOverruled(url);
      return undefined;
    }
    return session.register({ id, url, get, set, assign: assign || noAssignment }, guards);
  };
  const prologue = (...given: Parameters<Prologue>) => asAtStart(() => register(given), undefined);
  const value = Object.assign(prologue, {
    commit: () => session.commit(),
    engine: () => session.engine,
    importing,
  });
  Object.defineProperty(globalThis, RUNTIME, { configurable: true, value });
}

/** Whether a module runs with the text that dumbo knows. @param get stands in that text */
function runsAsHandedOver(loader: Loader, id: string, url: string, get: object): boolean {
  try {
    const path = url.startsWith("file:") ? fileURLToPath(url) : url;
    const text = loader.handedOver(id, path);
    return text !== null && sourceOf(get) === text;
  } catch {
    return false;
  }
}

/** Guards for what is typed at a prompt. They are in a bundle of their own, which no program with a script loads. */
function openRepl(loader: Loader, meet: (needs: readonly string[]) => void, retire: () => void): Repl | null {
  if (!startsRepl()) return null;
  const bundle = requireOwn(join(__dirname, "repl.cjs")) as typeof import("./repl/repl.ts");
  return new bundle.Repl({
    tools: ENGINE_TOOLS,
    analyse: (script, isGlobal) => {
      const analysis = loader.analyseInput(script, isGlobal);
      if (!("untouched" in analysis)) meet(analysis.plain?.needs ?? []);
      return analysis;
    },
    guard: (text, first, isGlobal) => loader.guardInput(text, first, isGlobal),
    unaudited,
    isTap: (value) => originalOf(value) !== value,
    noteInput,
    noteReported,
    retire,
  });
}

function later(work: () => void, ms: number): void {
  setTimeout(() => apart(work, undefined), ms).unref();
}

/** Starts the client of shared caches. Nothing of it is loaded where no shared cache is configured. */
function openRemote(options: Omit<RemoteOptions, "program" | "now" | "later">): Remote | null {
  const bundle = requireOwn(join(__dirname, "remote.cjs")) as typeof import("./remote/start.ts");
  const places = settingOr(() => {
    const read = bundle.placesOf(options.root, options.config, options.env);
    if ("wrong" in read) throw new ConfigError(read.wrong);
    return read.places;
  }, []);
  if (places.length === 0) return null;
  return bundle.startRemote(places, { ...options, program: process.argv[1] ?? "", now: sinceStart, later });
}

/** `worker_threads` is loaded only when this is asked: that would be a third of each start. */
function isMainThread(): boolean {
  return lazyModule("worker_threads").isMainThread;
}

/** Whether anything will look at source maps: stack traces, coverage, a debugger. */
function readsMaps(env: NodeJS.ProcessEnv): boolean {
  if (env.NODE_V8_COVERAGE || process.sourceMapsEnabled) return true;
  const flags = [...process.execArgv, ...(env.NODE_OPTIONS ?? "").split(/\s+/)];
  return flags.some((flag) => /^--(enable-source-maps|inspect|experimental-test-coverage)/.test(flag));
}
