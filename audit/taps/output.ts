/**
 * Taps on output: what reaches stdout and stderr while a call is recorded is published with its bytes, so that a hit can print it again.
 * Output of the console is recorded where it reaches the stream, but printed again by a console, because that ignores errors of the stream
 * and indents groups.
 */

import { channel } from "node:diagnostics_channel";
import { types } from "node:util";
import { startsWith } from "../../src/node/language.ts";
import { isHeard, state } from "../../src/trace/frames.ts";
import type { Output } from "../../src/trace/trace.ts";
import { noticesTraces } from "../../src/value/stack-traces.ts";
import { copyOfBytes } from "../../src/value/view-bytes.ts";
import { knowHeldClass } from "../builtins/held-classes.ts";
import { Console } from "../builtins/originals.ts";
import { digest } from "../replay/answer-digest.ts";
import { COLOURS, coloursOf } from "../replay/colours.ts";
import { addOperation } from "../replay/dependencies.ts";
import { touch } from "./touch.ts";
import { keepMembers, MadeOutput } from "./untouched-output.ts";
import { type MakeTap, originalOf, type Trap, tappedWhileRecording } from "./wrap.ts";

type StreamName = "stdout" | "stderr";

/** Methods of the console that only print, with the stream they print to. */
const PRINTING: Readonly<Record<string, StreamName>> = {
  "console.assert": "stderr",
  "console.debug": "stdout",
  "console.dir": "stdout",
  "console.dirxml": "stdout",
  "console.error": "stderr",
  "console.info": "stdout",
  "console.log": "stdout",
  "console.table": "stdout",
  "console.warn": "stderr",
};

/** Methods that print a single text as it is, without formatting. */
const PLAIN = new Set(["console.debug", "console.error", "console.info", "console.log", "console.warn"]);

/** Channels on which other code may listen to the console. */
const channels = ["log", "info", "debug", "warn", "error"].map((name) => channel(`console.${name}`));

/** `process.stdout` and `process.stderr`, once they were read: Node makes them then. */
const outputs = new WeakMap<object, StreamName>();

/** The same by their names. */
const made: Record<StreamName, MadeOutput | null> = { stdout: null, stderr: null };

/** Notes a stream of the process that was read. To be called when what Node has loaded for it has its taps. */
export function noteOutput(stream: object, name: StreamName): void {
  outputs.set(stream, name);
  made[name] ??= new MadeOutput(stream);
}

/** The method of the console that prints now, and how many writes have reached a stream; null if none does. */
let printing: { readonly name: string; written: number } | null = null;

/** Whether the console prints now. What it reads meanwhile is part of the recorded output. */
export function isPrinting(): boolean {
  return printing !== null;
}

/** Questions that the console asks of a terminal before it prints. The dependency on {@link COLOURS} holds their answers. */
const ASKED_BY_CONSOLE = new Set(["tty.WriteStream.getColorDepth", "tty.WriteStream.hasColors"]);

/** Whether an event is one of the questions that the console asks while it prints. */
export function isPartOfPrinting(name: string): boolean {
  return printing !== null && ASKED_BY_CONSOLE.has(name);
}

/** The tap of a method of the console; null for a method that does more than print. */
export function tappedConsole(original: Parameters<MakeTap>[0], name: string): ReturnType<MakeTap> | null {
  const stream = Object.hasOwn(PRINTING, name) ? PRINTING[name] : undefined;
  if (stream === undefined) return null;
  const trap: Trap = (fn, self, args) => {
    // `console.table` prints by `console.log`.
    if (printing !== null) return Reflect.apply(fn, self, args);
    const isText = PLAIN.has(name) && args.length === 1 && typeof args[0] === "string";
    if (!isHeard() || isTaken(stream) || !isPlainConsole() || !(isText || noticesTraces())) {
      touch("output", name);
      return Reflect.apply(fn, self, args);
    }
    if (!isText) {
      const dependency = { query: [COLOURS, stream], answer: digest(colours(stream)), fingerprint: "" };
      touch("output", name, { kind: "observed", dependency });
    }
    const own = { name, written: 0 };
    printing = own;
    try {
      return Reflect.apply(fn, self, args);
    } finally {
      printing = null;
      // If nothing has reached Node's own streams, the console prints to a stream of the program.
      if (own.written === 0 && name !== "console.assert") touch("output", name);
    }
  };
  return tappedWhileRecording(original, trap);
}

const STREAM_CLASSES = ["Stream", "Readable", "Writable", "Duplex", "Transform", "PassThrough"] as const;

/** Has keys know the classes of streams by their names, and by how much they take at once. What a stream does, it does later: by `process.nextTick`. */
function knowStreams(exports: { [name: string]: unknown }): void {
  const most = exports.getDefaultHighWaterMark as (objects: boolean) => number;
  const settings = () => `${most(false)} ${most(true)}`;
  const root = exports.Stream as object;
  for (const name of STREAM_CLASSES) {
    knowHeldClass(exports[name] as object, { name: `node:stream.${name}`, settings, root });
  }
}

/** Taps `write` and `end` of all writable streams. They are tapped at the start, because code may take the methods long before it is recorded. */
export function tapStreams(exports: { [name: string]: unknown }): void {
  for (const name of ["Writable", "Duplex"]) {
    const prototype = (exports[name] as { prototype: object }).prototype;
    for (const key of ["write", "end"]) {
      const property = Object.getOwnPropertyDescriptor(prototype, key);
      if (typeof property?.value !== "function") continue;
      const trap: Trap = (original, self, args) => {
        const stream = outputs.get(self as object);
        const label = `${stream === undefined ? "stream.Writable" : `process.${stream}`}.${key}`;
        const output = stream !== undefined && key === "write" && isHeard() ? told(stream, args) : null;
        if (output === null) {
          if (stream !== undefined || state.open !== 0) touch(stream === undefined ? "stream" : "output", label);
          return Reflect.apply(original, self, args);
        }
        if (printing !== null) printing.written++;
        touch("output", printing?.name ?? label, { kind: "printed", output });
        // What the stream does to pass its bytes on is part of the same output.
        state.suspended++;
        try {
          return Reflect.apply(original, self, args);
        } finally {
          state.suspended--;
        }
      };
      Reflect.defineProperty(prototype, key, { ...property, value: tappedWhileRecording(property.value, trap) });
    }
  }
  knowStreams(exports);
  for (const name of STREAM_CLASSES) keepMembers((exports[name] as { prototype: object }).prototype);
}

/** The output of a call of `write`; null if a hit could not repeat it: it has a callback, or other code has taken the stream over. */
function told(stream: StreamName, args: readonly unknown[]): Output | null {
  // By no iterator of arrays: the program may have replaced that.
  const chunk = args[0];
  const second = args[1];
  if (isTaken(stream)) return null;
  // What is printed again is printed by a stream that is as Node makes it.
  if (typeof chunk === "string" && typeof second !== "string" && !isUsual(streamOf(stream))) return null;
  const number = stream === "stdout" ? 1 : 2;
  // The console calls `write` with a text and a callback.
  if (printing !== null && args.length === 2 && typeof second === "function") {
    const data = typeof chunk === "string" ? unindented(chunk) : null;
    return data === null ? null : { stream: number, via: "console", data, encoding: "" };
  }
  if (args.length > 2 || (second !== undefined && typeof second !== "string")) return null;
  const encoding = second ?? "";
  if (typeof chunk === "string") return { stream: number, via: "write", data: chunk, encoding };
  const data = types.isUint8Array(chunk) ? copyOfBytes(chunk) : null;
  return data && { stream: number, via: "write", data, encoding };
}

/** The text that the console was given: without the line break at its end, and without the indentation of groups. */
function unindented(text: string): string | null {
  const indent = indentation();
  if (indent === null || !text.endsWith("\n") || !text.startsWith(indent)) return null;
  return text.slice(indent.length, -1).replaceAll(`\n${indent}`, "\n");
}

let indentKey: symbol | null | undefined;

/** The console's present indentation; null if this Node does not show it. */
function indentation(): string | null {
  indentKey ??=
    Object.getOwnPropertySymbols(console).find((key) => {
      return startsWith(key.description ?? "", "kGroupIndent") && typeof Reflect.get(console, key) === "string";
    }) ?? null;
  const indent: unknown = indentKey && Reflect.get(console, indentKey);
  return typeof indent === "string" ? indent : null;
}

/** Whether the console prints to the streams of the process, and no other code listens to it. */
function isPlainConsole(): boolean {
  if (isOverheard() || indentation() === null) return false;
  state.suspended++;
  try {
    return Reflect.get(console, "_stdout") === process.stdout && Reflect.get(console, "_stderr") === process.stderr;
  } finally {
    state.suspended--;
  }
}

/** A stream of the process. Reading it here does not count as the program's read. */
function streamOf(name: StreamName): NodeJS.WriteStream {
  state.suspended++;
  try {
    return process[name];
  } finally {
    state.suspended--;
  }
}

/** Whether a stream takes texts as UTF-8 where nobody says otherwise. */
function isUsual(stream: NodeJS.WriteStream): boolean {
  return Reflect.get(Reflect.get(stream, "_writableState") ?? {}, "defaultEncoding") === "utf8";
}

/** Whether the program has replaced what the output of a stream passes through, or the stream takes no more. */
export function isTaken(name: StreamName): boolean {
  const { write } = streamOf(name);
  return originalOf(write) === write || made[name]?.isOpen !== true;
}

/**
 * Whether all that was printed by a stream is known: the program has neither changed the stream nor reached past it, and nobody would learn that its reader is gone.
 * To be asked when the program has ended. @param bytes that were seen
 */
export function isAllSeen(name: StreamName, bytes: number): boolean {
  const its = made[name];
  return its === null || (its.isUntouched && (its.bytesBelow ?? bytes) === bytes);
}

/** Whether other code than dumbo listens to the console. If this Node does not show that, the answer is yes. */
function isOverheard(): boolean {
  return channels.some((one) => {
    const subscribers: unknown = Reflect.get(one, "_subscribers");
    return one.hasSubscribers && !(Array.isArray(subscribers) && subscribers.length <= 1);
  });
}

/** Whether recorded output can be printed again now, and would be what the body prints. */
export function canPrint(output: readonly Output[]): boolean {
  const names = new Set(output.map(({ stream }) => (stream === 1 ? "stdout" : "stderr")));
  if ([...names].some(isTaken)) return false;
  return !output.some(({ via }) => via === "console") || isPlainConsole();
}

/** A console of dumbo's own: methods of the program's console may have been replaced before dumbo was loaded. */
let ownConsole: Console | null = null;

/** Prints recorded output again. To be called with the audit suspended. */
export function print(output: readonly Output[]): void {
  for (const { stream, via, data, encoding } of output) {
    if (via === "console") {
      ownConsole ??= new Console({ stdout: streamOf("stdout"), stderr: streamOf("stderr") });
      const indent = indentation() ?? "";
      const text = indent + String(data).replaceAll("\n", `\n${indent}`);
      if (stream === 1) ownConsole.log(text);
      else ownConsole.error(text);
    } else {
      const target = streamOf(stream === 1 ? "stdout" : "stderr");
      const chunk = typeof data === "string" ? data : Buffer.from(data);
      if (encoding === "") target.write(chunk);
      else target.write(chunk as string, encoding as BufferEncoding);
    }
  }
}

function colours(name: StreamName): string {
  state.suspended++;
  try {
    return coloursOf(process[name]);
  } finally {
    state.suspended--;
  }
}

addOperation(COLOURS, ([, name]) => colours(name as StreamName));
