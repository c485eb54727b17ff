/**
 * Functions of built-in modules that count as pure, as they were before the program could replace them. Node writes them
 * in JavaScript, so that no text tells whose they are, and they call each other by what the module exports at the moment
 * (`path.join` calls `path.normalize`, `querystring.stringify` calls `querystring.escape`).
 */
import { types } from "node:util";
import { recordOf } from "../../src/code/function-shape.ts";
import { pureExports } from "../scan/allow-list.ts";
import { asksProcess } from "../scan/asks-process.ts";
import { getBuiltinModule } from "./originals.ts";

const { isProxy } = types;

/** A function in its place. */
export interface Taken {
  readonly holder: object;
  readonly key: string;
  readonly path: string;
  readonly value: unknown;
}

const taken = new Map<string, Taken[]>();
/** Pure functions that are exported, or in an object that is, by identity. */
const paths = new Map<unknown, string>();
/** Those of the paths whose functions look at `process`. Noted once: parsing a path while a program runs would change `RegExp.$1`. */
const asking = new Set<string>();

/** The functions of all modules that the program has asked for so far. */
export function* takenFunctions(): Generator<Taken> {
  for (const one of taken.values()) yield* one;
}

/** Those that are found by a name, but for the few on which Node itself has put something (`os.type`). */
export function takenNamed(name: string): readonly object[] {
  byName ??= indexByName();
  return byName.get(name) ?? NONE;
}

const NONE: readonly object[] = [];
/** Null when modules were taken since it was made. */
let byName: ReadonlyMap<string, readonly object[]> | null = null;

function indexByName(): ReadonlyMap<string, readonly object[]> {
  const found = new Map<string, object[]>();
  for (const { key, value } of takenFunctions()) {
    if (typeof value !== "function" || isProxy(value) || recordOf(value).names === null) continue;
    const others = found.get(key);
    if (!others) found.set(key, [value]);
    else if (!others.includes(value)) others.push(value);
  }
  return found;
}

/** What a pure function of a module is called, wherever it turns up, if Node has made it like any other; null for the rest. */
export function takenPath(fn: object): string | null {
  const path = paths.get(fn);
  return path !== undefined && !isProxy(fn) && recordOf(fn).names !== null ? path : null;
}

/** Whether a pure function depends on what the program may have put into `process`. @param path what {@link takenPath} says */
export function pathAsksProcess(path: string): boolean {
  return asking.has(path);
}

/** How many modules the program has asked for so far. */
export function takenModules(): number {
  return taken.size;
}

/**
 * Notes a module's functions as they are: to be called before the program has it, and when dumbo itself has replaced some.
 * Of modules that are not pure it does nothing.
 */
export function takePure(name: string, again = false): void {
  const names = pureExports(name);
  if (names === undefined || (!again && taken.has(name))) return;
  const exports: object | undefined = getBuiltinModule(name);
  if (exports === undefined) return;
  const found: Taken[] = [];
  take(exports, name, names, found);
  for (const one of found) notePath(one, asksProcess(name, one.key));
  // What comes with an export: `util.types.isDate`, `path.win32.join`, `StringDecoder.prototype.write`.
  for (const key of names) {
    const value = valueOf(exports, key);
    if (value === exports || !isObject(value)) continue;
    const inside: Taken[] = [];
    takeInside(value, `${name}.${key}`, inside);
    // What is on a function need not be pure: `Buffer.allocUnsafe`.
    const isClass = PURE_CLASSES.has(`${name}.${key}`);
    const pure = typeof value === "object" || isClass ? inside : [];
    for (const one of isClass ? [...pure, ...gettersOf(value, `${name}.${key}`)] : pure) {
      notePath(one, asksProcess(name, key));
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

/** Classes in the old style whose methods look at nothing but their object. */
const PURE_CLASSES: ReadonlySet<string> = new Set(["url.Url", "string_decoder.StringDecoder"]);

/** Classes of what pure functions return, or work with. */
const MADE: Readonly<Record<string, readonly string[]>> = { crypto: ["Hash", "Hmac"] };

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
    // As it is before the program has it.
    if (!isProxy(value)) recordOf(value);
  }
}

/** The value of a data property. Getters are not run: they may load modules. */
function valueOf(holder: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(holder, key)?.value;
}

function isObject(value: unknown): value is object {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}
