/**
 * Taps on writes of whole files and folders. While a call is recorded, each is published with the content that it writes, if the user has allowed
 * that hits write it again. The run as a whole is told of them in any case. The program gets what the original returns or throws. Only for a write
 * by promise, it gets another promise, which resolves a microtask later, because the tap has to see the end of the write.
 */
import { hash128 } from "../../src/hash.ts";
import type { WriteTrouble } from "../../src/reason/reason.ts";
import type { Pending, Token } from "../../src/trace/event.ts";
import { isConfining, isListening, state } from "../../src/trace/frames.ts";
import type { CopiedFile, Written } from "../../src/trace/trace.ts";
import { copyOfBytes } from "../../src/value/view-bytes.ts";
import { noteNoticed } from "../builtins/noticed-functions.ts";
import { files, umask } from "../builtins/originals.ts";
import { replacedInside } from "../builtins/tapped-functions.ts";
import { ask, MODE } from "../replay/dependencies.ts";
import { pathText, signatureOf, toPath } from "../replay/file-signature.ts";
import { fits, replaysWrites, targetOf } from "../replay/write-targets.ts";
import { isReplayedWrite, variesByState } from "../scan/recorded.ts";
import { unaudited } from "../unaudited.ts";
import { afterwards } from "./pending-reads.ts";
import { plain } from "./reads.ts";
import { touch, touchCalls } from "./touch.ts";
import { type MakeTap, type Trap, tapOf, tappedWhileRecording } from "./wrap.ts";

/** A write in a form in which it can be done again, or why it cannot. */
type Repeatable = Pick<Written, "action" | "bytes">;
type Plan = Repeatable | WriteTrouble;
export type PlannedWrite = Repeatable & Pick<Written, "isNew" | "source">;
/** Who is told of a write with what it writes. */
type Told = "calls and run" | "run";

/** Make the plan of a call, by the name of the function without `Sync`. */
const plans: Readonly<Record<string, (args: readonly unknown[]) => Plan>> = {
  copyFile([from, to, mode = 0]) {
    const source = pathText(from);
    const path = pathText(to);
    if (source === null || path === null) return NO_TEXT;
    if (mode !== 0) return { kind: "mode" };
    if (signatureOf(source, "file") === null) return { kind: "source-no-file" };
    return { action: ["copy", path, source], bytes: null };
  },
  mkdir([path, given]) {
    const text = pathText(path);
    if (text === null) return NO_TEXT;
    const options = typeof given === "number" ? { mode: given } : plain(given, "mode", "recursive");
    const mode = options && modeText(options.mode);
    if (!options || mode === null || (options.recursive !== undefined && typeof options.recursive !== "boolean"))
      return UNKNOWN;
    return { action: ["folder", text, mode, options.recursive === true ? "r" : ""], bytes: null };
  },
  writeFile([path, data, given]) {
    const text = pathText(path);
    if (text === null) return NO_TEXT;
    const options = plain(given, "encoding", "mode", "flag");
    const mode = options && modeText(options.mode);
    if (!options || mode === null) return UNKNOWN;
    if (options.flag !== undefined && options.flag !== "w") return { kind: "flag", flag: String(options.flag) };
    const bytes = bytesOf(data, options.encoding ?? "utf8");
    return bytes === null ? { kind: "content-type" } : { action: ["file", text, mode], bytes };
  },
};
const NO_TEXT: WriteTrouble = { kind: "path-type" };
const UNKNOWN: WriteTrouble = { kind: "options" };

/** Whether there is a plan for a function's calls. */
export function isPlanned(name: string): boolean {
  const at = name.lastIndexOf(".");
  return isReplayedWrite(name.slice(0, at).replace(".", "/"), name.slice(at + 1));
}

/** Whether a hit does a function's calls again. */
export function isRepeatable(name: string): boolean {
  return replaysWrites() && isPlanned(name);
}

/** Functions that do all by themselves, as those of `fs.promises` do that are planned: a program that replaces others, as graceful-fs does, changes nothing of what they do. */
const ALONE: ReadonlySet<string> = new Set(["copyFile", "mkdir"]);

/** See {@link planOf}. */
export function doesCallExports(verb: string, name: string): boolean {
  return !ALONE.has(verb) && !name.startsWith("fs.promises.");
}

/** The tap of a function that writes. */
export const tappedWrite: MakeTap = (original, kind, name) => {
  const known = tapOf(original);
  if (known !== undefined) return known;
  const verb = name.slice(name.lastIndexOf(".") + 1).replace(/Sync$/, "");
  const isLater = !name.endsWith("Sync");
  const callsExports = doesCallExports(verb, name);
  const isUsable = variesByState(name.slice(name.lastIndexOf(".") + 1)) ? isConfining : isListening;
  const trap: Trap = (fn, self, args) => {
    const run = () => Reflect.apply(fn, self, args);
    const told = replaysWrites() && isUsable() ? "calls and run" : state.run === null ? null : "run";
    const planned = told && unaudited(() => planOf(verb, args, callsExports));
    if (told === null || planned === null || "kind" in planned) {
      touch(kind, name, undefined, planned && "kind" in planned ? planned : undefined);
      return run();
    }
    return isLater ? writeLater(planned, told, kind, name, run) : write(planned, told, kind, name, run);
  };
  const tap = tappedWhileRecording(original, trap);
  // It notices every call, and none is recorded: calls that only hold it may be keyed by its name.
  if (!replaysWrites()) noteNoticed(tap, original, name);
  return tap;
};

/**
 * The plan of a call, and whether nothing is at its place; or why a hit could not write the same again.
 * @param verb name of the function without `Sync`
 * @param callsExports whether Node's function calls others by the exports of `fs`, where the program may have put its own
 */
export function planOf(verb: string, args: readonly unknown[], callsExports: boolean): PlannedWrite | WriteTrouble {
  const plan = (plans[verb] as (typeof plans)[string])(args);
  if ("kind" in plan) return plan;
  const fake = callsExports ? replacedInside() : null;
  if (fake !== null) return { kind: "replaced-inside", api: fake };
  const target = targetOf(plan.action[1] as string);
  if (target.kind === "refused") return target.why;
  if (!fits(plan.action[0], target)) return { kind: "other-there" };
  const source = state.run && plan.action[0] === "copy" ? sourceOf(plan.action[2] as string) : null;
  return { ...plan, isNew: target.kind === "missing", ...(source && { source }) };
}

/** What the copy of a file depends on; null if a file with its mode could not be made otherwise. */
function sourceOf(path: string): CopiedFile | null {
  if (!isOfUsualMode(path)) return null;
  const asked = [];
  for (const query of [
    ["readFile", path, ""],
    [MODE, path],
  ]) {
    const now = ask(query);
    if (now === null) return null;
    asked.push({ query, ...now });
  }
  return { asked, mode: modeOf(path) };
}

/** The mode of a file or folder in the form of actions. */
export function modeOf(path: string): string {
  return String(files.statSync(toPath(path)).mode & 0o7777);
}

/** Whether the mode of a file is one that a new file can be given. */
export function isOfUsualMode(path: string): boolean {
  return (files.statSync(toPath(path)).mode & umask()) === 0;
}

/** Tells of a write. */
function tell(told: Told, kind: string, name: string, token: Token): void {
  if (told === "calls and run") return touch(kind, name, token);
  const { run } = state;
  if (state.suspended > 0 || run === null) return;
  run.note({ kind, name, token });
  // Calls are told what they would be told without the run.
  touchCalls(kind, name);
}

/** Runs a write, and publishes it when it is done. A write that throws forbids caching, because it may have written a part. */
function write(plan: PlannedWrite, told: Told, kind: string, name: string, run: () => unknown): unknown {
  let completed = false;
  state.suspended++;
  // No catch: throwing again would change where Node says that an uncaught error was thrown.
  try {
    const result = run();
    completed = true;
    return result;
  } finally {
    state.suspended--;
    if (completed) tell(told, kind, name, { kind: "written", written: writtenBy(plan) });
    else touch(kind, name, undefined, { kind: "throws" });
  }
}

/** Publishes a write by promise when it begins. The call is kept only if the write has succeeded when the call ends. */
function writeLater(plan: PlannedWrite, told: Told, kind: string, name: string, run: () => unknown): unknown {
  const pending: Pending = { why: { kind: "ends-early", api: name, writes: true }, isOver: false };
  tell(told, kind, name, { kind: "written", written: { ...writtenBy(plan), waits: true }, pending });
  return afterwards(run, {
    value: () => {
      pending.isOver = true;
    },
    error: () => {
      pending.why = { kind: "catches-error", api: name };
    },
  });
}

export function writtenBy(plan: PlannedWrite): Written {
  const { bytes } = plan;
  return { ...plan, content: bytes ? hash128(bytes) : "", size: bytes?.byteLength ?? 0 };
}

/** The mode of a new file in the form of actions; null for what is no mode. */
export function modeText(mode: unknown): string | null {
  if (mode === undefined) return "";
  return Number.isInteger(mode) && (mode as number) >= 0 && (mode as number) <= 0o7777 ? String(mode) : null;
}

/** A copy of what is written, as bytes. */
function bytesOf(data: unknown, encoding: unknown): Uint8Array | null {
  if (typeof data === "string") {
    if (typeof encoding !== "string" || !Buffer.isEncoding(encoding)) return null;
    return Buffer.from(data, encoding);
  }
  return ArrayBuffer.isView(data) ? copyOfBytes(data) : null;
}
