/**
 * `node --import dumbo/auto` without a script: the functions that are typed at the prompt get guards as those of files do, and the command
 * `.dumbo` shows what is cached. What the REPL prints, and how it completes names, stays the same.
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
  /** Whether a value is a Proxy by which dumbo watches a function of Node's. */
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

/** Inputs that match neither declare nothing and have no function. */
const DECLARES = /\b(?:let|const|var|class|function|using)\b/;
const FUNCTION = /=>|\bfunction\b/;
/** An input that Node takes for an object first. */
const OBJECT = /^\s*\{/;

/**
 * Globals that may be declared anew at the prompt like any other name: dumbo's own code does not use them, and the scan refuses the functions that
 * do.
 */
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

/** The parts of a REPL that report errors, which its types lack. Older versions of Node have the first one, newer ones the second. */
interface Reporter {
  readonly _domain?: { prependListener(event: "error", listener: (error: unknown) => void): unknown };
  _handleError?(error: unknown): unknown;
}

type Replaced = "eval" | "completer" | "writer";

export class Repl {
  readonly #options: ReplOptions;
  /** The names that were global before the REPL started, which makes Node's modules global as well. */
  readonly #globals: Set<string>;
  readonly modules: ReplModules;
  readonly #scope: GlobalScope;
  /** Getters of Node's own by which the global object has its modules. */
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

  /** To be called before Node starts its REPL: it gets guards when it is started. */
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
    // The function needs a name: Node cuts the traces that it prints at a frame without one.
    const guardedEval: REPLServer["eval"] = function (this: REPLServer, code, context, file, done) {
      const text = guarded(code, file);
      // Traces show the property that a function was found at: so Node's own stands there while it runs.
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

  /** The text to run in the place of an input. It never throws. */
  #guarded(code: string, file: string, guards: InputGuards): string {
    try {
      if (!DECLARES.test(code) && !FUNCTION.test(code)) return code;
      const input = this.#options.guard(code, guards.next, this.#isGlobal);
      // A text that V8 compiles and dumbo cannot parse may declare anything.
      if (input === null ? compiles(code) : this.#noteDeclared(input.declares)) this.#retire();
      if (input === null || this.#isRetired || OBJECT.test(code)) return code;
      guards.add(input);
      if (input.sites.length === 0) return code;
      this.#options.noteInput(file, input.columns);
      return input.code;
    } catch {
      // It is not known what the input declares.
      this.#retire();
      return code;
    }
  }

  /** Notes the names that an input declares. @returns whether one of them takes the place of a global that dumbo relies on */
  #noteDeclared(names: readonly string[]): boolean {
    for (const name of names) if (SPARE.has(name)) this.#globals.delete(name);
    return names.some((name) => this.#globals.has(name));
  }

  /** Stops caching: a declaration that takes the place of a global does so for dumbo's own code, too. */
  #retire(): void {
    this.#isRetired = true;
    this.#options.retire();
  }

  readonly #isGlobal = (name: string): boolean => this.#globals.has(name);

  /** Whether a getter of the global object is one of those by which the REPL loads a module of Node's when its name is used. */
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

/** @param note called with each error that the REPL is about to print */
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

/** Completes names as the REPL does, but never to the name of a guard. */
function withoutGuards(complete: Completer): Completer {
  return function (line, done) {
    const filtered: Answer = (error, result) => {
      if (!isArray(result)) return done(error, result);
      done(error, [result[0].filter((name) => !name.includes(MARK)), result[1]]);
    };
    return apply(complete, this, [line, filtered]);
  };
}
