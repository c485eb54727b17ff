/** One thread of a program under dumbo: puts the audit, the loader and the memoizer together. */
import { appendFileSync, realpathSync } from "node:fs";
import { sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { AssumePure } from "../audit/assume-pure.ts";
import { emitterName, emitterPrototypeName } from "../audit/builtins/emitters.ts";
import { builtInPrototypeName, builtInsNamed, pureBuiltinName } from "../audit/builtins/natives.ts";
import { isAsTapped, noticedName } from "../audit/builtins/noticed-functions.ts";
import { builtInObjects } from "../audit/builtins/objects.ts";
import {
  clock,
  env,
  getBuiltinModule,
  on,
  ran,
  random,
  setImmediate,
  setTimeout,
  sinceStart,
  worked,
} from "../audit/builtins/originals.ts";
import { BuiltinWatch } from "../audit/builtins/patched.ts";
import { pathAsksProcess, takenModules, takenNamed, takenPath, takePure } from "../audit/builtins/pure-modules.ts";
import { watchedName } from "../audit/builtins/tapped-functions.ts";
import { outside } from "../audit/outside.ts";
import { replayWrites } from "../audit/replay/write-targets.ts";
import { CONFINED } from "../audit/scan/recorded.ts";
import { callerFile } from "../audit/taps/caller.ts";
import { lookAtMade } from "../audit/taps/function-makers.ts";
import { syncNames, tapBuiltin, tapLoaded } from "../audit/taps/install.ts";
import { ENGINE_TOOLS, type Engine, type OtherHost, type OtherStore, type Place } from "../src/call/engine.ts";
import { logOperations } from "../src/call/events.ts";
import type { Host } from "../src/call/host.ts";
import { Memoizer } from "../src/call/memoizer.ts";
import type { Handed } from "../src/code/guard-text.ts";
import type { Identity } from "../src/code/identity.ts";
import { MadeModules } from "../src/code/made-module.ts";
import type { ModuleInstance } from "../src/code/manifest.ts";
import { PackageDigests } from "../src/code/package-digest.ts";
import type { ReachContext } from "../src/code/reach-context.ts";
import { type PlainFinder, Registry } from "../src/code/registry.ts";
import { ReachCache } from "../src/key/functions.ts";
import { requireOwn } from "../src/node/bundles.ts";
import { writeError } from "../src/node/process.ts";
import { policyNamed } from "../src/policy/named.ts";
import type { Outlook } from "../src/policy/policy.ts";
import { type FunctionProfile, learnedUnder, readDistrusted, readProfiles } from "../src/policy/profile.ts";
import { ownerOf } from "../src/policy/retention.ts";
import { outlookOf, type RunRecord } from "../src/policy/runs.ts";
import type { ProgramCause } from "../src/reason/reason.ts";
import { operationLine } from "../src/report/operation-log.ts";
import { modulePath, profileKey } from "../src/report/summary.ts";
import type { Store } from "../src/store/store.ts";
import { bookEvent } from "../src/trace/booking.ts";
import type { AuditEvent } from "../src/trace/event.ts";
import { state } from "../src/trace/frames.ts";
import { noteGlobalAccessors } from "../src/value/global-accessors.ts";
import { WorkClock } from "../src/value/work-clock.ts";
import { type ExitSettings, keep, prepareBeside, type Run, recordOf, tell } from "./exit.ts";
import { builtinFunctions, guardListed, type Listed } from "./export-guards.ts";
import type { Loader } from "./hooks/load.ts";
import { SHORTEST_RUN } from "./hooks/package-budget.ts";

export interface SessionSettings extends ExitSettings {
  readonly assumePure: AssumePure;
  /** Modules that were loaded without a rewrite, where functions of theirs are to be known. */
  readonly plain: PlainFinder | null;
  /** Opens the store, or another one; throws a StoreError. */
  readonly openStore: (report: (line: string) => void, other?: OtherStore) => Store;
  /** Ends the use of shared caches, within bounds. */
  readonly endRemote: () => void;
}

/** A CommonJS module that has run. */
export interface LoadedCommonJs {
  readonly exports: unknown;
  readonly filename: string;
}

function appendTo(file: string): (text: string) => void {
  return (text) => {
    try {
      appendFileSync(file, text);
    } catch {
      // The disk is full, or the folder gone: the program goes on without the log.
    }
  };
}

/** Runs dumbo's own work, or Node's loading, without the audit. */
export function unaudited<T>(work: () => T): T {
  state.suspended++;
  try {
    return work();
  } finally {
    state.suspended--;
  }
}

export class Session {
  readonly #settings: SessionSettings;
  readonly #loader: Loader;
  readonly #registry: Registry;
  readonly #memoizer: Memoizer;
  readonly #host: Host;
  /** Of functions that are memoized by hand, with another store or another share of hits that are verified. */
  readonly #derived: Memoizer[] = [];
  /** Stores of groups, by their folders. */
  readonly #others = new Map<string, Store | null>();
  readonly #digests: PackageDigests;
  /** Transforms of the modules that ran, by URL. */
  readonly #modules = new Map<string, string>();
  /** The built-ins that dumbo's own taps have replaced. */
  #ours = new Set<object>();
  #store: Store | null | undefined;
  /** The store has said what is wrong with the directory. */
  #isKnownBad = false;
  #hasLeft = false;
  #profiles: Record<string, FunctionProfile> | null = null;
  #outlook: Outlook | null = null;
  #writeLog: (text: string) => void = writeError;
  /** What a loaded module does that no call may be skipped for, or null. */
  #forbids: ProgramCause | null = null;
  #distrusted: Record<string, readonly number[]> | null = null;
  /** Whether a process may be started that analyses what is passed over while the program runs. */
  #mayPrepareBeside: boolean;
  readonly #builtins = new BuiltinWatch((fn) => this.#ours.has(fn));
  /** How many modules were loaded when the built-ins were last looked at closely. */
  #checked = -1;
  /** What the program replaced: for good, as far as its results are concerned. */
  #replaced: ProgramCause | null = null;

  constructor(settings: SessionSettings, loader: Loader) {
    this.#settings = settings;
    this.#loader = loader;
    this.#registry = new Registry(new MadeModules(loader.analyseText), settings.plain);
    this.#mayPrepareBeside = settings.config.prepare && !settings.config.readOnly;
    this.#digests = new PackageDigests(settings.directory, settings.config.readOnly);
    const context: ReachContext = {
      identify: (fn, hint) => {
        const isConfined = hint === CONFINED;
        const pure = pureBuiltinName(fn);
        if (pure !== null) return { kind: "built-in", name: pure };
        const path = takenPath(fn);
        if (path !== null) return { kind: "built-in", name: path, ...(pathAsksProcess(path) && { outside: true }) };
        const noticed = noticedName(fn);
        if (noticed !== null) return { kind: "noticed", name: noticed, ...(noticed === "Date" && { isBase: true }) };
        const emitter = emitterName(fn);
        if (emitter !== null) return { kind: "noticed", name: emitter, isBase: true };
        const name = watchedName(fn, isConfined);
        // The program's function would get hold of a handle that only the recorded call may have.
        if (name === null && isConfined) return { kind: "unknown", why: { kind: "replaced-function" } };
        if (name === null) return this.#identify(fn, hint);
        return { kind: "built-in", name, outside: true, ...(!isAsTapped(fn) && { isChanged: true }) };
      },
      builtInPrototype: (object) => builtInPrototypeName(object) ?? emitterPrototypeName(object),
      builtInObjects,
      addedToNamespaces: () => this.#builtins.added,
      builtInsNamed: (name) => ({ language: builtInsNamed(name), node: takenNamed(name) }),
      assumedPackage: (from, name) => this.#assumedPackage(from, name),
    };
    const work = new WorkClock(sinceStart, worked);
    const book = new ReachCache(this.#registry, context);
    this.#host = {
      registry: this.#registry,
      book,
      policy: policyNamed(settings.config.policy, ran, () => this.#outlookOf()),
      store: () => this.#openStore(),
      work,
      now: work.now,
      env,
      forbidden: () => this.#forbidden(),
      outside: outside(settings.config.output === "replay"),
      callerFile: () => callerFile(settings.dumboFolder),
      verifies: () => settings.verify > 0 && random() < settings.verify,
      isDistrusted: (module, index) => {
        this.#distrusted ??= readDistrusted(settings.directory);
        return this.#distrusted[module.instance.id]?.includes(index) === true;
      },
      history: (module, site) => {
        this.#profiles ??= readProfiles(settings.directory);
        const file = modulePath(module.instance.url, settings.root);
        return learnedUnder(settings.list, this.#profiles[profileKey(file, site.name, site.place.line)]) ?? null;
      },
      owner: (module, site) =>
        ownerOf(settings.config.functions, modulePath(module.instance.url, settings.root), site.name),
      valueLimit: settings.config.limits.value,
      unaudited,
      beforeRun: tapLoaded,
      onNextTurn: (work) => void setImmediate(work).unref(),
      sleep: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
      log: (line) => this.#debug(line),
      report: this.report,
    };
    this.#memoizer = new Memoizer(this.#host);
    lookAtMade((made) => this.#memoizer.noteMade(made));
    const { log, root } = settings;
    if (log.kind === "operations") {
      if (log.file !== null) this.#writeLog = appendTo(log.file);
      logOperations((one) => unaudited(() => this.#writeLog(`${operationLine(one, clock(), sinceStart(), root)}\n`)));
    }
    if (settings.config.replayWrites) {
      const folder = realpathSync(settings.directory) + sep;
      replayWrites((path) => path.startsWith(folder) || this.#isModule(path));
    }
    on("beforeExit", () => {
      if (!this.#hasLeft) unaudited(() => this.#forAll((one) => one.settle()));
    });
    on("exit", () => this.#leave());
  }

  /** What a function is; of one whose code was not read, which file that may be in, and why it was not. */
  #identify(fn: object, hint: string | undefined): Identity {
    const identity = this.#registry.identify(fn, hint);
    if (identity.kind !== "unknown" || identity.why.kind !== "unread-code") return identity;
    return { kind: "unknown", why: this.#loader.passedOver.whyUnread(hint) };
  }

  /** Whether a file is a module of the program that has been loaded. */
  #isModule(path: string): boolean {
    const { href } = pathToFileURL(path);
    if (this.#modules.has(href)) return true;
    for (const url of this.#modules.keys()) if (url.startsWith(`${href}?`) || url.startsWith(`${href}#`)) return true;
    return path === process.argv[1];
  }

  /** Takes what stands in place of built-ins now as dumbo's own: to be called when the taps are in. */
  trustTaps(): void {
    this.#builtins.start();
    noteGlobalAccessors();
    const format = Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, "format")?.get;
    this.#ours = new Set<object>([globalThis.Date, globalThis.Date.now, Date.parse, Date.UTC, Math.random]);
    if (format) this.#ours.add(format);
  }

  /** Caches nothing from now on, because of what the program does. */
  forbid(cause: ProgramCause): void {
    this.#forbids ??= cause;
  }

  /** What a prologue calls. */
  register(instance: ModuleInstance, guards: readonly number[]): Handed {
    this.#modules.set(instance.url, instance.id);
    this.#prepareBeside();
    return this.#memoizer.register(instance, guards, (id) => unaudited(() => this.#loader.manifest(id, instance.url)));
  }

  /** Guards the built-in functions that the list names: to be called when the taps are in. Loads their modules. */
  guardBuiltins(): void {
    const { builtins } = this.#settings.assumePure;
    if (builtins.length === 0) return;
    for (const module of new Set(builtins.map((entry) => entry.split("#")[0] as string))) {
      tapBuiltin(module);
      const exports = getBuiltinModule(`node:${module}`) as unknown as object;
      const names = builtins
        .filter((entry) => entry.startsWith(`${module}#`))
        .map((entry) => entry.split("#")[1] as string);
      const functions = builtinFunctions(module, exports, names, builtins.includes(module));
      this.#guardListed({ url: `node:${module}`, exports, functions, code: () => JSON.stringify(process.versions) });
      takePure(module, true);
    }
    syncNames();
  }

  /** Guards the functions of a package that the list names: called by the package's main file when it has run. */
  guardPackage({ exports, filename }: LoadedCommonJs): void {
    const listed = this.#settings.assumePure.packages.find(({ folder }) => filename.startsWith(folder));
    if (!listed || typeof exports !== "object" || exports === null) return;
    const names = listed.exports.filter(
      (name) => typeof Object.getOwnPropertyDescriptor(exports, name)?.value === "function",
    );
    const code = () => `${this.#digests.digest(listed.folder)} ${JSON.stringify(process.versions)}`;
    const functions = new Map(names.map((name) => [name, null]));
    if (names.length > 0) this.#guardListed({ url: pathToFileURL(filename).href, exports, functions, code });
  }

  #guardListed(listed: Listed): void {
    guardListed(
      listed,
      (id) => this.#settings.omissions[id]?.sites ?? [],
      (instance, guards, manifest) => this.#memoizer.register(instance, guards, manifest),
    );
  }

  /** Writes what waits to be written. */
  commit(): void {
    unaudited(() => {
      this.#store?.flush();
      this.#flushOthers();
    });
  }

  /** What functions that are memoized by hand use. */
  get engine(): Engine {
    const { registry, book } = this.#host;
    const { root, directory } = this.#settings;
    return {
      host: this.#host,
      memoizer: this.#memoizer,
      registry,
      book,
      root,
      tools: ENGINE_TOOLS,
      derive: (other, at) => this.#derive(other, at),
      directory,
      openStore: (other) => this.#openOther(other),
      random,
      listItems: (at) => {
        this.commit();
        return this.#storeByHand().listItems(at);
      },
      visitRecords: (visit) => {
        this.commit();
        const others = [...this.#others].filter(([, store]) => store !== null).map(([at]) => at);
        for (const at of new Set([directory, ...others])) this.#storeByHand().visitRecords(at, visit);
      },
      commit: () => this.commit(),
    };
  }

  #derive(other: OtherHost, directory: string): Place {
    const host = { ...this.#host, ...other };
    const memoizer = new Memoizer(host);
    this.#derived.push(memoizer);
    return { host, memoizer, directory };
  }

  #storeByHand(): typeof import("../src/store/by-hand.ts") {
    return requireOwn(`${this.#settings.dumboFolder}store-by-hand.cjs`) as typeof import("../src/store/by-hand.ts");
  }

  #openOther(other: OtherStore): Store | null {
    const known = this.#others.get(other.directory);
    if (known !== undefined) return known;
    let opened: Store | null = null;
    try {
      this.#storeByHand().prepareDirectory(other.directory, this.#settings.config.readOnly);
      opened = this.#settings.openStore(this.report, other);
    } catch (error) {
      this.report(`${(error as Error).message}; what it is for runs uncached`);
    }
    this.#others.set(other.directory, opened);
    return opened;
  }

  /** What the audit saw. */
  readonly onEvent = (event: AuditEvent): void => {
    const { kind, name, token } = event;
    const isRefused = token?.kind === "printed" && this.#settings.config.output !== "replay";
    bookEvent(isRefused ? { kind, name } : event, () => callerFile(this.#settings.dumboFolder));
  };

  /** One line for the user, on stderr. */
  readonly report = (line: string): void => {
    writeError(`dumbo: ${line}\n`);
  };

  /** Complains about the directory, once: after the first failure the others are expected. */
  readonly #complain = (line: string): void => {
    if (!this.#isKnownBad) this.report(line);
    this.#isKnownBad = true;
  };

  #debug(line: string): void {
    const { log } = this.#settings;
    if (log.kind === "operations" && log.isDetailed) this.#writeLog(`${line}\n`);
    else if (log.kind === "summary" || log.kind === "json") this.report(line);
  }

  /** What earlier runs of the program lead to expect of this one. */
  #outlookOf(): Outlook {
    this.#outlook ??= unaudited(() => outlookOf(this.#settings.directory, this.#settings.program));
    return this.#outlook;
  }

  #openStore(): Store | null {
    if (this.#store === undefined) {
      try {
        this.#store = this.#settings.openStore(this.#complain);
      } catch (error) {
        this.#store = null;
        this.#complain(`${(error as Error).message}; the program runs uncached`);
      }
    }
    return this.#store;
  }

  #assumedPackage(from: string, name: string | undefined): { folder: string; digest: string } | null {
    const listed = this.#settings.assumePure.packages.find(
      (one) => from === one.name || from.startsWith(`${one.name}/`),
    );
    if (!listed || (listed.exports.length > 0 && !listed.exports.includes(name ?? "*"))) return null;
    return { folder: listed.folder, digest: this.#digests.digest(listed.folder) };
  }

  /** Does not leave all analysis to the end of a program that runs for long, where there are processors for both. */
  #prepareBeside(): void {
    if (!this.#mayPrepareBeside || !this.#loader.hasPostponed || sinceStart() < SHORTEST_RUN) return;
    this.#mayPrepareBeside = false;
    unaudited(() => prepareBeside(this.#loader, this.#settings));
  }

  #forbidden(): ProgramCause | null {
    this.#prepareBeside();
    // Before a close look at the built-ins: that runs regular expressions, and the program may read `RegExp.$1` after them.
    if (this.#forbids !== null) return this.#forbids;
    if (this.#replaced === null) {
      const loaded = this.#registry.size + takenModules();
      const isNew = this.#checked !== loaded;
      this.#checked = loaded;
      this.#replaced = isNew ? this.#builtins.lookClosely() : this.#builtins.look();
    }
    return this.#replaced;
  }

  /** Ends dumbo's work before the process ends, without a word. */
  retire(): void {
    if (!this.#hasLeft) this.#end();
    this.#hasLeft = true;
  }

  #leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    tell(this.#memoizer, this.#settings, this.#end());
  }

  #end(): RunRecord {
    state.suspended++;
    this.#forAll((one) => {
      one.shutDown();
      one.giveUpUnsettled();
    });
    const record = recordOf(this.#memoizer, this.#settings);
    if (!this.#settings.config.readOnly) this.#keep(record);
    this.#flushOthers();
    this.#settings.endRemote();
    return record;
  }

  #flushOthers(): void {
    for (const [directory, store] of this.#others) {
      try {
        store?.flush();
      } catch (error) {
        this.report(`${directory} cannot be written: ${(error as Error).message}`);
      }
    }
  }

  #forAll(work: (memoizer: Memoizer) => void): void {
    work(this.#memoizer);
    for (let i = 0; i < this.#derived.length; i++) work(this.#derived[i] as Memoizer);
  }

  #keep(record: RunRecord): void {
    const run: Run = {
      memoizer: this.#memoizer,
      loader: this.#loader,
      modules: this.#modules,
      store: this.#store,
      openStore: () => this.#openStore(),
    };
    try {
      keep(run, this.#settings, record);
    } catch (error) {
      this.#complain(`${this.#settings.directory} cannot be written: ${(error as Error).message}`);
    }
  }
}
