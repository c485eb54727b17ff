/**
 * Objects of Node's that are more than their properties, and whose every doing is noticed by taps: `performance`, `crypto`, `console`.
 * Who holds one depends on nothing but which one it is, as long as it is as Node and the taps made it. What others of Node's objects
 * inherit, too, does nothing on it that its own properties would not show.
 */
import { types } from "node:util";
import { noteHostObject } from "../../src/value/host-objects.ts";
import { isAsTapped } from "./noticed-functions.ts";
import { isSameProperty, type Properties, propertiesOf } from "./own-properties.ts";

interface Link {
  readonly object: object;
  readonly properties: Properties;
}

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, getPrototypeOf, isExtensible } = Object;
const { apply, ownKeys } = Reflect;
const sizeOf = getOwnPropertyDescriptor(Map.prototype, "size")?.get as () => number;

/**
 * Notes an object whose functions are tapped, before the program has it. One with a function more than the taps know is not noted.
 * @param accessors names of those whose reading is tapped, or tells nothing but what Node's version and the object's own properties tell
 */
export function noteTappedObject(object: object, name: string, accessors: string): void {
  const free = new Set(["constructor", ...accessors.split(" ")]);
  const parent = getPrototypeOf(object) as object;
  if (ownKeys(parent).every((key) => typeof key === "symbol" || free.has(key) || isTapped(parent, key)))
    noteHostObject(object, { name, isAsMade: asMadeCheck(object), prints: false });
}

function isTapped(holder: object, key: string): boolean {
  const { value } = getOwnPropertyDescriptor(holder, key) as PropertyDescriptor;
  return typeof value === "function" && isAsTapped(value);
}

/**
 * Whether an object, and all that it inherits from, has the properties that it has now, and whether its lists are empty:
 * listeners, and what a console counts. To be asked again and again; nothing of the program runs.
 */
export function asMadeCheck(object: object): () => boolean {
  const links: Link[] = [];
  for (let at: object | null = object; at !== null && at !== Object.prototype; at = getPrototypeOf(at) as object | null)
    links.push({ object: at, properties: propertiesOf(at) });
  return () => isExtensible(object) && isChain(object, links);
}

function isChain(object: object, links: readonly Link[]): boolean {
  let at: object | null = object;
  for (let i = 0; i < links.length; i++) {
    const link = links[i] as Link;
    if (at !== link.object || !hasProperties(at, link.properties)) return false;
    at = getPrototypeOf(at) as object | null;
  }
  return at === Object.prototype;
}

function hasProperties(holder: object, properties: Properties): boolean {
  const keys = ownKeys(holder);
  if (keys.length !== properties.length) return false;
  for (let i = 0; i < keys.length; i++) {
    const [key, before] = properties[i] as Properties[number];
    const now = getOwnPropertyDescriptor(holder, key);
    if (keys[i] !== key || now === undefined || !isSameProperty(before, now) || !holdsNothing(now.value)) return false;
  }
  return true;
}

/** Whether a value is no Map of listeners or counts, or an empty one. */
function holdsNothing(value: unknown): boolean {
  return !types.isMap(value) || apply(sizeOf, value, []) === 0;
}
