/**
 * Modules that were loaded without a rewrite, for functions that are memoized by hand in a program without the loader. No prologue hands over
 * their bindings: the inspector reads them, in the scope of the module around one of its functions. No probe tells what runs: each finding
 * of the scan refuses all code that reaches it.
 */
import type { ModuleCause, Unseen } from "../reason/reason.ts";
import type { step } from "../value/time-limit.ts";
import type { Unkeyable } from "../value/unkeyable.ts";
import type { currentKey } from "./captured-scope.ts";
import type { noteScript } from "./closures.ts";
import type { sourceOf } from "./code-places.ts";
import type { openFunction, scriptUrls } from "./inspect-function.ts";
import type { LiveModule } from "./live-module.ts";
import type { Manifest } from "./manifest.ts";
import { PlainBindings } from "./plain-bindings.ts";
import { CHARACTERS, leftAlone, ScriptModules } from "./script-modules.ts";

/** What this file uses of the engine. It is not imported: the engine is in another bundle, whose state has to be used. */
export interface PlainTools {
  readonly HAS_DEAD_ZONES: boolean;
  readonly LiveModule: typeof LiveModule;
  readonly Unkeyable: typeof Unkeyable;
  readonly currentKey: typeof currentKey;
  readonly noteScript: typeof noteScript;
  readonly openFunction: typeof openFunction;
  readonly scriptUrls: typeof scriptUrls;
  readonly sourceOf: typeof sourceOf;
  readonly step: typeof step;
}

/** What the analysis of a module's text says: its manifest, or why the module is left alone. */
export type PlainAnalysis = Manifest | { readonly untouched: ModuleCause | null };

/** The script of a module, as V8 has it. */
export interface PlainSource {
  readonly source: string;
  readonly url: string;
  readonly kind: "module" | "commonjs";
}

const { getOwnPropertyDescriptor, hasOwn } = Object;

export type AnalysePlain = (module: PlainSource) => PlainAnalysis;

export class PlainModules extends ScriptModules {
  readonly #tools: PlainTools;
  readonly #analyse: AnalysePlain;
  #urls: ReadonlyMap<number, string> = new Map();

  constructor(tools: PlainTools, analyse: AnalysePlain) {
    super();
    this.#tools = tools;
    this.#analyse = analyse;
  }

  protected make(fn: object, script: number): LiveModule | Unseen {
    const { LiveModule, noteScript, openFunction, sourceOf, step } = this.#tools;
    const source = sourceOf(fn);
    const opened = openFunction(fn);
    if (source === null || opened.kind !== "closure") return { kind: "unread-code" };
    const url = this.#urlOf(script);
    // Code of Node's own, or code without a file: there may be bindings around it that its script does not show.
    if (url === null) return { kind: "unread-code" };
    step(source.length / CHARACTERS);
    const kind = opened.scopeKinds.includes("Module") ? "module" : "commonjs";
    const analysis = this.#analyse({ source, url, kind });
    if ("untouched" in analysis) return leftAlone(analysis.untouched, url);
    const scope = new ModuleScope(this.#tools, fn, analysis, (n) => classBehind(module, n));
    const instance = { id: analysis.source, url, get: (n: number) => scope.get(n), set: nothing, assign: nothing };
    const module: LiveModule = new LiveModule(instance, () => analysis);
    noteScript(module, script);
    return module;
  }

  #urlOf(script: number): string | null {
    if (!this.#urls.has(script)) this.#urls = this.#tools.scriptUrls();
    return this.#urls.get(script) ?? null;
  }
}

function nothing(): undefined {
  return undefined;
}

/**
 * The class behind a binding that V8 does not show, because only the class itself reads it, by its inner name. Nothing assigns to the binding: so
 * it holds that class, which is known if it was met by now.
 */
function classBehind(module: LiveModule, getter: number): object | null {
  const cell = module.manifest?.cells.find((one) => one.getter === getter && one.unit !== undefined);
  return cell?.unit === undefined ? null : module.unit(cell.unit).value;
}

/** The bindings of a module, as one of its functions sees them. The inspector is asked once for each key. */
class ModuleScope extends PlainBindings {
  readonly #tools: PlainTools;
  readonly #fn: object;
  readonly #bindings: ReadonlySet<string>;
  readonly #classBehind: (n: number) => object | null;
  #scope: object | null = null;
  #readFor = -1;

  /** @param classBehind the class behind the binding of a getter, where that is not shown */
  constructor(tools: PlainTools, fn: object, manifest: Manifest, classBehind: (n: number) => object | null) {
    super(tools, manifest);
    this.#tools = tools;
    this.#fn = fn;
    this.#bindings = new Set(manifest.plain?.bindings);
    this.#classBehind = classBehind;
  }

  protected override valueOf(n: number, name: string, text: string): unknown {
    const scope = this.#shown();
    if (scope !== null && hasOwn(scope, name)) {
      const value = (scope as Record<string, unknown>)[name];
      if (value === undefined && !this.#tools.HAS_DEAD_ZONES) {
        throw new this.#tools.Unkeyable({ kind: "uninitialised-capture", name });
      }
      return value;
    }
    if (this.#bindings.has(name)) {
      const known = this.#classBehind(n);
      if (known !== null) return known;
      throw this.unshown(text);
    }
    if (name === "globalThis") return globalThis;
    const property = getOwnPropertyDescriptor(globalThis, name);
    if (property !== undefined && "value" in property) return property.value;
    // A global with an accessor, which is Node's own.
    if (name === "process") return process;
    throw this.unshown(text);
  }

  protected override typeOf(name: string): string {
    const scope = this.#shown();
    if (scope !== null && hasOwn(scope, name)) return typeof (scope as Record<string, unknown>)[name];
    if (this.#bindings.has(name)) throw this.unshown(name);
    const property = getOwnPropertyDescriptor(globalThis, name);
    if (property === undefined) return "undefined";
    if (!("value" in property)) throw this.unshown(name);
    return typeof property.value;
  }

  /** The scope of the module; null where no function reads any of its bindings, so that V8 has kept none. */
  #shown(): object | null {
    const { currentKey, openFunction, Unkeyable } = this.#tools;
    const key = currentKey();
    if (this.#readFor === key) return this.#scope;
    const opened = openFunction(this.#fn);
    if (opened.kind !== "closure") throw new Unkeyable({ kind: "unshown-scopes" });
    this.#scope = opened.scopes[moduleScopeAt(opened.scopeKinds)] ?? null;
    this.#readFor = key;
    return this.#scope;
  }
}

/** The place of the module's scope among those around a function, from the innermost on. For CommonJS, it is that of the outermost function. */
function moduleScopeAt(kinds: readonly string[]): number {
  const module = kinds.indexOf("Module");
  return module >= 0 ? module : kinds.findLastIndex((kind) => kind.startsWith("Closure"));
}
