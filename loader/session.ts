/** One thread of a program under dumbo: puts the audit, the loader and the memoizer together. */
import { appendFileSync, realpathSync } from "node:fs";
import { sep } from "node:path";
import { pathToFileURL } from "node:url";
import { type AssumePure, digestOfList } from "../audit/assume-pure.ts";
import { asAtStart } from "../audit/builtins/as-at-start.ts";
import { clock, idle, ran, random, setImmediate, setTimeout, sinceStart, worked } from "../audit/builtins/originals.ts";
import { outside } from "../audit/outside.ts";
import { replayWrites } from "../audit/replay/write-targets.ts";
import { callerFile } from "../audit/taps/caller.ts";
import { lookAtMade } from "../audit/taps/function-makers.ts";
import { tapLoaded } from "../audit/taps/install.ts";
import { apart, unaudited } from "../audit/unaudited.ts";
import { ENGINE_TOOLS, type Engine, type OtherHost, type OtherStore, type ResultPlace } from "../src/call/engine.ts";
import { logOperations } from "../src/call/events.ts";
import type { Host } from "../src/call/host.ts";
import { Memoizer } from "../src/call/memoizer.ts";
import type { Handed } from "../src/code/guard-text.ts";
import { MadeModules } from "../src/code/made-module.ts";
import type { ModuleInstance } from "../src/code/manifest.ts";
import { type PlainFinder, Registry } from "../src/code/registry.ts";
import { isOfPackage } from "../src/config/project.ts";
import { ReachCache } from "../src/key/reach-cache.ts";
import { writeError } from "../src/node/process.ts";
import { policyNamed } from "../src/policy/policy-named.ts";
import { ownerOf } from "../src/policy/retention.ts";
import type { RunRecord } from "../src/policy/runs.ts";
import type { ProgramCause } from "../src/reason/reason.ts";
import { operationLine } from "../src/report/operation-log.ts";
import { modulePath } from "../src/report/summary.ts";
import { type Store, StoreError } from "../src/store/store.ts";
import { bookEvent } from "../src/trace/booking.ts";
import { CallTimes } from "../src/trace/call-times.ts";
import type { AuditEvent } from "../src/trace/event.ts";
import { state } from "../src/trace/frames.ts";
import { WorkClock } from "../src/value/work-clock.ts";
import { EarlierRuns } from "./earlier-runs.ts";
import { listensToEnd, watchEnd } from "./end-of-process.ts";
import { type ExitSettings, keep, prepareBeside, type Run, recordOf, tell } from "./exit.ts";
import type { Loader } from "./hooks/load.ts";
import { SHORTEST_RUN } from "./hooks/package-budget.ts";
import { ListedFunctions, type LoadedCommonJs } from "./listed-functions.ts";
import { ProgramReachContext } from "./program-reach-context.ts";
import { ProgramRefusal } from "./program-refusal.ts";
import { SessionStores } from "./session-stores.ts";

// Captured before the program can replace it.
const { max } = Math;

export interface SessionSettings extends ExitSettings {
  readonly assumePure: AssumePure;
  /** Modules that were loaded without a rewrite, where functions of theirs are to be known. */
  readonly plain: PlainFinder | null;
  /** Opens the store, or another one; throws a StoreError. */
  readonly openStore: (report: (line: string) => void, other?: OtherStore) => Store;
  /** Ends the use of shared caches, within bounds. */
  readonly endRemote: () => void;
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

export class Session {
  readonly #settings: SessionSettings;
  readonly #loader: Loader;
  readonly #registry: Registry;
  readonly #refusal: ProgramRefusal;
  readonly #listed: ListedFunctions;
  readonly #stores: SessionStores;
  readonly #host: Host;
  readonly #memoizer: Memoizer;
  /** Milliseconds of the processor that dumbo's start has taken. */
  #start = 0;
  /** Memoizers of functions that are memoized by hand, with another store or another share of hits that are verified. */
  readonly #derived: Memoizer[] = [];
  /** Transforms of the modules that ran, by URL. */
  readonly #modules = new Map<string, string>();
  /** Modules of the program that run with another text than dumbo's: URLs. */
  readonly #overruled: string[] = [];
  readonly #earlier: EarlierRuns;
  #hasLeft = false;
  /** Whether the run as a whole goes on while the program's listeners to its end run. */
  #goesOn = false;
  #writeLog: (text: string) => void = writeError;
  /** Whether a process may be started that analyses what is passed over while the program runs. */
  #mayPrepareBeside: boolean;

  constructor(settings: SessionSettings, loader: Loader) {
    const { config, directory, dumboFolder } = settings;
    this.#settings = settings;
    this.#loader = loader;
    this.#registry = new Registry(new MadeModules(loader.analyseText), settings.plain);
    this.#mayPrepareBeside = config.prepare && !config.readOnly;
    this.#refusal = new ProgramRefusal(() => this.#registry.size);
    this.#listed = new ListedFunctions({ ...settings, isReadOnly: config.readOnly }, (instance, guards, manifest) =>
      this.#memoizer.register(instance, guards, manifest),
    );
    this.#stores = new SessionStores({
      directory,
      isReadOnly: config.readOnly,
      dumboFolder,
      open: settings.openStore,
      report: this.report,
    });
    this.#earlier = new EarlierRuns(settings, (id) => loader.contentOf(id));
    this.#host = this.#makeHost();
    this.#memoizer = new Memoizer(this.#host);
    lookAtMade((made) => this.#memoizer.noteMade(made));
    this.#openLog();
    if (config.replayWrites) {
      const folder = realpathSync(directory) + sep;
      replayWrites((path) => path.startsWith(folder) || this.#isModule(path));
    }
    watchEnd({
      idle: () => {
        if (!this.#hasLeft) quietly(() => apart(() => this.#forAll((one) => one.settle()), undefined));
      },
      first: (code) => quietly(() => asAtStart(() => this.#leave(code), undefined)),
      last: () => quietly(() => asAtStart(() => this.#leaveBehind(), undefined)),
    });
  }

  #makeHost(): Host {
    const { config, root, dumboFolder, verify } = this.#settings;
    const earlier = this.#earlier;
    const work = new WorkClock(sinceStart, worked);
    const context = new ProgramReachContext({
      registry: this.#registry,
      passedOver: this.#loader.passedOver,
      addedToNamespaces: () => this.#refusal.addedToNamespaces,
      builtInChanges: () => this.#refusal.builtInChanges,
      assumedPackage: (from, name) => this.#listed.assumedPackage(from, name),
      vouching: { hasBegun: digestOfList(this.#settings.assumePure) !== "" },
    });
    return {
      registry: this.#registry,
      reachCache: new ReachCache(this.#registry, context),
      policy: policyNamed(
        config.policy,
        () => max(0, ran() - this.#ownTime),
        () => earlier.outlook,
      ),
      store: () => this.#stores.own(),
      work,
      now: work.now,
      times: new CallTimes(() => work.now() - idle()),
      forbidden: (all) => this.#forbidden(all),
      outside: outside(config.output === "replay"),
      callerFile: () => callerFile(dumboFolder),
      verifies: () => verify > 0 && random() < verify,
      isVerifying: verify > 0,
      isDistrusted: (module, site) => earlier.isDistrusted(module, site),
      history: (module, site) => earlier.historyOf(module, site),
      owner: (module, site) => ownerOf(config.functions, modulePath(module.instance.url, root), site.name),
      valueLimit: config.limits.value,
      unaudited,
      apart,
      beforeRun: tapLoaded,
      onNextTurn: (work) => void setImmediate(work).unref(),
      sleep: (ms) => new Promise((resolve) => void setTimeout(resolve, ms)),
      log: (line) => this.#debug(line),
      report: this.report,
    };
  }

  #openLog(): void {
    const { log, root } = this.#settings;
    if (log.kind !== "operations") return;
    if (log.file !== null) this.#writeLog = appendTo(log.file);
    logOperations((one) => unaudited(() => this.#writeLog(`${operationLine(one, clock(), sinceStart(), root)}\n`)));
  }

  /** Whether a file is a module of the program that has been loaded. */
  #isModule(path: string): boolean {
    const { href } = pathToFileURL(path);
    if (this.#modules.has(href)) return true;
    for (const url of this.#modules.keys()) if (url.startsWith(`${href}?`) || url.startsWith(`${href}#`)) return true;
    return path === process.argv[1];
  }

  /** Milliseconds that dumbo has taken so far for its start and for loading modules. */
  get #ownTime(): number {
    return this.#start + this.#loader.spent;
  }

  /** Notes how many milliseconds of the processor the start has taken. */
  noteStart(ms: number): void {
    this.#start = ms;
  }

  /** Takes what stands in place of built-ins now as dumbo's own: to be called when the taps are in. */
  trustTaps(): void {
    this.#refusal.trustTaps();
  }

  /** Caches nothing from now on, because of what the program does. */
  forbid(cause: ProgramCause): void {
    this.#refusal.forbid(cause);
    this.#settings.remembered?.forbid(cause);
  }

  #forbidden(all?: boolean): ProgramCause | null {
    this.#prepareBeside();
    return this.#refusal.cause(all);
  }

  /** What a prologue calls. */
  register(instance: ModuleInstance, guards: readonly number[]): Handed {
    this.#modules.set(instance.url, instance.id);
    this.#prepareBeside();
    return this.#memoizer.register(instance, guards, (id) => unaudited(() => this.#loader.manifest(id, instance.url)));
  }

  /** Notes a module whose text hooks have changed that were registered after dumbo's. */
  noteOverruled(url: string): void {
    if (!isOfPackage(url)) this.#overruled.push(url);
  }

  /** Guards the built-in functions that the list names: to be called when the taps are in. Loads their modules. */
  guardBuiltins(): void {
    this.#listed.guardBuiltins();
  }

  /** Guards the functions of a package that the list names: called by the package's main file when it has run. */
  guardPackage(module: LoadedCommonJs): void {
    this.#listed.guardPackage(module);
  }

  /** Writes what waits to be written. */
  commit(): void {
    apart(() => this.#stores.flush(), undefined);
  }

  /** What functions that are memoized by hand use. */
  get engine(): Engine {
    this.#settings.remembered?.giveUpForMemo();
    const { registry, reachCache } = this.#host;
    const { root, directory } = this.#settings;
    return {
      host: this.#host,
      memoizer: this.#memoizer,
      registry,
      reachCache,
      root,
      tools: ENGINE_TOOLS,
      derive: (other, at) => this.#derive(other, at),
      directory,
      openStore: (other) => this.#stores.other(other),
      random,
      listItems: (at) => {
        this.commit();
        return this.#stores.listItems(at);
      },
      visitRecords: (visit) => {
        this.commit();
        this.#stores.visitRecords(visit);
      },
      commit: () => this.commit(),
    };
  }

  #derive(other: OtherHost, directory: string): ResultPlace {
    const host = { ...this.#host, ...other };
    const memoizer = new Memoizer(host);
    this.#derived.push(memoizer);
    return { host, memoizer, directory };
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

  #debug(line: string): void {
    const { log } = this.#settings;
    if (log.kind === "operations" && log.isDetailed) this.#writeLog(`${line}\n`);
    else if (log.kind === "summary" || log.kind === "json") this.report(line);
  }

  /** Has what was passed over so far analysed beside a program that runs for long, where there are processors for both. */
  #prepareBeside(): void {
    if (!this.#mayPrepareBeside || !this.#loader.hasPostponed || sinceStart() < SHORTEST_RUN) return;
    this.#mayPrepareBeside = false;
    apart(() => prepareBeside(this.#loader, this.#settings), undefined);
  }

  /** Ends dumbo's work before the process ends, and tells nobody. */
  retire(): void {
    if (!this.#hasLeft) this.#end();
    this.#hasLeft = true;
  }

  #leave(code: number): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    const { remembered } = this.#settings;
    remembered?.beginToEnd(code);
    this.#goesOn = listensToEnd() && remembered?.isNoted === true;
    if (!this.#goesOn) unaudited(() => this.#keepRun(code));
    tell(this.#memoizer, this.#settings, this.#end(), this.#overruled);
    // What the program does from now on is still told to the run.
    if (this.#goesOn) state.suspended--;
  }

  /** Ends what goes on while the program's own listeners run. They may have set another code. */
  #leaveBehind(): void {
    if (!this.#goesOn) return;
    this.#goesOn = false;
    state.suspended++;
    this.#keepRun(Number(process.exitCode ?? 0));
  }

  /** Keeps the run as a whole, where it may be kept. */
  #keepRun(code: number): void {
    this.#write(() => this.#settings.remembered?.keep(code, this.#refusal.cause(true)));
  }

  #end(): RunRecord {
    state.suspended++;
    this.#forAll((one) => {
      one.shutDown();
      one.giveUpUnsettled();
    });
    // Where no call asked for it, it was not read, and nothing was spent.
    const share = this.#earlier.known?.share ?? 1;
    const record = recordOf(this.#memoizer, this.#loader, this.#settings, this.#ownTime, share);
    if (!this.#settings.config.readOnly) this.#keep(record);
    this.#stores.flushOthers();
    this.#settings.endRemote();
    return record;
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
      overruled: this.#overruled,
      store: this.#stores.opened,
      openStore: () => this.#stores.own(),
    };
    this.#write(() => keep(run, this.#settings, record));
  }

  /** Writes into the cache directory. Whatever goes wrong, what is left to write is written. */
  #write(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (isOfDisk(error)) this.#stores.complain(`${this.#settings.directory} cannot be written: ${error.message}`);
    }
  }
}

/** Whether an error says something of the disk, and not that the program has put something else in the place of what was called. */
function isOfDisk(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return error instanceof StoreError || "syscall" in error || ("code" in error && typeof error.code === "number");
}

/**
 * Runs what dumbo does when the program ends. The program may have replaced functions of the language by others that throw: nobody catches
 * an error then, and the program would end with another exit code.
 */
function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // What this run has found out is lost.
  }
}
