/**
 * A run of a program that is noted, so that later ones are answered as a whole (answer-run.ts): where nothing has changed that it read, what it printed is
 * printed again, and the program is not loaded. Where anything has changed, the program runs, and its functions are answered one by one.
 */
import { dirname, sep } from "node:path";
import { clock, listeners, sinceStart } from "../../audit/builtins/originals.ts";
import { absolute, placeOf } from "../../audit/replay/places.ts";
import { callerPlace, callSites, nearPlace } from "../../audit/taps/caller.ts";
import { untoldGlobals } from "../../audit/taps/globals.ts";
import { tapGlobal } from "../../audit/taps/install.ts";
import { touch } from "../../audit/taps/touch.ts";
import { OPENSSL_DEFAULTS } from "../../src/node/files-at-start.ts";
import type { Reason } from "../../src/reason/reason.ts";
import { state } from "../../src/trace/frames.ts";
import { CHANGED, packTrace, type Trace } from "../../src/trace/trace.ts";
import { type Doubts, WholeRun, type WrittenByRun } from "../../src/trace/whole-run.ts";
import type { Boot } from "../known-at-start.ts";
import { AskedFiles, Unanswerable } from "./asked-files.ts";
import { AskedModules, type Parser } from "./asked-modules.ts";
import { ClockState, either } from "./clock-changes.ts";
import { type KeptRun, type KnownRun, type RefusedRun, readRun, writeContents, writeRun } from "./kept-runs.ts";
import { askedOfPlaces, type Left, readPlaces } from "./left-places.ts";
import type { LoadedFiles } from "./loaded-files.ts";
import { NamedCertificates } from "./named-certificates.ts";
import { repeatedRun } from "./repeated-run.ts";
import { isDropped, isSettled } from "./shown-results.ts";
import { haveSameDoubts, leaveToProve, withProof } from "./unproven-runs.ts";
import { unseenOutput, unseenPart } from "./unseen-parts.ts";
import { isThere } from "./written-again.ts";

/** Milliseconds that a program runs once it is started: to answer a shorter run would take as long. */
const SHORTEST = 100;
/** Characters of what a run read and printed: a longer record is not kept. */
const LONGEST = 4 * 1024 * 1024;

/** Characters of code that are looked at when a run ends, to see whether it depends on the time. What is left, another process looks at. */
const MOST_AT_ONCE = 100_000;

/** What says which time zone the system is in, where the environment does not: by its content, and by the name of the file to which it is a link. */
const TIME_ZONE = ["/etc/localtime", "/etc/timezone"];

/** The code of a process whose main module still waits for something when nothing is left that it could wait for. */
const UNSETTLED = 13;

/** The part of Node that ends the process for an error that nobody has caught. It prints the error itself. */
const ENDS_FOR_ERRORS = "node:internal/process/execution";

/** A run that is noted. */
interface Watch {
  readonly run: WholeRun;
  readonly asked: AskedFiles;
  /** When the program began, in milliseconds since the process did. */
  readonly began: number;
  /** The ways in which code reads the clock, as they were then. */
  readonly clocks: ClockState;
  /** The function by which `process.exit` ends the process. With another one the program may go on. */
  readonly exit: unknown;
}

export class RememberedRun {
  readonly #directory: string;
  readonly #isReadOnly: boolean;
  /** Whether a process follows that looks at code which is not looked at now. */
  readonly #isProvenLater: boolean;
  /** Milliseconds: a run of a program that took less is not kept. */
  readonly #shortest: number;
  /** Of all runs with these arguments and this environment. */
  readonly #name: string;
  /** A file of dumbo's. */
  readonly #own: string;
  readonly modules: AskedModules;
  /** As it is on the command line: the program may change `process.argv`. */
  readonly #script = process.argv[1] as string;
  readonly #parser: () => Parser;
  readonly #certificates = new NamedCertificates();
  #forbidden: Reason | null = null;
  #watch: Watch | null = null;
  #isKept = false;

  /**
   * @param name of the run's file (run-name.ts)
   * @param dumboFolder with a separator at the end
   * @param seesImports whether a hook is told what ES modules ask for
   * @param parser loads what parses
   */
  constructor(
    { directory, config }: Boot,
    name: string,
    dumboFolder: string,
    seesImports: boolean,
    parser: () => Parser,
  ) {
    this.#parser = parser;
    this.modules = new AskedModules(seesImports, parser, (api) => this.giveUp(api));
    this.#directory = directory;
    this.#isReadOnly = config.readOnly;
    this.#isProvenLater = config.prepare;
    this.#shortest = config.wholeRuns === "all" ? 0 : SHORTEST;
    this.#own = `${dumboFolder}start.cjs`;
    this.#name = name;
  }

  /** Begins to note what the program reads and prints. To be called when the taps are in, and nothing of the program has run. */
  begin(): void {
    if (this.#isReadOnly || this.#forbidden !== null || !this.modules.isTold(this.#own)) return;
    const asked = askedOfSystem(this.modules.files);
    if (asked === null) return;
    // Code may read them under names that no text says.
    for (const name of untoldGlobals) tapGlobal(name);
    const onGivenUp = () => {
      state.run = null;
      this.modules.forget();
    };
    const folder = dirname(this.#own) + sep;
    const caller = () => nearPlace(folder, touch);
    const place = () => callerPlace(folder);
    const run = new WholeRun({ onGivenUp, place, caller, now: clock, placeOf, absolute });
    this.#watch = { run, asked, began: sinceStart(), clocks: new ClockState(), exit: exitOfProcess() };
    // Warnings, which Node prints itself and not by the streams of the process, come to the tap of `process.pid`: each names the process.
    state.run = run;
  }

  /** The program has functions that are memoized by hand: what their results depend on, it has said itself, and no tap sees that. */
  giveUpForMemo(): void {
    this.giveUp("dumbo");
  }

  /** The program does what nobody can tell of afterwards. @param api by which it does that */
  giveUp(api: string): void {
    this.forbid({ kind: "uses-api", api });
  }

  /** Nothing may be kept of what the program does. So nothing need be noted, and taps leave no trace of a match in `RegExp.$1`. */
  forbid(why: Reason): void {
    this.#forbidden ??= why;
    this.#watch?.run.giveUp(this.#forbidden);
  }

  /**
   * Looks why the process ends. What Node itself prints of an error, it has printed by now or is about to: whatever code the program's listeners make of that, nothing
   * may be kept.
   * @param code with which the process was about to end before they ran
   */
  beginToEnd(code: number): void {
    if (code === UNSETTLED || (code !== 0 && endsByError())) this.forbid({ kind: "throws" });
  }

  /**
   * Keeps the run, or notes why it may not be kept. To be called when it has ended, with the audit suspended.
   * @param code with which the process ends
   * @param forbidden why nothing may be kept of what the program does, or null
   * @throws what the file system throws
   */
  keep(code: number, forbidden: Reason | null): void {
    const took = sinceStart();
    state.run = null;
    if (this.#watch === null || took - this.#watch.began < this.#shortest) return;
    const before = readRun(this.#directory, this.#name);
    const ended = this.#endOf(this.#watch, code, forbidden);
    const end = this.#proven(ended, this.#doubtsOf(this.#watch), before?.end);
    const { kind } = end;
    this.#isKept = kind === "kept" || kind === "once" || (kind === "unproven" && this.#isProvenLater);
    const known = { program: this.#script, took, end };
    if (!isSame(before, known)) writeRun(this.#directory, this.#name, known);
    if (kind === "unproven") leaveToProve(this.#directory, this.#name);
  }

  /** To be called when all code is noted. */
  #doubtsOf({ run, asked, clocks }: Watch): Doubts {
    const changes = either(asked.changes.all, clocks.changesTo(new ClockState()));
    return { ...run.doubts, unread: this.modules.unread, changes };
  }

  /** What becomes of a run that may be kept, where it has read the clock or drawn random numbers, or runs code that was not looked at. */
  #proven(end: KeptRun | RefusedRun, doubts: Doubts, before: KnownRun["end"] | undefined): KnownRun["end"] {
    if (end.kind === "refused" || doubts.reads.length + doubts.draws.length + doubts.unread.length === 0) return end;
    if (before?.kind === "refused" && before.doubts && haveSameDoubts(before.doubts, doubts)) return before;
    const repeated = before?.kind === "once" ? repeatedRun(before, end, doubts) : null;
    return repeated ?? withProof(end, doubts, this.#parser, MOST_AT_ONCE);
  }

  /** Whether the run may still be kept. */
  get isNoted(): boolean {
    return state.run !== null;
  }

  /** Whether the run has ended, and the next one may be answered, or shows whether those after it may be. */
  get isKept(): boolean {
    return this.#isKept;
  }

  #endOf({ run, asked, exit }: Watch, code: number, forbidden: Reason | null): KeptRun | RefusedRun {
    if (isStillAwaited()) run.giveUp({ kind: "throws" });
    if (exit !== exitOfProcess()) run.giveUp({ kind: "uses-api", api: "process.reallyExit" });
    if (forbidden !== null) run.giveUp(forbidden);
    if (this.modules.isTooMany) run.giveUp({ kind: "large-key" });
    const part = unseenPart();
    if (part !== undefined) run.giveUp({ kind: "uses-api", api: part });
    asked.importsProcess = run.handsOnProcess;
    asked.readsClock = run.doubts.reads.length + run.doubts.draws.length > 0;
    const { outcome, written } = run;
    if ("kind" in outcome) return { kind: "refused", why: outcome };
    const unseen = unseenOutput(outcome.output);
    if (unseen !== null) return { kind: "refused", why: { kind: "touches", event: "output", api: unseen } };
    if (!written.looked.every((place) => isSettled(place, this.#parser))) {
      return { kind: "refused", why: { kind: "touches", event: "file", api: "fs.stat" } };
    }
    try {
      const dependencies = [...outcome.dependencies, ...askedOfPlaces(written)];
      const trace = this.#traceOf({ ...outcome, dependencies }, asked);
      if (trace.length > LONGEST) return { kind: "refused", why: { kind: "large-key" } };
      const left = readPlaces(written);
      return { kind: "kept", code, trace, wrote: left.places, isRepeatable: this.#keepWritten(written, left) };
    } catch (error) {
      if (error instanceof Unanswerable) return { kind: "refused", why: error.why };
      throw error;
    }
  }

  /**
   * Keeps the contents of what the run has written.
   * @returns whether what is missing of it can be written again
   * @throws Unanswerable where a later run would be told something else, or not all is there that was written
   */
  #keepWritten({ asked }: WrittenByRun, { places, contents }: Left): boolean {
    if (places.length === 0) return true;
    if (!isThere(places)) throw new Unanswerable(CHANGED);
    // Where a folder is there, `mkdir` returns nothing, and the path of what it has made where it is not.
    const shows = asked.filter(({ place }) => place === null || !isDropped(place, this.#parser));
    if (shows.some(({ isNew }) => isNew)) throw new Unanswerable({ kind: "uses-api", api: "fs.mkdir" });
    if (contents === null || shows.length > 0) return false;
    writeContents(this.#directory, this.#name, contents);
    return true;
  }

  /** What the run read and printed, and what decided which files it has loaded. */
  #traceOf(trace: Omit<Trace, "writes">, asked: AskedFiles): string {
    this.#certificates.note(asked);
    this.modules.noteAll(asked, this.#script);
    const dependencies = [...asked.dependencies, ...trace.dependencies];
    return packTrace({ ...trace, dependencies }).toString();
  }
}

/** What the system says of the time zone, and to OpenSSL; null where that cannot be asked again. */
function askedOfSystem(loaded: LoadedFiles): AskedFiles | null {
  const asked = new AskedFiles(clock() - sinceStart(), loaded);
  try {
    for (const path of [...TIME_ZONE, ...OPENSSL_DEFAULTS]) asked.ofSystem(path);
    for (const path of TIME_ZONE) asked.linkOfSystem(path);
    return asked;
  } catch {
    return null;
  }
}

function exitOfProcess(): unknown {
  return (process as { readonly reallyExit?: unknown }).reallyExit;
}

/** Whether the main module still waits for something, which is an error: Node 20 says so by its exit code, after all others have seen it. */
function isStillAwaited(): boolean {
  return listeners("exit").some(({ name }) => name === "handleProcessExit");
}

/** Whether the process ends because nobody has caught an error. To be asked while it ends, of the stack. */
function endsByError(): boolean {
  const sites = callSites(Number.POSITIVE_INFINITY);
  return sites.length === 0 || sites.some((site) => site.getFileName() === ENDS_FOR_ERRORS);
}

/** Whether nothing new is known: a program that reads the clock does so each time. */
function isSame(before: KnownRun | null, now: KnownRun): boolean {
  if (before?.end.kind !== "refused" || now.end.kind !== "refused") return false;
  return JSON.stringify(before.end.why) === JSON.stringify(now.end.why);
}
