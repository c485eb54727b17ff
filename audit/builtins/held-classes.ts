/**
 * Classes of the language and of Node that keep all they do to the objects which they make: `AbortController`, `WeakRef`. No key and no result
 * can hold such an object, so that a call has none but those that it has made itself; and what works on more than its object is tapped
 * ({@link TAPPED}), or reaches for what is: listeners that throw, and warnings of too many listeners, wait for `process.nextTick`. So keys
 * name such a class. All that is on it and on its prototype is in the name: when dumbo first sees it, the program may have had it for long.
 */
import EventEmitter from "node:events";
import { types } from "node:util";
import { NO_SCRIPT, scriptOf } from "../../src/code/code-places.ts";
import { isAsMade, recordOf } from "../../src/code/function-shape.ts";
import { isNodesScript } from "../../src/code/nodes-scripts.ts";
import { hashText } from "../../src/hash.ts";
import { HELD_CLASSES } from "../scan/allow-list.ts";
import { isNative, pureBuiltinName } from "./natives.ts";
import { noticedName } from "./noticed-functions.ts";
import { isSameProperty, type Properties, propertiesOf } from "./own-properties.ts";

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, getPrototypeOf, isExtensible } = Object;
const { apply, ownKeys } = Reflect;
const sourceText = Function.prototype.toString;
const FunctionPrototype = Function.prototype;
const ObjectPrototype = Object.prototype;
const defaultMaxListeners = getOwnPropertyDescriptor(EventEmitter, "defaultMaxListeners")?.get;

/** Those of the language. Node makes its own when a program first reads the global: dumbo must not be the first. */
const NATIVE: ReadonlyMap<object, string> = new Map<object, string>([
  [WeakRef, "WeakRef"],
  [FinalizationRegistry, "FinalizationRegistry"],
  [SharedArrayBuffer, "SharedArrayBuffer"],
]);

/** Members that tell when memory is collected, or begin a timer: their classes have names only while these are the taps. */
const TAPPED: readonly string[] = ["WeakRef.deref", "FinalizationRegistry.register", "AbortSignal.timeout"];

/** A class or a prototype as it was when it was last looked at. */
interface Link {
  readonly object: object;
  readonly properties: Properties;
}

interface Look {
  readonly links: readonly Link[];
  readonly name: string;
}

const looks = new WeakMap<object, Look>();

/** The name of such a class in keys; null for any other function, and for a class with more on it than primitive values and built-in functions. */
export function heldClassName(fn: object): string | null {
  const name = NATIVE.get(fn) ?? nodesName(fn);
  const limit = name === null ? null : NATIVE.has(fn) ? 0 : listenersLimit();
  if (name === null || limit === null) return null;
  // A signal that a controller makes leads to the other class.
  if (name === "AbortController" && heldClassName(globalValue("AbortSignal") as object) === null) return null;
  let look = looks.get(fn);
  if (look === undefined || !isAsSeen(look.links)) {
    const links = linksOf(fn);
    const text = links && textOf(name, links);
    if (links === null || text === null) return null;
    look = { links, name: `${name} ${hashText(text)}` };
    looks.set(fn, look);
  }
  return `${look.name} ${limit}`;
}

/** The name of a class of Node's, if the global of that name holds it; null for any other function. */
function nodesName(fn: object): string | null {
  if (types.isProxy(fn)) return null;
  const script = scriptOf(fn);
  if (script === null || script === NO_SCRIPT || !isNodesScript(fn, script)) return null;
  const text = apply(sourceText, fn, []) as string;
  for (let i = 0; i < HELD_CLASSES.length; i++) {
    const name = HELD_CLASSES[i] as string;
    // Nothing is loaded for the look at the global: its class has been made.
    if (text.startsWith(`class ${name} `) && globalValue(name) === fn) return name;
  }
  return null;
}

/** What a global holds that is behind no accessor. */
function globalValue(name: string): unknown {
  return getOwnPropertyDescriptor(globalThis, name)?.value;
}

/** How many listeners of a name an `EventTarget` takes without a warning; null if the program has put an accessor in the place of Node's. */
function listenersLimit(): number | null {
  const { get } = getOwnPropertyDescriptor(EventEmitter, "defaultMaxListeners") ?? {};
  return get !== undefined && get === defaultMaxListeners ? (apply(get, EventEmitter, []) as number) : null;
}

/** The class, its prototype, and those of its bases, with all that is on them; null for a class that was made to inherit from something else. */
function linksOf(constructor: object): readonly Link[] | null {
  const links: Link[] = [];
  for (let at = constructor; at !== FunctionPrototype; at = getPrototypeOf(at) as object) {
    const prototype = prototypeOf(at);
    const base = getPrototypeOf(at) as object | null;
    if (base === null || types.isProxy(base) || prototype === null) return null;
    const above = base === FunctionPrototype ? ObjectPrototype : prototypeOf(base);
    if (getPrototypeOf(prototype) !== above || !isExtensible(at) || !isExtensible(prototype)) return null;
    links.push(
      { object: at, properties: propertiesOf(at) },
      { object: prototype, properties: propertiesOf(prototype) },
    );
  }
  return links;
}

function prototypeOf(constructor: object): object | null {
  const prototype: unknown = getOwnPropertyDescriptor(constructor, "prototype")?.value;
  return typeof prototype === "object" && !types.isProxy(prototype) ? prototype : null;
}

/** All that is on a class as one text, or null. */
function textOf(name: string, links: readonly Link[]): string | null {
  let text = "";
  const found = new Set<string>();
  for (const { properties } of links) {
    for (const [key, property] of properties) {
      const { writable, enumerable, configurable } = property;
      text += `\n${String(key)} ${typeof key} ${writable} ${enumerable} ${configurable}`;
      for (const value of [property.value, property.get, property.set] as readonly unknown[]) {
        const written = isLink(value, links) ? "link" : valueText(value);
        if (written === null) return null;
        found.add(written);
        text += ` ${written}`;
      }
    }
  }
  const tap = TAPPED.find((one) => one.startsWith(`${name}.`));
  return tap === undefined || found.has(`tap ${tap}`) ? text : null;
}

/** Whether something is one of the classes or prototypes themselves: what `constructor` and `prototype` hold. */
function isLink(value: unknown, links: readonly Link[]): boolean {
  for (let i = 0; i < links.length; i++) if ((links[i] as Link).object === value) return true;
  return false;
}

/** What tells a value from all others; null for one that may hold more. */
function valueText(value: unknown): string | null {
  if (typeof value === "object" && value !== null) return null;
  if (typeof value !== "function") return `${typeof value} ${String(value)}`;
  const tap = noticedName(value);
  if (tap !== null) return `tap ${tap}`;
  if (!isBare(value)) return null;
  const language = pureBuiltinName(value);
  if (language !== null) return `language ${language}`;
  const script = scriptOf(value);
  const isBuiltIn = script === NO_SCRIPT ? isNative(value) : script !== null && isNodesScript(value, script);
  return isBuiltIn ? `${recordOf(value).text} ${apply(sourceText, value, []) as string}` : null;
}

/** Whether nothing is on a function but what the language puts there. */
function isBare(fn: object): boolean {
  if (types.isProxy(fn)) return false;
  const record = recordOf(fn);
  return record.names !== null && isAsMade(record);
}

/** Whether classes and prototypes are as they were seen. Asked for each key that names one: calls no methods of arrays, which the program may count. */
function isAsSeen(links: readonly Link[]): boolean {
  for (let i = 0; i < links.length; i++) {
    const { object, properties } = links[i] as Link;
    // Classes and prototypes take turns.
    const above = links[i + 2]?.object ?? (i % 2 === 0 ? FunctionPrototype : ObjectPrototype);
    const keys = ownKeys(object);
    if (getPrototypeOf(object) !== above || !isExtensible(object) || keys.length !== properties.length) return false;
    for (let j = 0; j < keys.length; j++) {
      const [key, before] = properties[j] as Properties[number];
      if (keys[j] !== key || !isSameProperty(before, getOwnPropertyDescriptor(object, key) as PropertyDescriptor))
        return false;
      const { value, get, set } = before;
      if (!staysAsSeen(value, links) || !staysAsSeen(get, links) || !staysAsSeen(set, links)) return false;
    }
  }
  return true;
}

function staysAsSeen(value: unknown, links: readonly Link[]): boolean {
  return typeof value !== "function" || isLink(value, links) || noticedName(value) !== null || isBare(value);
}
