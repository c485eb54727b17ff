/**
 * Classes of the language and of Node that keep all they do to the objects which they make: `AbortController`, `WeakRef`, `Readable`. No key and no
 * result can hold such an object, so that a call has none but those that it has made itself; and what works on more than its object is tapped
 * ({@link TAPPED}), or reaches for what is: what flows, listeners that throw, and warnings wait for `process.nextTick`. So keys name such a
 * class. All that is on it and on its prototype is in the name: when dumbo first sees it, the program may have had it for long.
 */
import EventEmitter from "node:events";
import { types } from "node:util";
import { NO_SCRIPT, scriptOf } from "../../src/code/code-places.ts";
import { isAsMade, recordOf } from "../../src/code/function-shape.ts";
import { isNodesScript } from "../../src/code/nodes-scripts.ts";
import { hashText } from "../../src/hash.ts";
import { HELD_CLASSES } from "../scan/allow-list.ts";
import { emitterName, emitterPrototypeName } from "./emitters.ts";
import { isNative, pureBuiltinName } from "./natives.ts";
import { isAsTapped, noticedName, originalOfTap } from "./noticed-functions.ts";
import { isSameProperty, type Properties, propertiesOf } from "./own-properties.ts";

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, getPrototypeOf, isExtensible } = Object;
const { apply, ownKeys } = Reflect;
const sourceText = Function.prototype.toString;
const FunctionPrototype = Function.prototype;
const ObjectPrototype = Object.prototype;
const defaultMaxListeners = getOwnPropertyDescriptor(EventEmitter, "defaultMaxListeners")?.get;

/** A class that is known. */
interface Held {
  readonly name: string;
  /** What it reads of the process, as a text; null while that is not known. */
  readonly settings: () => string | null;
  /** A class that leads to this one, and to all that this one leads to: what is looked at. */
  readonly root?: object;
}

const NO_SETTINGS = () => "";

/** Those of the language, and of modules. Node makes globals when a program first reads them: dumbo must not be the first. */
const known = new Map<object, Held>([
  [WeakRef, { name: "WeakRef", settings: NO_SETTINGS }],
  [FinalizationRegistry, { name: "FinalizationRegistry", settings: NO_SETTINGS }],
  [SharedArrayBuffer, { name: "SharedArrayBuffer", settings: NO_SETTINGS }],
]);

/** Members that tell when memory is collected, or begin a timer: their classes have names only while these are the taps. */
const TAPPED: readonly string[] = ["WeakRef.deref", "FinalizationRegistry.register", "AbortSignal.timeout"];

/** An object that a class leads to, as it was when it was last looked at: the class, its prototype, what they inherit from, other classes on it. */
interface Link {
  readonly object: object;
  readonly above: object | null;
  readonly properties: Properties;
}

interface Look {
  readonly links: readonly Link[];
  /** Functions on these objects, on which there is nothing. */
  readonly members: readonly object[];
  /** Whether any of them inherits from `EventEmitter`, which is watched elsewhere. */
  readonly isEmitter: boolean;
  readonly digest: string;
}

const looks = new WeakMap<object, Look>();

/** Makes a class known, before the program can get it. What it reads of the process is in its name, too. */
export function knowHeldClass(fn: object, held: Held): void {
  known.set(fn, held);
}

/** The name of such a class in keys; null for any other function, and for a class with more on it than primitive values and built-in functions. */
export function heldClassName(fn: object): string | null {
  const held = known.get(fn) ?? nodesClass(fn);
  if (held === null) return null;
  // A signal that a controller makes leads to the other class.
  if (held.name === "AbortController" && heldClassName(globalValue("AbortSignal") as object) === null) return null;
  const root = held.root ?? fn;
  let look = looks.get(root);
  if (look === undefined || !isAsSeen(look)) {
    const found = lookAt(root, held.name);
    if (found === null) return null;
    look = found;
    looks.set(root, look);
  }
  const settings = held.settings();
  return settings === null ? null : `${held.name} ${look.digest} ${settings}`;
}

/** The same for the prototype of such a class of which instances are nothing but their properties, or have some that are refused: of a stream. */
export function heldPrototypeName(object: object): string | null {
  const constructor: unknown = getOwnPropertyDescriptor(object, "constructor")?.value;
  const held = typeof constructor === "function" ? known.get(constructor) : undefined;
  if (held === undefined || !held.name.startsWith("node:stream.")) return null;
  if (getOwnPropertyDescriptor(constructor as object, "prototype")?.value !== object) return null;
  const name = heldClassName(constructor as object);
  return name === null ? null : `${name}.prototype`;
}

/** A class of Node's, if the global of that name holds it; null for any other function. */
function nodesClass(fn: object): Held | null {
  if (types.isProxy(fn) || !isOfNode(fn)) return null;
  const text = apply(sourceText, fn, []) as string;
  for (let i = 0; i < HELD_CLASSES.length; i++) {
    const name = HELD_CLASSES[i] as string;
    // Nothing is loaded for the look at the global: its class has been made.
    if (text.startsWith(`class ${name} `) && globalValue(name) === fn) return { name, settings: listenersLimit };
  }
  return null;
}

/** Whether the code of a function is Node's. */
function isOfNode(fn: object): boolean {
  const script = scriptOf(fn);
  return script !== null && script !== NO_SCRIPT && isNodesScript(fn, script);
}

/** What a global holds that is behind no accessor. */
function globalValue(name: string): unknown {
  return getOwnPropertyDescriptor(globalThis, name)?.value;
}

/** How many listeners of a name an `EventTarget` takes without a warning; null if the program has put an accessor in the place of Node's. */
function listenersLimit(): string | null {
  const { get } = getOwnPropertyDescriptor(EventEmitter, "defaultMaxListeners") ?? {};
  return get !== undefined && get === defaultMaxListeners ? String(apply(get, EventEmitter, [])) : null;
}

/** All that a class leads to, and a name that tells it from what it would lead to if anything were another; null for what is not looked into. */
function lookAt(fn: object, name: string): Look | null {
  const objects = [fn];
  const links: Link[] = [];
  const taps = new Set<string>();
  let text = "";
  for (let i = 0; i < objects.length; i++) {
    const object = objects[i] as object;
    const above = getPrototypeOf(object) as object | null;
    const properties = propertiesOf(object);
    if (types.isProxy(object) || !isExtensible(object)) return null;
    links.push({ object, above, properties });
    const inherits = written(above, objects, taps, true);
    if (inherits === null) return null;
    text += `\n\n${inherits}`;
    for (const [key, property] of properties) {
      const { writable, enumerable, configurable } = property;
      text += `\n${String(key)} ${typeof key} ${writable} ${enumerable} ${configurable}`;
      const values: readonly unknown[] = [property.value, property.get, property.set];
      for (const value of values) {
        const one = written(value, objects, taps, key === "prototype" || key === "constructor");
        if (one === null) return null;
        text += ` ${one}`;
      }
    }
  }
  const tap = TAPPED.find((one) => one.startsWith(`${name}.`));
  return tap === undefined || taps.has(tap) ? { ...lookOf(links), digest: hashText(text) } : null;
}

function lookOf(links: readonly Link[]): Omit<Look, "digest"> {
  const members = new Set<object>();
  for (const { properties } of links) {
    for (const [, { value, get, set }] of properties) {
      for (const one of [value, get, set] as readonly unknown[]) if (typeof one === "function") members.add(one);
    }
  }
  for (const { object } of links) members.delete(object);
  const isEmitter = links.some(({ above }) => above === EventEmitter) || members.has(EventEmitter);
  members.delete(EventEmitter);
  return { links, members: [...members], isEmitter };
}

/**
 * What tells a value from all others; null for one that may hold more.
 * @param objects what is looked at by itself. Gets what has to be
 * @param isLink whether an object is one that others inherit from
 */
function written(value: unknown, objects: object[], taps: Set<string>, isLink: boolean): string | null {
  if ((typeof value !== "object" && typeof value !== "function") || value === null)
    return `${typeof value} ${String(value)}`;
  const at = objects.indexOf(value);
  if (at >= 0) return `#${at}`;
  const end = endName(value);
  if (end !== undefined) return end;
  if (typeof value === "object") return isLink && !types.isProxy(value) ? `#${objects.push(value) - 1}` : null;
  if (isAsTapped(value)) {
    const label = noticedName(value);
    if (label !== null) taps.add(label);
    return `tap ${label ?? (apply(sourceText, originalOfTap(value), []) as string)}`;
  }
  if (types.isProxy(value)) return null;
  const language = pureBuiltinName(value);
  if (language !== null && isBare(value)) return `language ${language}`;
  if (isOfNode(value)) {
    const text = `${recordOf(value).text} ${apply(sourceText, value, []) as string}`;
    return isBare(value) ? text : `#${objects.push(value) - 1} ${text}`;
  }
  return isBare(value) && isNative(value) ? (apply(sourceText, value, []) as string) : null;
}

/** The name of an object where the look ends, because it is watched elsewhere; null for one that is not as Node made it; undefined for all others. */
function endName(value: object): string | null | undefined {
  if (value === FunctionPrototype) return "Function.prototype";
  if (value === ObjectPrototype) return "Object.prototype";
  if (value === EventEmitter) return emitterName(value);
  return value === EventEmitter.prototype ? emitterPrototypeName(value) : undefined;
}

/** Whether nothing is on a function but what the language puts there. */
function isBare(fn: object): boolean {
  if (types.isProxy(fn)) return false;
  const record = recordOf(fn);
  return record.names !== null && isAsMade(record);
}

/** Whether all is as it was seen. Asked for each key that names a class: calls no methods of arrays, which the program may count. */
function isAsSeen({ links, members, isEmitter }: Look): boolean {
  if (isEmitter && emitterName(EventEmitter) === null) return false;
  for (let i = 0; i < links.length; i++) {
    const { object, above, properties } = links[i] as Link;
    const keys = ownKeys(object);
    if (getPrototypeOf(object) !== above || !isExtensible(object) || keys.length !== properties.length) return false;
    for (let j = 0; j < keys.length; j++) {
      const [key, before] = properties[j] as Properties[number];
      if (keys[j] !== key || !isSameProperty(before, getOwnPropertyDescriptor(object, key) as PropertyDescriptor))
        return false;
    }
  }
  for (let i = 0; i < members.length; i++) {
    const member = members[i] as object;
    if (!isAsTapped(member) && !isBare(member)) return false;
  }
  return true;
}
