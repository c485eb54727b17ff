/** Finds in this process what a graph names (graph-outer.ts writes the names). */
import { isModuleObject } from "../value/nodes-objects.ts";
import { prototypeOf } from "../value/prototype-of.ts";
import { WELL_KNOWN } from "../value/well-known.ts";
import { FORMATTERS } from "./formatters.ts";
import { type ChainLink, CLASSES, type Outer } from "./graph.ts";
import { functionsOf, type SharedObjects } from "./shared-objects.ts";

const { getPrototypeOf } = Object;
const symbolFor = Symbol.for;
const prototypes = new Map([...CLASSES, ...FORMATTERS].map(([name, { prototype }]) => [name, prototype as object]));
const wellKnown = new Map([...WELL_KNOWN].map(([symbol, name]) => [name, symbol]));

/** All that a graph names; null if something of it is not there, or has other code now. */
export function findOuter(names: readonly Outer[], sharedObjects: SharedObjects): (object | symbol)[] | null {
  const functions = names.some(([type]) => type === "function") ? [...functionsOf(sharedObjects)] : [];
  const seen = names.some(([type]) => type === "seen") ? [...sharedObjects.seen.keys()] : [];
  const found: (object | symbol)[] = [];
  for (const name of names) {
    const thing = findOne(name, functions, seen, sharedObjects);
    if (thing === undefined) return null;
    found.push(thing);
  }
  return found;
}

function findOne(
  name: Outer,
  functions: readonly { value: object; unit: { definition: { code: string } } }[],
  seen: readonly (object | symbol)[],
  { bindings, builtInObjects }: SharedObjects,
): object | symbol | undefined {
  switch (name[0]) {
    case "well-known symbol":
      return wellKnown.get(name[1]);
    case "registered symbol":
      return symbolFor(name[1]);
    case "seen":
      return seen[name[1]];
    case "function": {
      const found = functions[name[1]];
      return found?.unit.definition.code === name[2] ? found.value : undefined;
    }
    case "built-in":
      return builtInCalled(name[1], builtInObjects());
    case "binding":
      return bindings[name[1]]?.binding;
  }
}

/** A function of the language or of Node, or an object of a module; undefined where none of that name is loaded yet. */
function builtInCalled(text: string, objects: ReadonlyMap<object, string>): object | undefined {
  let found: object | undefined;
  objects.forEach((name, object) => {
    if (name === text && (typeof object === "function" || isModuleObject(object))) found = object;
  });
  return found;
}

/** The first prototype of a chain, if each prototype in it still inherits from the next; else undefined. */
export function findPrototype(
  chain: readonly ChainLink[],
  outer: readonly (object | symbol)[],
): object | null | undefined {
  let first: object | null = null;
  let last: object | null = null;
  for (const link of chain) {
    const next = typeof link === "string" ? prototypes.get(link) : prototypeBy(outer[link]);
    if (!next || (last && getPrototypeOf(last) !== next)) return undefined;
    first ??= next;
    last = next;
  }
  return typeof chain.at(-1) === "string" || !last || getPrototypeOf(last) === null ? first : undefined;
}

function prototypeBy(thing: object | symbol | undefined): object | null {
  if (typeof thing === "function") return prototypeOf(thing);
  return typeof thing === "object" ? thing : null;
}
