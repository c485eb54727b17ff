/**
 * Inputs of Node's REPL. Each is a script of its own, and the bindings of all inputs are in the global scope. No prologue hands them over: each is
 * read by its name when a key is made.
 */
import { types } from "node:util";
import { Script } from "node:vm";
import type { Unseen } from "../reason/reason.ts";
import type { scriptNames } from "./inspect-function.ts";
import type { LiveModule } from "./live-module.ts";
import type { Manifest } from "./manifest.ts";
import { PlainBindings } from "./plain-bindings.ts";
import type { PlainAnalysis, PlainTools } from "./plain-module.ts";
import { CHARACTERS, leftAlone, ScriptModules } from "./script-modules.ts";

/** What this file uses of the engine, whose state it has to share. */
export interface ReplTools extends Omit<PlainTools, "scriptUrls"> {
  readonly scriptNames: typeof scriptNames;
}

/** Node's names of the scripts of inputs. */
const INPUT = /^REPL\d+$/;

/** Stands for the URL of an input. */
const INPUTS = "REPL";

const NAME = /^[A-Za-z_$][\w$]*$/;

const { getOwnPropertyDescriptor, getPrototypeOf } = Object;

export class ReplModules extends ScriptModules {
  readonly #tools: ReplTools;
  readonly #analyse: (script: string) => PlainAnalysis;
  readonly #global: GlobalScope;

  constructor(tools: ReplTools, analyse: (script: string) => PlainAnalysis, global: GlobalScope) {
    super();
    this.#tools = tools;
    this.#analyse = analyse;
    this.#global = global;
  }

  protected make(fn: object, script: number): LiveModule | Unseen {
    const { LiveModule, noteScript, scriptNames, sourceOf, step } = this.#tools;
    const source = sourceOf(fn);
    // Other code without a file may have bindings around it that its script does not show.
    if (source === null || !INPUT.test(scriptNames().get(script) ?? "")) return { kind: "unread-code" };
    step(source.length / CHARACTERS);
    const analysis = this.#analyse(source);
    if ("untouched" in analysis) return leftAlone(analysis.untouched, INPUTS);
    const bindings = new InputBindings(this.#tools, analysis, this.#global);
    const get = (n: number) => bindings.get(n);
    const instance = { id: analysis.source, url: INPUTS, get, set: nothing, assign: nothing };
    const module: LiveModule = new LiveModule(instance, () => analysis);
    noteScript(module, script);
    return module;
  }
}

function nothing(): undefined {
  return undefined;
}

/** The global scope: first the declarations of scripts, then the properties of the global object. */
export class GlobalScope {
  readonly #readers = new Map<string, Script>();
  readonly #isNodes: (name: string, getter: object) => boolean;

  /** @param isNodes whether a getter of the global object is Node's own, so that reading it runs no code of the program */
  constructor(isNodes: (name: string, getter: object) => boolean) {
    this.#isNodes = isNodes;
  }

  /** Whether a name can be read without running code of the program. */
  mayRead(name: string): boolean {
    if (!NAME.test(name)) return false;
    for (let at: object | null = globalThis; at !== null; at = getPrototypeOf(at) as object | null) {
      if (types.isProxy(at)) return false;
      const property = getOwnPropertyDescriptor(at, name);
      if (property === undefined) continue;
      if ("value" in property) return true;
      return at === globalThis && property.get !== undefined && this.#isNodes(name, property.get);
    }
    return true;
  }

  /** @param expression a name that {@link mayRead}, or `typeof` and such a name @throws ReferenceError where there is none */
  read(expression: string): unknown {
    let reader = this.#readers.get(expression);
    if (reader === undefined) {
      reader = new Script(expression);
      this.#readers.set(expression, reader);
    }
    return reader.runInThisContext();
  }
}

class InputBindings extends PlainBindings {
  readonly #global: GlobalScope;

  constructor(tools: ReplTools, manifest: Manifest, global: GlobalScope) {
    super(tools, manifest);
    this.#global = global;
  }

  protected override valueOf(_n: number, name: string, text: string): unknown {
    if (!this.#global.mayRead(name)) throw this.unshown(text);
    return this.#global.read(name);
  }

  protected override typeOf(name: string): string {
    if (!this.#global.mayRead(name)) throw this.unshown(name);
    return this.#global.read(`typeof ${name}`) as string;
  }
}
