/** Functions of the language itself, recognised by identity: what they do is known, and the same in every run. */
import { isPureMember, pureGlobalNames } from "./allow.ts";

const sourceText = Function.prototype.toString;
const NATIVE = /\{\s*\[native code\]\s*\}$/;

/** Globals that Node itself writes in JavaScript: their text does not tell whether they were replaced. */
const NODE_WRITTEN = new Set([
  "Buffer",
  "URL",
  "URLSearchParams",
  "TextEncoder",
  "TextDecoder",
  "structuredClone",
  "atob",
  "btoa",
]);

let names: Map<object, string> | null = null;

/** The name of a pure built-in function, or null for any other function. Cost: 0.5 ms the first time, then a look-up. */
export function pureBuiltinName(fn: object): string | null {
  names ??= collect();
  return names.get(fn) ?? null;
}

function collect(): Map<object, string> {
  const found = new Map<object, string>();
  for (const name of pureGlobalNames) {
    const value = (globalThis as Record<string, unknown>)[name];
    if (typeof value !== "function" && typeof value !== "object") continue;
    if (value === null) continue;
    addFunction(found, value, name);
    for (const [key, member] of functionsOf(value))
      if (isPureMember(name, key)) addFunction(found, member, `${name}.${key}`);
    const prototype = Object.getOwnPropertyDescriptor(value, "prototype")?.value as object | undefined;
    if (!prototype) continue;
    for (const [key, member] of functionsOf(prototype)) addFunction(found, member, `${name}.prototype.${key}`);
  }
  return found;
}

/** A replaced built-in is not the language's any more. */
function addFunction(found: Map<object, string>, value: object, name: string): void {
  if (typeof value === "function" && NATIVE.test(sourceText.call(value)) && !found.has(value)) found.set(value, name);
}

function functionsOf(holder: object): [string, object][] {
  return Reflect.ownKeys(holder).flatMap((key) => {
    const value = Object.getOwnPropertyDescriptor(holder, key)?.value;
    return typeof value === "function" && typeof key === "string" ? [[key, value as object] as [string, object]] : [];
  });
}

let keysAtStart: Map<object, number> | null = null;

/** Notes which properties the globals of the allow-list have: to be called before the program runs. Cost: 0.2 ms. */
export function noteGlobals(): void {
  keysAtStart = new Map();
  for (const holder of holders()) keysAtStart.set(holder, Reflect.ownKeys(holder).length);
}

function* holders(): Generator<object> {
  for (const name of pureGlobalNames) {
    const global = Object.getOwnPropertyDescriptor(globalThis, name)?.value as unknown;
    if ((typeof global !== "function" && typeof global !== "object") || global === null) continue;
    yield global;
    const prototype = Object.getOwnPropertyDescriptor(global, "prototype")?.value as object | undefined;
    if (prototype) yield prototype;
  }
}

/**
 * A method of a built-in prototype, or a global function, that is not the engine's own any more, or null.
 * Programs that replace these get no caching: what the replacement reads is not known.
 * @param isOurs whether a function is one of dumbo's own taps
 */
export function replacedBuiltin(isOurs: (fn: object) => boolean): string | null {
  for (const [holder, count] of keysAtStart ?? []) {
    if (Reflect.ownKeys(holder).length !== count) return "or added members of a built-in object";
  }
  for (const name of pureGlobalNames) {
    if (NODE_WRITTEN.has(name)) continue;
    const global = (globalThis as Record<string, unknown>)[name];
    if ((typeof global !== "function" && typeof global !== "object") || global === null) continue;
    if (isForeign(global, isOurs)) return name;
    const prototype = Object.getOwnPropertyDescriptor(global, "prototype")?.value as object | undefined;
    for (const [holder, path] of [
      [global, name],
      [prototype, `${name}.prototype`],
    ] as const) {
      if (!holder) continue;
      for (const key of Reflect.ownKeys(holder)) {
        // Members that the scan forbids anyway may be anybody's.
        if (holder === global && typeof key === "string" && !isPureMember(name, key)) continue;
        const descriptor = Object.getOwnPropertyDescriptor(holder, key) as PropertyDescriptor;
        for (const fn of [descriptor.value, descriptor.get]) if (isForeign(fn, isOurs)) return `${path}.${String(key)}`;
      }
    }
  }
  return null;
}

function isForeign(value: unknown, isOurs: (fn: object) => boolean): boolean {
  if (typeof value !== "function" || isOurs(value)) return false;
  return !NATIVE.test(sourceText.call(value));
}
