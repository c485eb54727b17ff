/** Pure functions of the language and of Node, recognised by identity when they turn up as values. */
import { atob, btoa } from "node:buffer";
import { TextDecoder, TextEncoder } from "node:util";
import { isBorrowed, isPureMember, pureGlobalNames } from "../scan/allow-list.ts";

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

/** The name of a pure built-in function, or null for any other function. Cost: 0.5 ms the first time, then a look-up. */
export function pureBuiltinName(fn: object): string | null {
  names ??= collect();
  return names.get(fn) ?? null;
}

function collect(): Map<object, string> {
  const found = new Map<object, string>();
  for (const name of pureGlobalNames) {
    const value = globalOf(name);
    if ((typeof value !== "function" && typeof value !== "object") || value === null) continue;
    addFunction(found, value, name);
    for (const [key, member] of functionsOf(value))
      if (isPureMember(name, key)) addFunction(found, member, `${name}.${key}`);
    const prototype = Object.getOwnPropertyDescriptor(value, "prototype")?.value as object | undefined;
    if (!prototype) continue;
    for (const [key, member] of functionsOf(prototype)) addFunction(found, member, `${name}.prototype.${key}`);
  }
  // The global itself makes code of texts, so it is none of these; what is taken from its prototype does not.
  for (const [key, member] of functionsOf(Function.prototype))
    if (isBorrowed("Function", key)) addFunction(found, member, `Function.prototype.${key}`);
  return found;
}

/** Leaves out what the program has put there. Where it has replaced a function of Node's own, nothing is cached (patched.ts). */
function addFunction(found: Map<object, string>, value: object, name: string): void {
  if (typeof value !== "function" || found.has(value)) return;
  if (isNative(value) || NODE_WRITTEN.has(name.split(".")[0] as string)) found.set(value, name);
}

function functionsOf(holder: object): [string, object][] {
  return Reflect.ownKeys(holder).flatMap((key) => {
    const value = Object.getOwnPropertyDescriptor(holder, key)?.value;
    return typeof value === "function" && typeof key === "string" ? [[key, value as object] as [string, object]] : [];
  });
}
