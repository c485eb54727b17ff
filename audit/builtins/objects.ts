/** Objects of the language and of Node to which names lead, and which are the same in each call. */
import { types } from "node:util";
import { pureGlobalNames } from "../scan/allow-list.ts";
import { earlyKeys } from "./early-members.ts";
import { moduleObjectPaths } from "./module-objects.ts";
import { HIDDEN } from "./names.ts";
import { globalOf } from "./natives.ts";
import { getBuiltinModule } from "./originals.ts";
import { takenFunctions, takenModules } from "./pure-modules.ts";

const { getOwnPropertyDescriptor, getOwnPropertyNames, getPrototypeOf } = Object;

let known = new Map<object, string>();
let modules = -1;

/** All of these objects, each with a path that no other has. Cost: 0.3 ms, if a pure module was loaded since the last call. */
export function builtInObjects(): ReadonlyMap<object, string> {
  if (modules === takenModules()) return known;
  modules = takenModules();
  known = new Map();
  add("globalThis", globalThis);
  for (const name of pureGlobalNames) addWithMembers(name, globalOf(name));
  for (const [path, holder] of HIDDEN) {
    for (let at: object | null = holder, n = 0; at !== null; at = getPrototypeOf(at) as object | null, n++)
      add(`${path} ${n}`, at);
  }
  add("Array.prototype[Symbol.unscopables]", Array.prototype[Symbol.unscopables]);
  for (const name of PROCESS) add(`process.${name}`, getOwnPropertyDescriptor(process, name)?.value);
  add("process", process);
  add("console", console);
  add("fs.constants", getBuiltinModule("node:fs").constants);
  for (const [object, path] of moduleObjectPaths()) add(path, object);
  for (const { holder, path, value } of takenFunctions()) {
    add(path, value);
    const name = path.slice(0, path.lastIndexOf("."));
    add(name, holder);
    addWithMembers(`${path}.prototype`, prototypeOf(value));
    for (const key of getOwnPropertyNames(holder)) {
      const member: unknown = getOwnPropertyDescriptor(holder, key)?.value;
      if (typeof member === "object") addWithMembers(`${name}.${key}`, member);
    }
  }
  return known;
}

/** Members of `process` that never change. */
const PROCESS = ["versions", "release", "config", "features"];

function add(path: string, value: unknown): void {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return;
  if (!known.has(value)) known.set(value, path);
}

/** Adds a value with its prototype, and, if it is a namespace or a table of constants, with its members. */
function addWithMembers(path: string, value: unknown): void {
  add(path, value);
  if ((typeof value !== "object" && typeof value !== "function") || value === null || types.isProxy(value)) return;
  add(`${path}.prototype`, prototypeOf(value));
  if (typeof value !== "object") return;
  for (const key of earlyKeys(value)) {
    if (typeof key !== "string") continue;
    const member: unknown = getOwnPropertyDescriptor(value, key)?.value;
    if (typeof member === "function") add(`${path}.${key}.prototype`, prototypeOf(member));
    add(`${path}.${key}`, member);
  }
}

function prototypeOf(value: unknown): unknown {
  if (typeof value !== "function" || types.isProxy(value)) return null;
  return getOwnPropertyDescriptor(value, "prototype")?.value;
}
