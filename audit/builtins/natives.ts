/** Recognises pure functions of the language and of Node, by identity, when values hold them. */
import { atob, btoa } from "node:buffer";
import { TextDecoder, TextEncoder } from "node:util";
import type { Trait } from "../../src/code/manifest.ts";
import { isBorrowed, isPureMember, pureGlobalNames } from "../scan/allow-list.ts";
import { BUFFER_NAMES } from "../scan/marks.ts";
import { words } from "../scan/words.ts";
import { earlyKeys } from "./early-members.ts";
import { HIDDEN } from "./names.ts";

const sourceText = Function.prototype.toString;
const NATIVE = /\{\s*\[native code\]\s*\}$/;

/** Globals that Node writes in JavaScript: their text is not that of a native function, so it does not show that they were replaced. */
export const NODE_WRITTEN: ReadonlySet<string> = new Set([
  "Buffer",
  "URL",
  "URLSearchParams",
  "TextEncoder",
  "TextDecoder",
  "structuredClone",
  "atob",
  "btoa",
]);

/**
 * Globals that Node makes at the first read, from what their modules export at that moment, which a program may have replaced. dumbo
 * must not read the globals first, because a program can notice that; so these are taken from the modules.
 */
export const LAZY: ReadonlyMap<string, unknown> = new Map(Object.entries({ TextEncoder, TextDecoder, atob, btoa }));

/**
 * The value of a global. No getter is run that a program may have defined: of `Buffer` the getter is Node's own, and for the globals of
 * {@link LAZY}, which have getters on Node 20 until their first use, the module's export is taken.
 */
export function globalOf(name: string): unknown {
  if (name === "Buffer") return globalThis.Buffer;
  const property = Object.getOwnPropertyDescriptor(globalThis, name);
  return property?.get ? LAZY.get(name) : property?.value;
}

/** Whether a function is native, by its text. */
export function isNative(fn: object): boolean {
  return NATIVE.test(sourceText.call(fn));
}

/**
 * Functions of what all iterators inherit from, as they were before the program ran: programs put members there, and audit/builtins/patched.ts
 * does not watch it.
 */
const OF_ITERATORS: readonly (readonly [path: string, value: object])[] = [
  ["Iterator.prototype", [].values()],
  ["AsyncIterator.prototype", async function* () {}.prototype as object],
].flatMap(([path, iterator]) => {
  const holder = Object.getPrototypeOf(Object.getPrototypeOf(iterator)) as object;
  return [...functionsOf(holder), ...hiddenFunctionsOf(holder)]
    .filter(([key]) => key !== "constructor")
    .map(([key, member]) => [`${path as string} ${key}`, member] as const);
});

let names: Map<object, string> | null = null;
let byName: ReadonlyMap<string, readonly object[]> | null = null;
const NONE: readonly object[] = [];

/** The name of a pure built-in function, or null for any other function. Cost: 0.5 ms the first time, then a look-up. */
export function pureBuiltinName(fn: object): string | null {
  names ??= collect();
  return names.get(fn) ?? null;
}

/** How results of pure built-in functions depend on their surroundings: of the few that do. */
const traits = new Map<object, readonly Trait[]>();
const NO_TRAITS: readonly Trait[] = [];

/** How the results of a pure built-in function depend on its surroundings. Whoever has it as a value need not mention its name. */
export function traitsOfBuiltin(fn: object): readonly Trait[] {
  names ??= collect();
  return traits.get(fn) ?? NO_TRAITS;
}

/**
 * Classes whose instances can be recognised by their internal slots, whatever they inherit from (src/value/slots.ts). That is not possible
 * for iterators, for what `Intl` makes, and for most classes of Node.
 */
const HAVE_SLOTS =
  words(`Error EvalError RangeError ReferenceError SyntaxError TypeError URIError AggregateError Array Map Set
  WeakMap WeakSet Date RegExp Promise ArrayBuffer String Number Boolean BigInt Symbol`);

let prototypes: Map<object, string> | null = null;

/** The name of an object that is the prototype of one of {@link HAVE_SLOTS}, or `Function.prototype`; null for any other object. */
export function builtInPrototypeName(object: object): string | null {
  prototypes ??= collectPrototypes();
  return prototypes.get(object) ?? null;
}

function collectPrototypes(): Map<object, string> {
  const found = new Map<object, string>([[Function.prototype, "Function.prototype"]]);
  for (const name of HAVE_SLOTS) {
    const value = globalOf(name);
    if (typeof value !== "function" || !isLanguages(value, name)) continue;
    const prototype: unknown = Object.getOwnPropertyDescriptor(value, "prototype")?.value;
    if (typeof prototype === "object" && prototype !== null) found.set(prototype, `${name}.prototype`);
  }
  return found;
}

/** All functions of the language with a name (`map`: that of arrays, and that of iterators), or at a path (`Math.max`). */
export function builtInsNamed(name: string): readonly object[] {
  byName ??= collectNames();
  return byName.get(name) ?? NONE;
}

function collectNames(): ReadonlyMap<string, readonly object[]> {
  const found = new Map<string, object[]>();
  const add = (name: string, value: object) => {
    const others = found.get(name);
    if (!others) found.set(name, [value]);
    else if (!others.includes(value)) others.push(value);
  };
  const inHidden = HIDDEN.flatMap(([path, holder]) => {
    return functionsOf(holder).map(([key, value]) => [`${path}.${key}`, value] as const);
  });
  for (const [path, value] of [...languageFunctions(), ...inHidden]) {
    // Constructors are left out: patched.ts watches all of their properties.
    if (Object.hasOwn(value, "prototype") || value === Function.prototype || !isLanguages(value, path)) continue;
    add(path, value);
    add(path.slice(path.lastIndexOf(".") + 1), value);
  }
  return found;
}

function collect(): Map<object, string> {
  const found = new Map<object, string>();
  for (const [path, value] of languageFunctions()) {
    if (found.has(value) || !isLanguages(value, path)) continue;
    found.set(value, path);
    const name = path.slice(Math.max(path.lastIndexOf("."), path.lastIndexOf(" ")) + 1);
    if (BUFFER_NAMES.has(name)) traits.set(value, BUFFER);
  }
  return found;
}

const BUFFER: readonly Trait[] = ["buffer"];

/** Whether a function is the language's own. One of Node's passes: where a program replaced it, nothing is cached (patched.ts). */
function isLanguages(value: object, path: string): boolean {
  return isNative(value) || NODE_WRITTEN.has(path.split(".")[0] as string);
}

/** The functions at all paths that the allow-list lets pass. */
function* languageFunctions(): Generator<readonly [path: string, value: object]> {
  for (const name of pureGlobalNames) {
    const value = globalOf(name);
    if ((typeof value !== "function" && typeof value !== "object") || value === null) continue;
    if (typeof value === "function") yield [name, value];
    for (const [key, member] of functionsOf(value)) if (isPureMember(name, key)) yield [`${name}.${key}`, member];
    const species = Object.getOwnPropertyDescriptor(value, Symbol.species)?.get;
    if (species) yield [`${name} get Symbol(Symbol.species)`, species];
    const prototype = Object.getOwnPropertyDescriptor(value, "prototype")?.value as object | undefined;
    if (!prototype) continue;
    for (const [key, member] of functionsOf(prototype)) yield [`${name}.prototype.${key}`, member];
    for (const [key, member] of hiddenFunctionsOf(prototype)) yield [`${name}.prototype ${key}`, member];
  }
  // `Function` makes code of texts and is not among the pure globals. The methods of its prototype do not make code.
  for (const [key, member] of functionsOf(Function.prototype)) {
    if (isBorrowed("Function", key)) yield [`Function.prototype.${key}`, member];
  }
  // A function that takes anything, and returns undefined.
  yield ["Function.prototype", Function.prototype];
  const { [Symbol.hasInstance]: hasInstance } = Function.prototype;
  yield ["Function.prototype Symbol(Symbol.hasInstance)", hasInstance];
  yield* OF_ITERATORS;
  for (const [path, holder] of HIDDEN) {
    if (holder === Function.prototype) continue;
    if (typeof holder === "function") yield [path, holder];
    // What a generator runs is code of the program, of which the call that runs it is told.
    for (const [key, member] of functionsOf(holder)) if (key !== "constructor") yield [`${path}.${key}`, member];
    for (const [key, member] of hiddenFunctionsOf(holder)) yield [`${path} ${key}`, member];
  }
}

/** Functions of a prototype that have no name of their own there: methods under symbols, getters and setters. */
function* hiddenFunctionsOf(holder: object): Generator<readonly [path: string, value: object]> {
  for (const key of earlyKeys(holder)) {
    const { value, get, set } = Object.getOwnPropertyDescriptor(holder, key) ?? {};
    if (typeof value === "function" && typeof key === "symbol") yield [String(key), value as object];
    if (get) yield [`get ${String(key)}`, get];
    if (set) yield [`set ${String(key)}`, set];
  }
}

function functionsOf(holder: object): [string, object][] {
  return earlyKeys(holder).flatMap((key) => {
    const value = Object.getOwnPropertyDescriptor(holder, key)?.value;
    return typeof value === "function" && typeof key === "string" ? [[key, value as object] as [string, object]] : [];
  });
}
