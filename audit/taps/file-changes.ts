/**
 * Taps on functions that change files so that no call around them can be kept, but the run as a whole can: by what it leaves
 * (src/trace/left-files.ts). The program gets what the original returns or throws. Only for a change by promise, it gets another promise, which
 * resolves a microtask later, because the tap has to see the end of the change.
 */
import { endsWith, slice, startsWith } from "../../src/node/language.ts";
import type { Reason } from "../../src/reason/reason.ts";
import type { Pending } from "../../src/trace/event.ts";
import { runOutside, state, wayBack } from "../../src/trace/frames.ts";
import type { FileChange } from "../../src/trace/left-files.ts";
import type { WholeRun } from "../../src/trace/whole-run.ts";
import { noteNoticed } from "../builtins/noticed-functions.ts";
import { files, umask } from "../builtins/originals.ts";
import { ask, MODE, type Query, TREE } from "../replay/dependencies.ts";
import { pathText, signatureOf, toPath } from "../replay/file-signature.ts";
import { fits, targetOf } from "../replay/write-targets.ts";
import { unaudited } from "../unaudited.ts";
import { afterwards } from "./pending-reads.ts";
import { plain } from "./reads.ts";
import { giveBack } from "./stand-ins.ts";
import { isInner, touch, touchCalls } from "./touch.ts";
import { type MakeTap, type Trap, tapOf, tappedWhileRecording } from "./wrap.ts";
import { doesCallExports, isOfUsualMode, modeOf, modeText, planOf, writtenBy } from "./writes.ts";

interface Plan {
  readonly changes: readonly FileChange[];
  /** What has to be as it is for the change to succeed again, where the run has not settled that itself. */
  readonly asks: readonly Query[];
}

/** Make the plan of a call, by the name of the function without `Sync`; null if nobody can tell what it would leave. */
const plans: Readonly<Record<string, (args: readonly unknown[]) => Plan | null>> = {
  appendFile([given, data, how]) {
    const path = pathText(given);
    const options = plain(how, "encoding", "mode", "flag");
    const isText = typeof data === "string" || ArrayBuffer.isView(data);
    if (path === null || options === null || !isText || (options.flag ?? "a") !== "a") return null;
    return isFileOrNothing(path) ? changing({ kind: "appended", path }) : null;
  },
  cp([from, to, how]) {
    const options = plain(how, "recursive");
    const source = pathText(from);
    const path = pathText(to);
    if (options?.recursive !== true || source === null || path === null) return null;
    return copyOfTree(source, path);
  },
  createWriteStream([given, how, ...more]) {
    const path = pathText(given);
    const options = plain(how, "encoding", "flags", "mode", "autoClose", "emitClose", "highWaterMark");
    const mode = options && modeText(options.mode);
    if (path === null || options === null || mode === null || more.length > 0 || !isFileOrNothing(path)) return null;
    if (options.flags === "a") return changing({ kind: "appended", path });
    return (options.flags ?? "w") === "w" ? changing({ kind: "begun", path, mode }) : null;
  },
  rename([from, to]) {
    const path = pathText(from);
    const target = pathText(to);
    if (path === null || target === null || !isFileOrNothing(target)) return null;
    return changing({ kind: "moved", path, to: target });
  },
  rm([given, how]) {
    const options = plain(how, "force", "recursive", "maxRetries", "retryDelay");
    return options && removal(given, options.force === true);
  },
  rmdir([given, how]) {
    const plan = how === undefined ? removal(given, false) : null;
    return plan && { ...plan, asks: [...plan.asks, ["readdir", pathText(given) as string, "", ""]] };
  },
  unlink: ([given]) => removal(given, false),
};

function removal(given: unknown, mayBeMissing: boolean): Plan | null {
  const path = pathText(given);
  return path === null ? null : { changes: [{ kind: "removed", path }], asks: mayBeMissing ? [] : [["exists", path]] };
}

function changing(change: FileChange): Plan {
  return { changes: [change], asks: [] };
}

/**
 * The plan of copying a folder with all that is in it; null where that is more than files and folders that could be made otherwise, or too much.
 * Files get the modes of what they are copies of. Folders do so in some versions of Node only: theirs has to be the one of all new folders.
 */
function copyOfTree(source: string, given: string): Plan | null {
  const to = given.endsWith("/") ? given.slice(0, -1) : given;
  if (
    signatureOf(source, "directory") === null ||
    isLink(source) ||
    !fits("folder", targetOf(to)) ||
    !isOfNewFolder(source)
  )
    return null;
  const entries = files.readdirSync(toPath(source), { recursive: true, withFileTypes: true });
  if (entries.length > MOST_COPIED) return null;
  const root = files.realpathSync(toPath(source));
  const changes: FileChange[] = [{ kind: "made", path: to }];
  const asks: Query[] = [[TREE, source], ["umask"], [MODE, source]];
  for (const entry of entries) {
    const inside = `${files.realpathSync(entry.parentPath ?? entry.path)}/${entry.name}`.slice(root.length);
    const path = `${to}${inside}`;
    const copied = `p${root}${inside}`;
    if (entry.isFile() || entry.isDirectory()) asks.push([MODE, copied]);
    if (entry.isDirectory()) {
      if (!fits("folder", targetOf(path)) || !isOfNewFolder(copied)) return null;
      changes.push({ kind: "made", path });
    } else {
      if (!entry.isFile() || !isFileOrNothing(path) || !isOfUsualMode(copied)) return null;
      changes.push({ kind: "copied", path, mode: modeOf(copied) });
      asks.push(["readFile", copied, ""]);
    }
  }
  return { changes, asks };
}

/** So many files and folders are copied by a call. */
const MOST_COPIED = 2_000;

function isOfNewFolder(path: string): boolean {
  return modeOf(path) === String(0o777 & ~umask());
}

function isLink(path: string): boolean {
  return files.lstatSync(toPath(path)).isSymbolicLink();
}

function isFileOrNothing(path: string): boolean {
  return fits("file", targetOf(path));
}

/** Functions that write whole files and folders, and call a function when it is done. Their other forms have taps of their own (writes.ts). */
const WRITES_WHOLE: ReadonlyMap<string, string> = new Map(
  ["copyFile", "mkdir", "writeFile"].map((verb) => [`fs.${verb}`, verb]),
);

/** What the form of a function is called that has a plan. By no regular expression: some taps are made while the program runs, which may read `RegExp.$1`. */
function plannedVerb(name: string): string | null {
  const isSync = endsWith(name, "Sync");
  const whole = slice(name, startsWith(name, "fs.promises.") ? "fs.promises.".length : "fs.".length);
  const verb = isSync ? slice(whole, 0, -"Sync".length) : whole;
  // Copying folders step by step calls functions of which the run would be told.
  return Object.hasOwn(plans, verb) && startsWith(name, "fs.") && (isSync || verb !== "cp") ? verb : null;
}

/** The tap of a function that changes files; undefined for any other function. */
export function tappedFileChange(...[original, kind, name]: Parameters<MakeTap>): ReturnType<MakeTap> | undefined {
  const tellOf = tellerOf(kind, name);
  if (tellOf === null) return undefined;
  const known = tapOf(original);
  if (known !== undefined) return known;
  const begin = beginOf(name);
  const trap: Trap = (fn, self, args) => {
    const run = isInner(name) ? null : state.run;
    const tell = run && unaudited(() => tellerFor(tellOf, args, run));
    if (run === null || tell === null) {
      touch(kind, name);
      return Reflect.apply(fn, self, args);
    }
    touchCalls(kind, name);
    return begin({ tell, giveUp: (why) => run.giveUp(why), kind, name }, fn, self, args);
  };
  const tap = tappedWhileRecording(original, trap);
  // It notices every call, and none is recorded: calls that only hold it may be keyed by its name.
  noteNoticed(tap, original, name);
  return tap;
}

function beginOf(name: string): Begin {
  if (name === "fs.createWriteStream") return stream;
  if (name.endsWith("Sync")) return atOnce;
  return name.startsWith("fs.promises.") ? byPromise : byCallback;
}

/** Tells a run of a change, which may still go on. */
type Tell = (pending?: Pending) => void;
/** Makes what tells a run of a call; null if the run cannot be kept. What the call depends on, the run is told at once. */
type MakeTell = (args: readonly unknown[], run: WholeRun) => Tell | null;

function tellerOf(kind: string, name: string): MakeTell | null {
  const whole = WRITES_WHOLE.get(name);
  if (whole !== undefined) {
    return (args, run) => {
      const plan = planOf(whole, args.slice(0, -1), doesCallExports(whole, name));
      if ("kind" in plan) return null;
      const written = { ...writtenBy(plan), isTold: true } as const;
      return (pending) => run.note({ kind, name, token: { kind: "written", written, ...(pending && { pending }) } });
    };
  }
  const verb = plannedVerb(name);
  const plan = verb === null ? undefined : plans[verb];
  if (plan === undefined) return null;
  const isCallback = beginOf(name) === byCallback;
  return (args, run) => {
    const made = plan(isCallback ? args.slice(0, -1) : args);
    const asked = made?.asks.map((query) => ({ query, now: ask(query) }));
    if (!made || !asked) return null;
    for (const { query, now } of asked) {
      if (now === null) return null;
      run.note({ kind, name, token: { kind: "observed", dependency: { query, ...now } } });
    }
    return (pending) => {
      for (const [at, change] of made.changes.entries()) run.change(change, kind, name, at === 0 ? pending : undefined);
    };
  };
}

/** The same for one call; null also where the file system does not answer. */
function tellerFor(make: MakeTell, args: readonly unknown[], run: WholeRun): Tell | null {
  try {
    return make(args, run);
  } catch {
    return null;
  }
}

/** A change that a run is told of. */
interface Told {
  readonly tell: Tell;
  readonly giveUp: (why: Reason) => void;
  readonly kind: string;
  readonly name: string;
}

type Begin = (told: Told, ...call: Parameters<Trap>) => unknown;

const atOnce: Begin = ({ tell, giveUp, kind, name }, fn, self, args) => {
  let completed = false;
  // What Node calls for it on its way is no doing of the program's.
  state.suspended++;
  // No catch: throwing again would change where Node says that an uncaught error was thrown.
  try {
    const result: unknown = Reflect.apply(fn, self, args);
    completed = true;
    return result;
  } finally {
    state.suspended--;
    if (completed) tell();
    else giveUp({ kind: "touches", event: kind, api: name, why: { kind: "throws" } });
  }
};

const byPromise: Begin = ({ tell, name }, fn, self, args) => {
  const pending = begun(name);
  tell(pending);
  return afterwards(() => Reflect.apply(fn, self, args), {
    value: () => {
      pending.isOver = true;
    },
    error: () => {
      pending.why = { kind: "catches-error", api: name };
    },
  });
};

const byCallback: Begin = ({ tell, giveUp, kind, name }, fn, self, args) => {
  const callback = args.at(-1);
  if (typeof callback !== "function") {
    giveUp({ kind: "touches", event: kind, api: name });
    return Reflect.apply(fn, self, args);
  }
  const pending = begun(name);
  tell(pending);
  const back = wayBack();
  const arrived = function (this: unknown, ...told: unknown[]): unknown {
    if (told[0]) pending.why = { kind: "catches-error", api: name };
    else pending.isOver = true;
    giveBack(this, arrived, callback);
    return back(() => Reflect.apply(callback, this, told));
  };
  return runOutside(() => Reflect.apply(fn, self, [...args.slice(0, -1), arrived]));
};

const stream: Begin = ({ tell, name }, fn, self, args) => {
  const made = Reflect.apply(fn, self, args) as object;
  const isFinished = finishedOf(made);
  const why = begun(name).why;
  const pending = {
    why,
    get isOver() {
      return isFinished?.call(made) === true;
    },
  };
  tell(pending as Pending);
  return made;
};

function begun(name: string): Pending {
  return { why: { kind: "ends-early", api: name, writes: true }, isOver: false };
}

/** What tells whether all was written that a stream was given: a getter of Node's, whatever the program puts on the stream. */
function finishedOf(made: object): (() => unknown) | undefined {
  for (let at: object | null = Object.getPrototypeOf(made); at !== null; at = Object.getPrototypeOf(at)) {
    const get = Object.getOwnPropertyDescriptor(at, "writableFinished")?.get;
    if (get !== undefined) return get;
  }
  return undefined;
}
