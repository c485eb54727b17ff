/** Pure functions of the language and of Node, recognised by identity when they turn up as values. */
import { atob, btoa } from "node:buffer";
import { TextDecoder, TextEncoder } from "node:util";
import { isBorrowed, isPureMember, pureGlobalNames } from "../scan/allow-list.ts";
import { words } from "../scan/words.ts";
import { HIDDEN } from "./names.ts";

const sourceText = Function.prototype.toString;
const NATIVE = /\{\s*\[native code\]\s*\}$/;

/** Globals that Node itself writes in JavaScript: their text does not tell whether they were replaced. */
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
 * Globals that Node makes when they are first looked at: it takes what their modules export then, which a program could
 * have replaced. Looking at them before the program does would be noticed, so they are known from there.
 */
export const LAZY: ReadonlyMap<string, unknown> = new Map(Object.entries({ TextEncoder, TextDecoder, atob, btoa }));

/**
 * The value of a global, without running a getter that a program may have put there. The getter of `Buffer` is Node's own;
 * on Node 20 so are those of {@link LAZY}, until the globals are first used.
 */
export function globalOf(name: string): unknown {
  if (name === "Buffer") return globalThis.Buffer;
  const property = Object.getOwnPropertyDescriptor(globalThis, name);
  return property?.get ? LAZY.get(name) : property?.value;
}

/** Whether a function is the engine's, by its text. */
export function isNative(fn: object): boolean {
  return NATIVE.test(sourceText.call(fn));
}

let names: Map<object, string> | null = null;
let byName: ReadonlyMap<string, readonly object[]> | null = null;
const NONE: readonly object[] = [];

/** The name of a pure built-in function, or null for any other function. Cost: 0.5 ms the first time, then a look-up. */
export function pureBuiltinName(fn: object): string | null {
  names ??= collect();
  return names.get(fn) ?? null;
}

/**
 * Classes of whose instances it can be told, whatever they inherit from, that they are more than their properties
 * (src/value/slots.ts). Of iterators, of what Intl makes and of most classes of Node's it cannot.
 */
const TOLD =
  words(`Error EvalError RangeError ReferenceError SyntaxError TypeError URIError AggregateError Array Map Set
  WeakMap WeakSet Date RegExp Promise ArrayBuffer String Number Boolean BigInt Symbol`);

let prototypes: Map<object, string> | null = null;

/** The name of an object that instances of one of {@link TOLD} inherit from, or of `Function.prototype`; null for any other object. */
export function builtInPrototypeName(object: object): string | null {
  prototypes ??= collectPrototypes();
  return prototypes.get(object) ?? null;
}

function collectPrototypes(): Map<object, string> {
  const found = new Map<object, string>([[Function.prototype, "Function.prototype"]]);
  for (const name of TOLD) {
    const value = globalOf(name);
    if (typeof value !== "function" || !isLanguages(value, name)) continue;
    const prototype: unknown = Object.getOwnPropertyDescriptor(value, "prototype")?.value;
    if (typeof prototype === "object" && prototype !== null) found.set(prototype, `${name}.prototype`);
  }
  return found;
}

/** The functions of the language that are found by a name (`map`: those of arrays and of iterators), or by a path (`Math.max`). */
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
    // Of constructors, all that is on them is watched as a whole (patched.ts).
    if (Object.hasOwn(value, "prototype") || !isLanguages(value, path)) continue;
    add(path, value);
    add(path.slice(path.lastIndexOf(".") + 1), value);
  }
  return found;
}

function collect(): Map<object, string> {
  const found = new Map<object, string>();
  for (const [path, value] of languageFunctions()) {
    if (!found.has(value) && isLanguages(value, path)) found.set(value, path);
  }
  return found;
}

/** A replaced built-in is not the language's any more; where one of Node's was replaced, nothing is cached (patched.ts). */
function isLanguages(value: object, path: string): boolean {
  return isNative(value) || NODE_WRITTEN.has(path.split(".")[0] as string);
}

/** What is found at the paths of functions of the allow-list. */
function* languageFunctions(): Generator<readonly [path: string, value: object]> {
  for (const name of pureGlobalNames) {
    const value = globalOf(name);
    if ((typeof value !== "function" && typeof value !== "object") || value === null) continue;
    if (typeof value === "function") yield [name, value];
    for (const [key, member] of functionsOf(value)) if (isPureMember(name, key)) yield [`${name}.${key}`, member];
    const prototype = Object.getOwnPropertyDescriptor(value, "prototype")?.value as object | undefined;
    if (!prototype) continue;
    for (const [key, member] of functionsOf(prototype)) yield [`${name}.prototype.${key}`, member];
    for (const [key, member] of hiddenFunctionsOf(prototype)) yield [`${name}.prototype ${key}`, member];
  }
  // The global itself makes code of texts, so it is none of these; what is taken from its prototype does not.
  for (const [key, member] of functionsOf(Function.prototype)) {
    if (isBorrowed("Function", key)) yield [`Function.prototype.${key}`, member];
  }
}

/** Functions of a prototype that no name leads to: methods under a symbol, and what accessors do. */
function* hiddenFunctionsOf(holder: object): Generator<readonly [path: string, value: object]> {
  for (const key of Reflect.ownKeys(holder)) {
    const { value, get, set } = Object.getOwnPropertyDescriptor(holder, key) as PropertyDescriptor;
    if (typeof value === "function" && typeof key === "symbol") yield [String(key), value as object];
    if (get) yield [`get ${String(key)}`, get];
    if (set) yield [`set ${String(key)}`, set];
  }
}

function functionsOf(holder: object): [string, object][] {
  return Reflect.ownKeys(holder).flatMap((key) => {
    const value = Object.getOwnPropertyDescriptor(holder, key)?.value;
    return typeof value === "function" && typeof key === "string" ? [[key, value as object] as [string, object]] : [];
  });
}
