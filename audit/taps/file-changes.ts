/**
 * Taps on functions that change files so that no call around them can be kept, but the run as a whole can: by what it leaves
 * (src/trace/left-files.ts). The program gets what the original returns or throws. Only for a change by promise, it gets another promise, which
 * resolves a microtask later, because the tap has to see the end of the change.
 */
import type { Pending } from "../../src/trace/event.ts";
import { runOutside, state, wayBack } from "../../src/trace/frames.ts";
import type { FileChange } from "../../src/trace/left-files.ts";
import type { WholeRun } from "../../src/trace/whole-run.ts";
import { noteNoticed } from "../builtins/noticed-functions.ts";
import { ask, type Query } from "../replay/dependencies.ts";
import { pathText } from "../replay/file-signature.ts";
import { fits, targetOf } from "../replay/write-targets.ts";
import { afterwards } from "./pending-reads.ts";
import { plain } from "./reads.ts";
import { touch, touchCalls } from "./touch.ts";
import { type MakeTap, type Trap, tapOf, tappedWhileRecording } from "./wrap.ts";
import { modeText } from "./writes.ts";

interface Plan {
  readonly change: FileChange;
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
    return isFileOrNothing(path) ? { change: { kind: "appended", path }, asks: [] } : null;
  },
  createWriteStream([given, how, ...more]) {
    const path = pathText(given);
    const options = plain(how, "encoding", "flags", "mode", "autoClose", "emitClose", "highWaterMark");
    const mode = options && modeText(options.mode);
    if (path === null || options === null || mode === null || more.length > 0 || !isFileOrNothing(path)) return null;
    if (options.flags === "a") return { change: { kind: "appended", path }, asks: [] };
    return (options.flags ?? "w") === "w" ? { change: { kind: "begun", path, mode }, asks: [] } : null;
  },
  rename([from, to]) {
    const path = pathText(from);
    const target = pathText(to);
    if (path === null || target === null || !isFileOrNothing(target)) return null;
    return { change: { kind: "moved", path, to: target }, asks: [] };
  },
  rm([given, how]) {
    const options = plain(how, "force", "recursive", "maxRetries", "retryDelay");
    return options && removal(given, options.force === true);
  },
  rmdir: ([given, how]) => {
    const plan = how === undefined ? removal(given, false) : null;
    return plan && { ...plan, asks: [...plan.asks, ["readdir", plan.change.path, "", ""]] };
  },
  unlink: ([given]) => removal(given, false),
};

function removal(given: unknown, mayBeMissing: boolean): Plan | null {
  const path = pathText(given);
  return path === null ? null : { change: { kind: "removed", path }, asks: mayBeMissing ? [] : [["exists", path]] };
}

function isFileOrNothing(path: string): boolean {
  return fits("file", targetOf(path));
}

const NAME = /^fs\.(?:promises\.)?(appendFile|createWriteStream|rename|rm|rmdir|unlink)(Sync)?$/;

/** The tap of a function that changes files; undefined for any other function. */
export function tappedFileChange(...[original, kind, name]: Parameters<MakeTap>): ReturnType<MakeTap> | undefined {
  const [, verb, sync] = NAME.exec(name) ?? [];
  if (verb === undefined) return undefined;
  const known = tapOf(original);
  if (known !== undefined) return known;
  const plan = plans[verb] as (typeof plans)[string];
  const begin =
    verb === "createWriteStream" ? stream : sync ? atOnce : name.startsWith("fs.promises.") ? byPromise : byCallback;
  const trap: Trap = (fn, self, args) => {
    const { run } = state;
    const change = run && unaudited(() => changeOf(plan, args, run));
    if (run === null || change === null) {
      touch(kind, name);
      return Reflect.apply(fn, self, args);
    }
    touchCalls(kind, name);
    return begin({ run, change, kind, name }, fn, self, args);
  };
  const tap = tappedWhileRecording(original, trap);
  // It notices every call, and none is recorded: calls that only hold it may be keyed by its name.
  noteNoticed(tap, original, name);
  return tap;
}

/** A change that a run is told of. */
interface Told {
  readonly run: WholeRun;
  readonly change: FileChange;
  readonly kind: string;
  readonly name: string;
}

/** The change of a call; the run is told what it depends on. Null if the run cannot be kept. */
function changeOf(
  plan: (args: readonly unknown[]) => Plan | null,
  args: readonly unknown[],
  run: WholeRun,
): FileChange | null {
  const made = plan(args);
  if (made === null) return null;
  for (const query of made.asks) {
    const now = ask(query);
    if (now === null) return null;
    run.note({
      kind: "file",
      name: "fs",
      token: { kind: "observed", dependency: { query, answer: now.answer, fingerprint: "" } },
    });
  }
  return made.change;
}

type Begin = (told: Told, ...call: Parameters<Trap>) => unknown;

const atOnce: Begin = ({ run, change, kind, name }, fn, self, args) => {
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
    if (completed) run.change(change, kind, name);
    else run.giveUp({ kind: "touches", event: kind, api: name, why: { kind: "throws" } });
  }
};

const byPromise: Begin = ({ run, change, kind, name }, fn, self, args) => {
  const pending = begun(name);
  run.change(change, kind, name, pending);
  return afterwards(() => Reflect.apply(fn, self, args), {
    value: () => {
      pending.isOver = true;
    },
    error: () => {
      pending.why = { kind: "catches-error", api: name };
    },
  });
};

const byCallback: Begin = ({ run, change, kind, name }, fn, self, args) => {
  const callback = args.at(-1);
  if (typeof callback !== "function") {
    run.giveUp({ kind: "touches", event: kind, api: name });
    return Reflect.apply(fn, self, args);
  }
  const pending = begun(name);
  run.change(change, kind, name, pending);
  const back = wayBack();
  const arrived = function (this: unknown, ...told: unknown[]): unknown {
    if (told[0]) pending.why = { kind: "catches-error", api: name };
    else pending.isOver = true;
    return back(() => Reflect.apply(callback, this, told));
  };
  return runOutside(() => Reflect.apply(fn, self, [...args.slice(0, -1), arrived]));
};

const stream: Begin = ({ run, change, kind, name }, fn, self, args) => {
  const made = Reflect.apply(fn, self, args) as object;
  const isFinished = finishedOf(made);
  const why = begun(name).why;
  const pending = {
    why,
    get isOver() {
      return isFinished?.call(made) === true;
    },
  };
  run.change(change, kind, name, pending as Pending);
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

function unaudited<T>(work: () => T): T {
  state.suspended++;
  try {
    return work();
  } finally {
    state.suspended--;
  }
}
