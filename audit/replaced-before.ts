/**
 * Finds out whether functions of the language and of Node were replaced before dumbo was loaded, in a program that runs already: a
 * function of Node's has its code in a script that only Node can have. Under `dumbo/auto` no code of the program has run before, and
 * replacements are noticed later (patched.ts).
 */
import { types } from "node:util";
import { scriptOf } from "../src/code/code-places.ts";
import { openFunction } from "../src/code/inspect-function.ts";
import { isNodesScript } from "../src/code/nodes-scripts.ts";
import { loadedParts } from "./builtins/loaded-parts.ts";
import { NODE_WRITTEN } from "./builtins/natives.ts";
import { getBuiltinModule } from "./builtins/originals.ts";
import { pureExports, pureGlobalNames } from "./scan/allow-list.ts";
import { tables } from "./taps/tables.ts";

const { getOwnPropertyDescriptor, getOwnPropertyNames, getPrototypeOf, hasOwn } = Object;
const { ownKeys } = Reflect;
const sourceText = Function.prototype.toString;

/** How the text of every native function ends. */
const NATIVE = "{ [native code] }";
/** The text of a native function without a name, of a bound function, and of a Proxy. */
const NAMELESS = "function () { [native code] }";
/** Members that loaders replace. That is harmless, because no function that loads a module is cached. */
const OF_LOADERS: ReadonlySet<string> = new Set(["module", "process.emit", "process.setSourceMapsEnabled"]);

const GLOBALS: readonly string[] = [
  ...new Set([
    // Other globals, which Node makes when they are first read, are tapped when a module mentions them.
    ...[...pureGlobalNames, ...NODE_WRITTEN],
    ..."Function Date console process queueMicrotask setTimeout setInterval setImmediate fetch".split(" "),
    ..."clearTimeout clearInterval clearImmediate Event EventTarget WeakRef FinalizationRegistry Atomics".split(" "),
  ]),
];

/** The path of something that was replaced (`fs.readFileSync`), or null; undefined if V8 does not tell in which script functions are. */
export function replacedBefore(): string | null | undefined {
  if (scriptOf(replacedBefore) === null) return undefined;
  const search = new Search();
  return search.globals() ?? search.modules();
}

/** A search for functions that are not Node's or the language's. Each of its methods answers a path, or null. */
class Search {
  readonly #seen = new Set<object>();

  globals(): string | null {
    for (const name of GLOBALS) {
      const property = getOwnPropertyDescriptor(globalThis, name);
      if (property === undefined) continue;
      // The value behind one of Node's getters is not read: either nobody has read it yet, or Node's getter still gives the same one.
      const value: unknown = name === "process" ? process : name === "Buffer" ? globalThis.Buffer : property.value;
      const found = this.#accessors(property, name) ?? this.#deep(value, name);
      if (found !== null) return found;
    }
    // Node's own has a prototype of its own.
    if (types.isProxy(process.env) || getPrototypeOf(process.env) === Object.prototype) return "process.env";
    return null;
  }

  /** Searches the modules that are loaded by now. Others are loaded by dumbo, or later. */
  modules(): string | null {
    for (const entry of [...loadedParts]) {
      const name = entry.startsWith("NativeModule ") ? entry.slice("NativeModule ".length) : "";
      if (OF_LOADERS.has(name) || !(hasOwn(tables, name) || pureExports(name) !== undefined)) continue;
      const found = this.#deep(getBuiltinModule(name), name);
      if (found !== null) return found;
    }
    return null;
  }

  /** Searches a value and its members, down to some levels. */
  #deep(value: unknown, path: string, levels = 2): string | null {
    if (!isObject(value) || this.#seen.has(value)) return null;
    this.#seen.add(value);
    if (types.isProxy(value)) return path;
    if (typeof value === "function" && !this.#isNodes(value)) return path;
    if (levels === 0) return null;
    for (const key of ownKeys(value)) {
      const member = `${path}.${String(key)}`;
      if (OF_LOADERS.has(member) || key === "constructor") continue;
      const property = getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
      const found = this.#accessors(property, member) ?? this.#member(property.value, member, levels);
      if (found !== null) return found;
    }
    return null;
  }

  #member(value: unknown, path: string, levels: number): string | null {
    if (typeof value === "function") return this.#deep(value, path, levels - 1);
    // A member may be an object of the program, of any size. Only small objects are searched, as modules have for groups of functions.
    return isObject(value) && getOwnPropertyNames(value).length < 200 && !ArrayBuffer.isView(value)
      ? this.#deep(value, path, Math.min(1, levels - 1))
      : null;
  }

  #accessors({ get, set }: PropertyDescriptor, path: string): string | null {
    return (get && !this.#isNodes(get)) || (set && !this.#isNodes(set)) ? path : null;
  }

  #isNodes(fn: object): boolean {
    if (types.isProxy(fn)) return false;
    const text = sourceText.call(fn) as string;
    if (!text.endsWith(NATIVE)) {
      const script = scriptOf(fn);
      return script !== null && isNodesScript(fn, script);
    }
    if (text !== NAMELESS) return true;
    const opened = openFunction(fn);
    return opened.kind !== "bound" || this.#isNodes(opened.target);
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
