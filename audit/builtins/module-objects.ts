/**
 * Objects that Node's modules hand out, and that code may read: `path`, `path.win32`, `util.types`, `os.constants`, `StringDecoder.prototype`.
 * They are noted before the program has them, with all that they hold, and watched like objects of the language (patched.ts). Of a module
 * or `process`, of which code may use some members only, those alone are watched.
 */
import { types } from "node:util";
import { noteModuleObject } from "../../src/value/nodes-objects.ts";
import { isPureWhole, PURE_PROCESS, pureExports, pureGlobalNames } from "../scan/allow-list.ts";
import { constantExports } from "../scan/recorded.ts";
import { type EarlyObject, noteEarlyObject, noteEarlyPart } from "./early-members.ts";
import { globalOf } from "./natives.ts";
import { getBuiltinModule } from "./originals.ts";

const { getOwnPropertyDescriptor, getPrototypeOf, isFrozen } = Object;
const { ownKeys } = Reflect;

const TOP: readonly object[] = [Object.prototype, Function.prototype, Error, Error.prototype];

const noted = new Map<object, EarlyObject>();
/** Objects that were looked at. Those of which nothing can change are not watched. */
const known = new Set<object>();
const paths = new Map<object, string>();

/** All of them that the program may have by now. The list only grows, but that a module may be noted anew. */
export function moduleObjects(): ReadonlyMap<object, EarlyObject> {
  return noted;
}

/** Their paths, also of those that cannot change. */
export function moduleObjectPaths(): ReadonlyMap<object, string> {
  return paths;
}

/** Classes whose instances pure functions return. */
export const MADE: Readonly<Record<string, readonly string[]>> = { crypto: ["Hash", "Hmac"] };
/** Members of members of a module that pure functions read: `util.styleText` looks for its colours there. */
const SETTINGS: Readonly<Record<string, readonly (readonly [string, string])[]>> = { util: [["inspect", "colors"]] };

/** Whether a module has such objects. */
export function hasModuleObjects(module: string): boolean {
  return pureExports(module) !== undefined || constantExports(module).length > 0;
}

/** Notes the objects of a module as they are now. @param again whether dumbo has replaced some of its functions since */
export function noteModuleObjects(module: string, again: boolean): void {
  const exports = getBuiltinModule(module) as object | undefined;
  if (exports === undefined) return;
  if (again) known.clear();
  if (isPureWhole(module)) noteWithMembers(exports, module, true);
  else notePart(exports, module, [...(pureExports(module) ?? []), ...constantExports(module)]);
  for (const name of MADE[module] ?? []) noteWithMembers(valueOf(exports, name), `${module}.${name}`, false);
  for (const [name, member] of SETTINGS[module] ?? []) {
    const holder = valueOf(exports, name);
    if (isObject(holder) && !types.isProxy(holder)) notePart(holder, `${module}.${name}`, [member]);
  }
}

/** The same for what `process` says of Node and the machine. */
export function noteProcess(): void {
  notePart(process, "process", PURE_PROCESS);
}

function notePart(holder: object, path: string, names: readonly string[]): void {
  const keys = names.filter((name) => !isFunction(valueOf(holder, name)) && Object.hasOwn(holder, name));
  if (keys.length > 0) noted.set(holder, noteEarlyPart(path, holder, keys));
  for (const name of names) noteWithMembers(valueOf(holder, name), `${path}.${name}`, false);
}

/** Notes an object or class with all such objects in it. A function that is no class is what its own properties are (pure-modules.ts). */
function noteWithMembers(value: unknown, path: string, isModule: boolean): void {
  if (!isObject(value) || known.has(value) || types.isProxy(value) || isGlobal(value)) return;
  if (!isModule && !(typeof value === "function" ? isMoreThanCode(value) : isPlain(value))) return;
  note(value, path);
  for (const key of ownKeys(value)) {
    if (typeof key === "string") noteWithMembers(valueOf(value, key), `${path}.${key}`, false);
  }
  const prototype = typeof value === "function" ? ownPrototype(value) : null;
  if (prototype !== null && !known.has(prototype)) note(prototype, `${path}.prototype`);
}

function note(object: object, path: string): void {
  known.add(object);
  noteModuleObject(object);
  if (!paths.has(object)) paths.set(object, path);
  if (!isFrozen(object)) noted.set(object, noteEarlyObject(paths.get(object) as string, object, isNearTop(object)));
}

/** Whether an object inherits only from objects of the language: what inherits from streams has many names. */
function isNearTop(object: object): boolean {
  const parent = getPrototypeOf(object) as object | null;
  return parent === null || TOP.includes(parent);
}

let globals: ReadonlySet<unknown> | null = null;

/** Whether a value is a global of the allow-list: those are watched by themselves. */
function isGlobal(value: object): boolean {
  globals ??= new Set(pureGlobalNames.map(globalOf));
  return globals.has(value);
}

/** Whether a function is a class, or has members that a loop over names shows. */
function isMoreThanCode(fn: object): boolean {
  return Object.keys(fn).length > 0 || ownPrototype(fn) !== null;
}

/** What the instances of a class inherit from; null for a function that is no class. */
function ownPrototype(fn: object): object | null {
  const prototype = valueOf(fn, "prototype");
  const isClass =
    isObject(prototype) && (ownKeys(prototype).length > 1 || getPrototypeOf(prototype) !== Object.prototype);
  return isClass ? prototype : null;
}

function isPlain(object: object): boolean {
  const prototype = getPrototypeOf(object) as object | null;
  return !Array.isArray(object) && (prototype === null || prototype === Object.prototype);
}

/** The value of a data property. Getters are not run, because they may load modules. */
function valueOf(holder: object, key: string): unknown {
  return getOwnPropertyDescriptor(holder, key)?.value;
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}

function isObject(value: unknown): value is object {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}
