/** Runs one test262 test in a realm of its own, and says how it ended. */
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import vm from "node:vm";
import { harnessOf, type Phase, type Variant, type Wants } from "./suite.ts";

/** How a text runs: as the body of a CommonJS module, as a script, or as an ES module. */
export type Shape = "commonjs" | "script" | "module";

export interface Run {
  readonly variant: Variant;
  readonly wants: Wants;
  readonly shape: Shape;
  /** What runs in place of a source. */
  readonly prepare: (source: string, shape: Shape) => string;
  /** What the rewritten code finds as `globalThis[Symbol.for("dumbo")]`. */
  readonly runtime: unknown;
}

/** Turns of the event loop after which an asynchronous test that is not done will never be. */
const TURNS = 200;
const COMMONJS = ["exports", "require", "module", "__filename", "__dirname"];

const harness = new Map<string, vm.Script>();

/** @returns `pass`, or how it failed */
export async function evaluate(root: string, source: string, run: Run): Promise<string> {
  const { wants } = run;
  const realm = new Realm(root, run);
  let ended: { phase: Phase; error: unknown } | null = null;
  try {
    await realm.run(source);
  } catch (error) {
    ended = { phase: realm.phase, error };
  }
  if (wants.negative) {
    if (ended === null) return "fail: no error";
    const isIt = ended.phase === wants.negative.phase && nameOf(ended.error) === wants.negative.type;
    return isIt ? "pass" : `fail: ${ended.phase}: ${describe(ended.error)}`;
  }
  if (ended !== null) return `fail: ${ended.phase}: ${describe(ended.error)}`;
  return wants.isAsync ? realm.done() : "pass";
}

class Realm {
  phase: Phase = "parse";
  readonly #root: string;
  readonly #run: Run;
  readonly #context: vm.Context;
  readonly #modules = new Map<string, vm.Module>();
  readonly #printed: string[] = [];

  constructor(root: string, run: Run) {
    this.#root = root;
    this.#run = run;
    this.#context = this.#newContext();
  }

  #newContext(): vm.Context {
    const context = vm.createContext({});
    const world = vm.runInContext("globalThis", context) as Record<PropertyKey, unknown>;
    const hidden = { configurable: true, enumerable: false, writable: true };
    const define = (name: PropertyKey, value: unknown) => Object.defineProperty(world, name, { ...hidden, value });
    define("print", (text: unknown) => void this.#printed.push(String(text)));
    define("$262", this.#host(context, world));
    define("__filename", this.#run.variant.file);
    if (this.#run.runtime) define(Symbol.for("dumbo"), this.#run.runtime);
    return context;
  }

  /** The host's side of test262. */
  #host(context: vm.Context, world: object): object {
    return {
      global: world,
      createRealm: () => vm.runInContext("$262", this.#newContext()) as unknown,
      evalScript: (text: string) => vm.runInContext(text, context) as unknown,
      detachArrayBuffer: (buffer: ArrayBuffer) => void structuredClone(buffer, { transfer: [buffer] }),
      gc: () => undefined,
    };
  }

  async run(source: string): Promise<void> {
    const { variant, wants, shape, prepare } = this.#run;
    for (const name of harnessOf(wants)) this.#include(name);
    const text = prepare(source, shape);
    if (shape === "module") {
      const module = this.#module(variant.file, text);
      this.phase = "resolution";
      await module.link(this.#link);
      this.phase = "runtime";
      await module.evaluate();
      return;
    }
    const options = { filename: variant.file, importModuleDynamically: this.#import as never };
    if (shape === "script") {
      const script = new vm.Script(text, options);
      this.phase = "runtime";
      script.runInContext(this.#context);
      return;
    }
    const body = vm.compileFunction(text, COMMONJS, { ...options, parsingContext: this.#context });
    const module = { exports: {} };
    this.phase = "runtime";
    body.call(module.exports, module.exports, () => ({}), module, variant.file, dirname(variant.file));
  }

  #include(name: string): void {
    let script = harness.get(name);
    if (!script) {
      const file = join(this.#root, "harness", name);
      script = new vm.Script(readFileSync(file, "utf8"), { filename: file });
      harness.set(name, script);
    }
    script.runInContext(this.#context);
  }

  /** @throws SyntaxError of the realm */
  #module(file: string, text: string): vm.Module {
    const module = new vm.SourceTextModule(text, {
      identifier: file,
      context: this.#context,
      initializeImportMeta: (meta) => {
        meta.url = `file://${file}`;
      },
      importModuleDynamically: this.#import as never,
    });
    this.#modules.set(file, module);
    return module;
  }

  readonly #link = (specifier: string, from: vm.Module, extra?: unknown): vm.Module => {
    const { attributes, assert } = (extra ?? {}) as Record<string, { type?: string } | undefined>;
    return this.#load(resolve(dirname(from.identifier), specifier), attributes?.type ?? assert?.type);
  };

  #load(file: string, type: string | undefined): vm.Module {
    const known = this.#modules.get(file);
    if (known) return known;
    const source = readFileSync(file, "utf8");
    if (type !== "json") return this.#module(file, this.#run.prepare(source, "module"));
    const parse = vm.runInContext("JSON.parse", this.#context) as typeof JSON.parse;
    const value: unknown = parse(source);
    const module = new vm.SyntheticModule(["default"], () => module.setExport("default", value), {
      identifier: file,
      context: this.#context,
    });
    this.#modules.set(file, module);
    return module;
  }

  readonly #import = async (specifier: string, _from: unknown, attributes: { type?: string }): Promise<vm.Module> => {
    const module = this.#load(resolve(dirname(this.#run.variant.file), specifier), attributes?.type);
    if (module.status === "unlinked") await module.link(this.#link);
    await module.evaluate();
    return module;
  };

  /** How an asynchronous test ended. */
  async done(): Promise<string> {
    for (let turn = 0; turn < TURNS; turn++) {
      const line = this.#printed.find((text) => text.startsWith("Test262:Async"));
      if (line !== undefined) return line === "Test262:AsyncTestComplete" ? "pass" : `fail: ${line}`;
      await nextTurn();
    }
    return "fail: never done";
  }
}

function nameOf(error: unknown): string {
  try {
    return String((error as { constructor: { name: unknown } }).constructor.name);
  } catch {
    return typeof error;
  }
}

function describe(error: unknown): string {
  try {
    return `${nameOf(error)}: ${String((error as Error)?.message ?? error)}`;
  } catch {
    return nameOf(error);
  }
}
