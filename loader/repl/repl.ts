/**
 * `node --import dumbo/auto` without a script: what is typed at the prompt gets guards as files do, and `.dumbo` tells of them. What the
 * REPL prints and how it completes stays as it is.
 */
import { isBuiltin } from "node:module";
import type { REPLServer } from "node:repl";
import { Script } from "node:vm";
import type { ENGINE_TOOLS, Engine } from "../../src/call/engine.ts";
import { MARK } from "../../src/code/guard-text.ts";
import type { PlainAnalysis } from "../../src/code/plain-module.ts";
import { GlobalScope, ReplModules } from "../../src/code/repl-module.ts";
import type { Columns, GuardedInput } from "../transform/repl-input.ts";
import { InputGuards } from "./input-guards.ts";
import { statusLines } from "./status.ts";
import { type WriterOptions, withoutTaps } from "./writer.ts";

export interface ReplOptions {
  readonly tools: typeof ENGINE_TOOLS;
  readonly analyse: (script: string, isGlobal: (name: string) => boolean) => PlainAnalysis;
  readonly guard: (text: string, first: number, isGlobal: (name: string) => boolean) => GuardedInput | null;
  readonly unaudited: <T>(work: () => T) => T;
  /** Whether a Proxy stands in the place of a function of Node's. */
  readonly isTap: (value: unknown) => boolean;
  /** Notes what an input is called in traces, and where its columns are in what was typed. */
  readonly noteInput: (file: string, columns: readonly Columns[]) => void;
  /** Notes an error that the REPL is about to print. */
  readonly noteReported: (error: unknown) => void;
  /** Ends dumbo's work in this process, as at exit. */
  readonly retire: () => void;
}

// Captured before what is typed can put declarations in the place of globals.
const { apply } = Reflect;
const { isArray } = Array;

/** What may declare something, and what may be a function. */
const DECLARES = /\b(?:let|const|var|class|function|using)\b/;
const FUNCTION = /=>|\bfunction\b/;
/** An input that Node takes for an object first. */
const OBJECT = /^\s*\{/;

/** Globals that dumbo's own code does without, and whose every use the scan refuses: a declaration in the place of one is a name like any other. */
const SPARE: ReadonlySet<string> = new Set([
  "BroadcastChannel",
  "Blob",
  "Event",
  "EventSource",
  "EventTarget",
  "File",
  "FormData",
  "Headers",
  "Request",
  "Response",
  "WebSocket",
  "crypto",
  "fetch",
  "localStorage",
  "navigator",
  "performance",
  "sessionStorage",
]);

const RETIRED = "Nothing is cached any more: a declaration stands in the place of a global.\n";

type NodeWriter = REPLServer["writer"] & { readonly options?: WriterOptions };

/** What of a REPL is not in its types: of older versions of Node, and of newer ones. */
interface Reporter {
  readonly _domain?: { prependListener(event: "error", listener: (error: unknown) => void): unknown };
  _handleError?(error: unknown): unknown;
}

type Replaced = "eval" | "completer" | "writer";

export class Repl {
  readonly #options: ReplOptions;
  /** The globals that there were before the REPL put modules of Node's beside them. */
  readonly #globals: Set<string>;
  readonly modules: ReplModules;
  readonly #scope: GlobalScope;
  /** Getters that were found to be Node's. */
  readonly #nodes = new WeakSet<object>();
  #isRetired = false;

  constructor(options: ReplOptions) {
    this.#options = options;
    this.#globals = new Set([
      ...Object.getOwnPropertyNames(globalThis),
      ...Object.getOwnPropertyNames(Object.prototype),
    ]);
    this.#scope = new GlobalScope((name, getter) => this.#isNodes(name, getter));
    this.modules = new ReplModules(options.tools, (script) => options.analyse(script, this.#isGlobal), this.#scope);
  }

  /** Waits for Node's own REPL. */
  start(engine: Engine): void {
    const guards = new InputGuards(engine, this.#scope);
    const repl = process.getBuiltinModule("node:repl") as unknown as {
      start: (...args: unknown[]) => REPLServer;
      readonly writer: NodeWriter;
    };
    const { start, writer } = repl;
    repl.start = (...args) => {
      repl.start = start;
      const server = start(...args);
      if (server.useGlobal) this.#adopt(server, writer, engine, guards);
      return server;
    };
  }

  #adopt(server: REPLServer, writer: NodeWriter, engine: Engine, guards: InputGuards): void {
    const own = server as { -readonly [Name in Replaced]: REPLServer[Name] };
    const evaluate = own.eval;
    const options = this.#options;
    const guarded = (code: string, file: string) => options.unaudited(() => this.#guarded(code, file, guards));
    const retired = () => this.#isRetired;
    // It has a name: Node cuts the traces that it prints at a frame without one.
    const guardedEval: REPLServer["eval"] = function (this: REPLServer, code, context, file, done) {
      const text = guarded(code, file);
      // Traces say under which name a function was found on an object.
      own.eval = evaluate;
      try {
        return apply(evaluate, this, [text, context, file, done]);
      } finally {
        if (!retired()) own.eval = guardedEval;
      }
    };
    noteReports(server as Reporter, options.noteReported);
    own.eval = guardedEval;
    own.completer = withoutGuards(own.completer as Completer) as REPLServer["completer"];
    own.writer = withoutTaps(own.writer, writer.options ?? {}, options.isTap) as REPLServer["writer"];
    server.defineCommand("dumbo", {
      help: "Show what dumbo has cached, and what not",
      action() {
        this.clearBufferedCommand();
        const lines = retired() ? RETIRED : `${statusLines(engine, guards.refused).join("\n")}\n`;
        this.output.write(lines);
        this.displayPrompt();
      },
    });
  }

  /** The text that runs: nothing here throws into the REPL. */
  #guarded(code: string, file: string, guards: InputGuards): string {
    try {
      if (!DECLARES.test(code) && !FUNCTION.test(code)) return code;
      const input = this.#options.guard(code, guards.next, this.#isGlobal);
      // What V8 takes and dumbo cannot read may declare anything.
      if (input === null ? compiles(code) : this.#noteDeclared(input.declares)) this.#retire();
      if (input === null || this.#isRetired || OBJECT.test(code)) return code;
      guards.add(input);
      if (input.sites.length === 0) return code;
      this.#options.noteInput(file, input.columns);
      return input.code;
    } catch {
      // What it declares is not known.
      this.#retire();
      return code;
    }
  }

  /** Notes what an input declares. Answers whether any of it stands in the place of a global that counts. */
  #noteDeclared(names: readonly string[]): boolean {
    for (const name of names) if (SPARE.has(name)) this.#globals.delete(name);
    return names.some((name) => this.#globals.has(name));
  }

  /** A declaration in the place of a global is one for dumbo's own code, too. */
  #retire(): void {
    this.#isRetired = true;
    this.#options.retire();
  }

  readonly #isGlobal = (name: string): boolean => this.#globals.has(name);

  /** The REPL has modules of Node's as globals, which are loaded when they are asked for. */
  #isNodes(name: string, getter: object): boolean {
    if (name === "process" || this.#nodes.has(getter)) return true;
    if (!isBuiltin(name)) return false;
    const { scriptNames, scriptOf } = this.#options.tools;
    const script = scriptOf(getter);
    const isOne = script !== null && (scriptNames().get(script) ?? "").startsWith("node:");
    if (isOne) this.#nodes.add(getter);
    return isOne;
  }
}

/** Tells of errors that the REPL is about to print. */
function noteReports(server: Reporter, note: (error: unknown) => void): void {
  server._domain?.prependListener("error", note);
  const handle = server._handleError;
  if (handle === undefined) return;
  server._handleError = function handleError(this: unknown, error) {
    note(error);
    return apply(handle, this, [error]);
  };
}

function compiles(code: string): boolean {
  try {
    return new Script(code) !== null;
  } catch {
    return false;
  }
}

type Answer = (error: Error | null, result?: [string[], string]) => void;
type Completer = (this: unknown, line: string, done: Answer) => void;

/** The names of guards are no names of the program's. */
function withoutGuards(complete: Completer): Completer {
  return function (line, done) {
    const filtered: Answer = (error, result) => {
      if (!isArray(result)) return done(error, result);
      done(error, [result[0].filter((name) => !name.includes(MARK)), result[1]]);
    };
    return apply(complete, this, [line, filtered]);
  };
}
