/**
 * Whether what the language and Node have is still theirs when dumbo starts late, in a program that runs already: by the scripts
 * that their code is in. Under `dumbo/auto` nothing has run before, and what is replaced later is noticed (patched.ts).
 */
import { types } from "node:util";
import { scriptOf, sourceOf } from "../src/code/code-places.ts";
import { openFunction } from "../src/code/inspect-function.ts";
import { NODE_WRITTEN } from "./builtins/natives.ts";
import { getBuiltinModule } from "./builtins/originals.ts";
import { pureExports, pureGlobalNames } from "./scan/allow-list.ts";
import { tables } from "./taps/tables.ts";

const { getOwnPropertyDescriptor, getOwnPropertyNames, hasOwn } = Object;
const { ownKeys } = Reflect;
const sourceText = Function.prototype.toString;

/** What a native function without a name shows, and a bound one, and a Proxy. */
const NATIVE = "{ [native code] }";
const NAMELESS = "function () { [native code] }";
/** What the scripts of Node's own functions use, and what no program has: each has one of these. */
const ONLY_NODES = ["primordials", "internalBinding(", "require('internal/"] as const;
/** Loading modules is the business of loaders; no function that loads one is cached. */
const OF_LOADERS: ReadonlySet<string> = new Set(["module", "process.emit", "process.setSourceMapsEnabled"]);

const GLOBALS: readonly string[] = [
  ...new Set([
    // Globals that Node makes when they are first looked at, and no pure ones, are tapped when a module mentions them.
    ...[...pureGlobalNames, ...NODE_WRITTEN],
    ..."Function Date console process queueMicrotask setTimeout setInterval setImmediate fetch".split(" "),
    ..."clearTimeout clearInterval clearImmediate Event EventTarget WeakRef FinalizationRegistry Atomics".split(" "),
  ]),
];

/** The path of something that is not Node's own: `fs.readFileSync`; or null. Undefined where V8 does not tell. */
export function replacedBefore(): string | null | undefined {
  if (scriptOf(replacedBefore) === null) return undefined;
  const look = new Look();
  return look.globals() ?? look.modules();
}

class Look {
  /** Whether scripts are Node's, by their numbers. */
  readonly #scripts = new Map<number, boolean>();
  readonly #seen = new Set<object>();

  globals(): string | null {
    for (const name of GLOBALS) {
      const property = getOwnPropertyDescriptor(globalThis, name);
      if (property === undefined) continue;
      // What is behind a getter of Node's has not been looked at by anyone, or is the same as when it was.
      const value: unknown = name === "process" ? process : name === "Buffer" ? globalThis.Buffer : property.value;
      const found = this.#accessors(property, name) ?? this.#deep(value, name);
      if (found !== null) return found;
    }
    if (types.isProxy(process.env)) return "process.env";
    return null;
  }

  /** Of the modules that were loaded by now; others are loaded by dumbo, or after it. */
  modules(): string | null {
    const { moduleLoadList = [] } = process as unknown as { readonly moduleLoadList?: readonly string[] };
    for (const entry of [...moduleLoadList]) {
      const name = entry.startsWith("NativeModule ") ? entry.slice("NativeModule ".length) : "";
      if (OF_LOADERS.has(name) || !(hasOwn(tables, name) || pureExports(name) !== undefined)) continue;
      const found = this.#deep(getBuiltinModule(name), name);
      if (found !== null) return found;
    }
    return null;
  }

  /** A value, its members, and theirs. */
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
    // Objects of the program's may be anywhere: of those, only what modules have as groups of functions is looked at.
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
    if (!text.endsWith(NATIVE)) return this.#isOfNode(fn);
    if (text !== NAMELESS) return true;
    const opened = openFunction(fn);
    return opened.kind !== "bound" || this.#isNodes(opened.target);
  }

  /** By what each script has that Node's own functions are in. */
  #isOfNode(fn: object): boolean {
    const script = scriptOf(fn);
    if (script === null) return false;
    const known = this.#scripts.get(script);
    if (known !== undefined) return known;
    const source = sourceOf(fn) ?? "";
    const isOfNode = ONLY_NODES.some((text) => source.includes(text));
    this.#scripts.set(script, isOfNode);
    return isOfNode;
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
