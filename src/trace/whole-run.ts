/**
 * The run of a program as one call: what it reads outside of its own values and what it prints, from its first module to its end. Unlike a
 * recorded call of a function it starts with a new process, so that there is no state that it could find or leave: what the taps see is all
 * that decides what it prints.
 */
import { includes } from "../node/language.ts";
import type { Reason } from "../reason/reason.ts";
import { type ClockChanges, type ClockRead, ClockReads, type CodePlace, ORIGIN } from "./clock-reads.ts";
import type { AuditEvent, Pending } from "./event.ts";
import { type FileChange, LeftFiles, type LeftPlace } from "./left-files.ts";
import { RandomDraws } from "./random-draws.ts";
import { type Dependency, Recording, type Trace, type Written } from "./trace.ts";

/**
 * Kinds of accesses that stay within the process, whatever they are: streams and emitters of the program's own, and computations in other threads
 * from what they are given.
 */
const INSIDE_KINDS: ReadonlySet<string> = new Set(["stream", "emitter", "async"]);
/** Names of others that do, or that ask for what is the same in all runs of one name (loader/whole-run/run-identity.ts). */
const INSIDE: ReadonlySet<string> = new Set([
  // They say when code of the program runs, and nothing else runs in the process. Node itself calls `process.emit` at the end of each run.
  ...["process.nextTick", "queueMicrotask", "setImmediate", "clearImmediate", "clearTimeout", "clearInterval"],
  ...["timers.setImmediate", "timers.clearImmediate", "timers.clearTimeout", "timers.clearInterval", "process.emit"],
  ...[
    "async_hooks.AsyncLocalStorage.enterWith",
    "async_hooks.AsyncLocalStorage.withScope",
    "AsyncLocalStorage.getStore",
  ],
  // The code with which it ends is looked at then. Listeners do not stay inside: a signal may have ended the run early, and nothing shows that.
  "process.exit",
  // Whose listener it takes away has to be known: the program has added it, or asked for it. Node itself calls them in some versions.
  ...["process.off", "process.removeListener"],
  ...["process.argv", "process.env", "process.execArgv", "process.execPath", "process.stdout", "process.stderr"],
  "tty.isatty",
  // Readers of lines that have nowhere to print. Where they do, the tap of what makes them tells.
  ...["close", "pause", "prompt", "resume", "setPrompt"].map((key) => `readline.Interface.${key}`),
  // No other process learns of the mark.
  "worker_threads.markAsUncloneable",
  // What waits no longer than the event loop takes to come round.
  ...["timers.promises.setImmediate", "timers.promises.scheduler.yield"],
]);
/** Events of the process that only its own end and its own errors bring about: whoever listens to them learns nothing of the world. */
const OWN_EVENTS: ReadonlySet<unknown> = new Set([
  ...["beforeExit", "exit", "newListener", "removeListener", "warning"],
  ...["uncaughtException", "uncaughtExceptionMonitor", "unhandledRejection", "rejectionHandled"],
]);
/** Bytes of all that a run writes: more is not kept. */
export const MOST_CONTENT = 4 * 1024 * 1024;
/** Functions that read the clock, and do nothing else. */
const CLOCKS: ReadonlySet<string> = new Set(["Date.now", "new Date", "performance.now", ORIGIN]);
/** The function that draws a random number, and does nothing else. */
const DRAW = "Math.random";
/** Operations of queries that ask what the program has made of the process, by the calls that were answered in it: a new process begins anew. */
const OF_PROCESS: ReadonlySet<string> = new Set(["console", "absent", "as made"]);
/** Part of the names of what opens files, among the kinds that stay inside. */
const OPENING = "Zip";

/** What a run has written, as a later one would. */
export interface WrittenByRun {
  /** In the order in which they were written first. */
  readonly places: readonly LeftPlace[];
  /** Places at which it has left nothing, whatever it has put there since: in what is there now, all is its own work. */
  readonly emptied: readonly string[];
  /** The contents of the files, by hash, as far as they are known; null if they are too large to be kept. */
  readonly contents: ReadonlyMap<string, Uint8Array> | null;
  /** Where folders were asked for: `mkdir` tells whether it has made one. */
  readonly asked: readonly { readonly place: CodePlace | null; readonly isNew: boolean }[];
  /** Where it has asked what files are that it has written: they have other times in each run. */
  readonly looked: readonly CodePlace[];
}

/** Where a run has asked for what is another thing in each run, or may have. */
export interface Doubts {
  readonly reads: readonly ClockRead[];
  readonly draws: readonly CodePlace[];
  /** Paths of code of which it is not known what it imports. */
  readonly unread: readonly string[];
  /** What the run may have done to the ways in which it asks. */
  readonly changes: ClockChanges;
}

/** A place in the file system. */
export interface PlaceFound {
  /** Its one name, as a path of queries. */
  readonly path: string;
  /** Where links lead by which a path has come there; null if by none. */
  readonly leads: Dependency | null;
}

/** What a run needs to know of its process. */
export interface RunHost {
  /** Told once that the run will not be kept: nothing need be noted any more. */
  readonly onGivenUp: () => void;
  /** Where the code of the program is that has called a tapped function, perhaps by way of Node's; null where that is not known. */
  readonly place: () => CodePlace | null;
  /** The same where it has called that itself. */
  readonly caller: () => CodePlace | null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The place of which a path of a query is a name; null where nobody can tell. */
  readonly placeOf: (path: string) => PlaceFound | null;
  /** A path of a query by the name of its place, if no link is on the way; null where nobody can tell. Asks no file system. */
  readonly absolute: (path: string) => string | null;
}

export class WholeRun {
  /** Whether Node has handed on all that `node:process` exports, to modules that have imported it. */
  handsOnProcess = false;
  readonly #recording = new Recording();
  readonly #pending: Pending[] = [];
  readonly #left = new LeftFiles(() => this.#recording.selfWritten);
  readonly #asked: WrittenByRun["asked"][number][] = [];
  /** By path and line. */
  readonly #looked = new Map<string, CodePlace>();
  /** Bytes of contents that would be kept. */
  #contentBytes = 0;
  readonly #host: RunHost;
  readonly #clockReads = new ClockReads();
  readonly #draws = new RandomDraws();
  #effect: Reason | null = null;

  constructor(host: RunHost) {
    this.#host = host;
  }

  /** Where the run has read the clock and drawn random numbers. Whether it depends on them is not said by that. */
  get doubts(): Pick<Doubts, "reads" | "draws"> {
    return { reads: this.#clockReads.all, draws: this.#draws.all };
  }

  /** Notes an access of the program to the world outside. */
  note({ kind, name, token, why }: AuditEvent): void {
    if (this.#effect !== null) return;
    switch (token?.kind) {
      case undefined:
        if (staysInside(kind, name) || this.#noteDoubt(name)) return;
        return this.giveUp({ kind: "touches", event: kind, api: name, ...(why && { why }) });
      case "keyed":
      case "confined":
        return;
      case "observed":
        if (OF_PROCESS.has(token.dependency.query[0] as string)) return;
        if (token.pending) this.#pending.push(token.pending);
        if (this.settles(token.dependency.query)) return;
        return this.#giveUpFor(this.#recording.noteDependency(token.dependency));
      case "printed":
        return this.#giveUpFor(this.#recording.notePrint(token.output));
      case "written":
        if (token.pending) this.#pending.push(token.pending);
        return this.#noteWrite(token.written, { kind: "touches", event: kind, api: name });
    }
  }

  #noteDoubt(api: string): boolean {
    const { now, caller } = this.#host;
    if (api === DRAW) return this.#draws.note(caller);
    return CLOCKS.has(api) && this.#clockReads.note(api, now(), caller);
  }

  /** @param otherwise why the run is not kept if nobody can tell whether it would write the same again */
  #noteWrite(written: Written, otherwise: Reason): void {
    const [operation, subject = "", , flags] = written.action;
    if (operation === "copy") return this.#noteCopy(subject, written, otherwise);
    const isFolder = operation === "folder";
    // Making a folder that is there throws, if not all above it are asked for.
    const place = this.#placeOf(subject);
    const isMade = flags === "r" ? written.isNew !== undefined : place !== null && this.#left.isEmptied(place);
    if (place === null || (isFolder ? !isMade : operation !== "file")) return this.giveUp(otherwise);
    this.#contentBytes += isFolder ? 0 : (written.bytes?.byteLength ?? Number.POSITIVE_INFINITY);
    this.#giveUpFor(this.#recording.noteWrite({ ...written, bytes: this.#keepsContents ? written.bytes : null }));
    const action = [operation as string, place, ...written.action.slice(2)];
    if (!this.#left.put({ action, content: written.content })) this.giveUp(otherwise);
    if (!isFolder || flags !== "r") return;
    this.#asked.push({ place: written.isTold ? null : this.#host.place(), isNew: written.isNew === true });
  }

  #noteCopy(subject: string, { source }: Written, otherwise: Reason): void {
    const path = this.#placeOf(subject);
    if (source === undefined || path === null) return this.giveUp(otherwise);
    for (const one of source.asked) if (!this.settles(one.query)) this.#giveUpFor(this.#recording.noteDependency(one));
    if (!this.#left.change({ kind: "copied", path, mode: source.mode })) this.giveUp(otherwise);
  }

  /** The place of which a path is a name; null if nobody can tell, and then the run cannot be kept. */
  #placeOf(given: string): string | null {
    const found = this.#host.placeOf(given);
    if (found?.leads && !this.settles(found.leads.query)) this.#giveUpFor(this.#recording.noteDependency(found.leads));
    return found?.path ?? null;
  }

  get #keepsContents(): boolean {
    return this.#contentBytes <= MOST_CONTENT;
  }

  /**
   * Notes a change of files of which no call is told.
   * @param api that has made it
   * @param pending if the change goes on
   */
  change(change: FileChange, kind: string, api: string, pending?: Pending): void {
    if (pending) this.#pending.push(pending);
    const path = this.#placeOf(change.path);
    const to = change.kind === "moved" ? this.#placeOf(change.to) : "";
    const isKnown = path !== null && to !== null && this.#left.change({ ...change, path, ...(to !== "" && { to }) });
    if (!isKnown) this.giveUp({ kind: "touches", event: kind, api });
  }

  /** Whether the run has written what queries call `subject`, or has emptied its place. */
  wrote(subject: string): boolean {
    if (this.#recording.wrote(subject)) return true;
    const path = this.#left.isEmpty ? null : this.#host.absolute(subject);
    return path !== null && (this.#left.has(path) || this.#left.isEmptied(path));
  }

  /**
   * The code asks at once, or by a promise, what a file is.
   * @returns whether the run has written it: then the line of the code decides whether the run may be kept
   */
  looksAtOwn(path: string): boolean {
    const place = this.settles(["readFile", path]) ? this.#host.place() : null;
    if (place === null) return false;
    this.#looked.set(`${place.path}:${place.line}`, place);
    return true;
  }

  /** Whether the answer to a query follows from what the run itself has done. */
  settles([operation = "", given, ...rest]: readonly string[]): boolean {
    if (this.#left.isEmpty || given === undefined) return false;
    const path = this.#host.absolute(given);
    return path !== null && this.#left.settles([operation, path, ...rest]);
  }

  giveUp(why: Reason): void {
    if (this.#effect !== null) return;
    this.#effect = why;
    this.#host.onGivenUp();
  }

  /** What the run has written. To be called when it has ended. */
  get written(): WrittenByRun {
    const contents = this.#keepsContents ? this.#recording.contents : null;
    return {
      places: this.#left.places,
      emptied: this.#left.emptied,
      contents,
      asked: this.#asked,
      looked: [...this.#looked.values()],
    };
  }

  /** What the run has read and printed; or why it cannot be kept. To be called when it has ended. */
  get outcome(): Omit<Trace, "writes"> | Reason {
    for (let i = 0; i < this.#pending.length; i++) {
      const { isOver, why } = this.#pending[i] as Pending;
      if (!isOver) this.#effect ??= why;
    }
    const { writes: _, ...trace } = this.#recording.trace;
    return this.#effect ?? trace;
  }

  #giveUpFor(why: Reason | null): void {
    if (why !== null) this.giveUp(why);
  }
}

/** Whether a listener to an event of the process learns of nothing outside. */
export function isOwnEvent(event: unknown): boolean {
  return OWN_EVENTS.has(event);
}

/** Whether an access stays within the process: the run as a whole need not be told. */
export function staysInside(kind: string, name: string): boolean {
  return INSIDE.has(name) || (INSIDE_KINDS.has(kind) && !includes(name, OPENING));
}
