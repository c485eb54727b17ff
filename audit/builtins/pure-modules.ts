/**
 * Pure functions of built-in modules, as they were before the program could replace them. They have to be watched: Node writes them in
 * JavaScript, so their text does not show whether they are Node's; and they call each other through the exports of the module
 * (`path.join` calls `path.normalize`, `querystring.stringify` calls `querystring.escape`).
 */
import { types } from "node:util";
import { isAsMade, recordOf } from "../../src/code/function-shape.ts";
import { pureExports } from "../scan/allow-list.ts";
import { asksProcess } from "../scan/asks-process.ts";
import { hasModuleObjects, MADE, noteModuleObjects } from "./module-objects.ts";
import { getBuiltinModule } from "./originals.ts";

const { isProxy } = types;

/** A function, and the property in which it was found. */
export interface Taken {
  readonly holder: object;
  readonly key: string;
  readonly path: string;
  readonly value: unknown;
}

const taken = new Map<string, Taken[]>();
/** The paths of pure functions that a module exports, or has in an exported object. */
const paths = new Map<unknown, string>();
/** The paths of functions that look at `process`. Noted beforehand: parsing a path while a program runs would change `RegExp.$1`. */
const asking = new Set<string>();

/** The functions of all modules that the program has loaded so far. */
export function* takenFunctions(): Generator<Taken> {
  for (const one of taken.values()) yield* one;
}

/** The functions that were looked at, and those of them on which Node itself has put nothing, nor on their prototypes. */
const looked = new WeakSet<object>();
const bare = new WeakSet<object>();

/** The functions with a name, without the few that have further properties from Node (`os.type`), or methods (`url.Url`). */
export function takenNamed(name: string): readonly object[] {
  byName ??= indexByName();
  return byName.get(name) ?? NONE;
}

const NONE: readonly object[] = [];
/** Null if modules were taken since it was made. */
let byName: ReadonlyMap<string, readonly object[]> | null = null;

function indexByName(): ReadonlyMap<string, readonly object[]> {
  const found = new Map<string, object[]>();
  for (const { key, value } of takenFunctions()) {
    if (typeof value !== "function" || isProxy(value) || !bare.has(value)) continue;
    const others = found.get(key);
    if (!others) found.set(key, [value]);
    else if (!others.includes(value)) others.push(value);
  }
  return found;
}

/** The path of a pure function of a module, wherever it is met; null for any other function, and for those with further properties. */
export function takenPath(fn: object): string | null {
  const path = paths.get(fn);
  return path !== undefined && !isProxy(fn) && recordOf(fn).names !== null ? path : null;
}

/** Whether a pure function looks at `process`, which the program may have changed. @param path from {@link takenPath} */
export function pathAsksProcess(path: string): boolean {
  return asking.has(path);
}

/** How many modules the program has loaded so far. */
export function takenModules(): number {
  return taken.size;
}

/** Whether a module was noted: only then is it loaded. */
export function isTaken(name: string): boolean {
  return taken.has(name);
}

/**
 * Notes a module's functions and objects as they are now, if the module has pure ones. To be called before the program gets the module, and again
 * when dumbo has replaced some of them.
 */
export function takePure(name: string, again = false): void {
  if (!hasModuleObjects(name) || (!again && taken.has(name))) return;
  noteModuleObjects(name, again);
  const names = pureExports(name) ?? [];
  const exports: object | undefined = getBuiltinModule(name);
  if (exports === undefined) return;
  const found: Taken[] = [];
  take(exports, name, names, found);
  for (const one of found) notePath(one, asksProcess(name, one.key));
  // Functions within an export: `util.types.isDate`, `path.win32.join`, `StringDecoder.prototype.write`.
  for (const key of names) {
    const value = valueOf(exports, key);
    if (value === exports || !isObject(value)) continue;
    const inside: Taken[] = [];
    takeInside(value, `${name}.${key}`, inside);
    // A function within a function need not be pure (`Buffer.allocUnsafe`), except in a pure class.
    const isClass = PURE_CLASSES.has(`${name}.${key}`);
    const getters = isClass ? gettersOf(value, `${name}.${key}`) : [];
    if (isClass || typeof value === "object") {
      for (const one of [...inside, ...getters]) notePath(one, asksProcess(name, key));
    }
    found.push(...inside);
  }
  for (const key of MADE[name] ?? []) takeInside(Reflect.get(exports, key) as object, `${name}.${key}`, found);
  taken.set(name, found);
  byName = null;
}

/** The getters of a class's instances. */
function gettersOf(constructor: object, path: string): Pick<Taken, "path" | "value">[] {
  const descriptors = Object.getOwnPropertyDescriptors(valueOf(constructor, "prototype"));
  return Object.entries(descriptors).flatMap(([key, { get }]) =>
    get ? [{ path: `${path}.prototype.get ${key}`, value: get }] : [],
  );
}

function notePath({ path, value }: Pick<Taken, "path" | "value">, asks: boolean): void {
  if (paths.has(value)) return;
  const written = `node:${path}`;
  paths.set(value, written);
  if (asks) asking.add(written);
}

/** Classes in the old style whose methods read nothing but their object. */
const PURE_CLASSES: ReadonlySet<string> = new Set(["url.Url", "string_decoder.StringDecoder"]);

function takeInside(value: object, path: string, into: Taken[]): void {
  take(value, path, Object.getOwnPropertyNames(value), into);
  const prototype = valueOf(value, "prototype");
  if (!isObject(prototype)) return;
  const keys = Object.getOwnPropertyNames(prototype).filter((key) => key !== "constructor");
  take(prototype, `${path}.prototype`, keys, into);
}

function take(holder: object, path: string, keys: readonly string[], into: Taken[]): void {
  for (const key of keys) {
    const value = valueOf(holder, key);
    if (typeof value !== "function") continue;
    into.push({ holder, key, path: `${path}.${key}`, value });
    // Notes how the function is, before the program can change it.
    if (!isProxy(value) && !looked.has(value)) {
      looked.add(value);
      if (isAsMade(recordOf(value))) bare.add(value);
    }
  }
}

/** The value of a data property. Getters are not run, because they may load modules. */
function valueOf(holder: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(holder, key)?.value;
}

function isObject(value: unknown): value is object {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}
