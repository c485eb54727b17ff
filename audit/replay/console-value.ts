/**
 * The console as a value. All that it does is tapped, so that who has it depends on nothing but what it is: Node's own, with nothing added,
 * replaced or going on. A call that takes it depends on that, as on what it reads of a file.
 */
import { types } from "node:util";
import type { Dependency } from "../../src/trace/trace.ts";
import { digest } from "./answer-digest.ts";
import { addOperation } from "./dependencies.ts";

type Properties = ReadonlyMap<string | symbol, PropertyDescriptor>;

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, getPrototypeOf, is, isExtensible } = Object;
const { apply, ownKeys } = Reflect;
const sizeOf = getOwnPropertyDescriptor(Map.prototype, "size")?.get as () => number;
const nodes = console;

const CONSOLE = "console";
const OWN: Dependency = { query: [CONSOLE], answer: digest(true), fingerprint: "" };

/** Its properties when the taps were there, before the program had it; null until then. */
let properties: Properties | null = null;
let parent: unknown;

/** To be called when the console is tapped. */
export function rememberConsole(): void {
  properties = new Map(ownKeys(nodes).map((key) => [key, getOwnPropertyDescriptor(nodes, key) as PropertyDescriptor]));
  parent = getPrototypeOf(nodes);
}

/** What a call depends on that takes the console as a value; null where it is none that is known. */
export function consoleTaken(): Dependency | null {
  return isConsoleAsMade() ? OWN : null;
}

function isConsoleAsMade(): boolean {
  if (properties === null || getPrototypeOf(nodes) !== parent || !isExtensible(nodes)) return false;
  const global = getOwnPropertyDescriptor(globalThis, CONSOLE);
  if (global?.value !== nodes) return false;
  const keys = ownKeys(nodes);
  if (keys.length !== properties.size) return false;
  for (let i = 0; i < keys.length; i++) {
    const before = properties.get(keys[i] as string | symbol);
    const now = getOwnPropertyDescriptor(nodes, keys[i] as string | symbol);
    if (before === undefined || now === undefined || !isSame(before, now)) return false;
  }
  return true;
}

function isSame(a: PropertyDescriptor, b: PropertyDescriptor): boolean {
  const areAlike = a.writable === b.writable && a.enumerable === b.enumerable && a.configurable === b.configurable;
  if (!areAlike || a.get !== b.get || a.set !== b.set || !is(a.value, b.value)) return false;
  // What it counts and times, by labels.
  return !types.isMap(b.value) || apply(sizeOf, b.value, []) === 0;
}

addOperation(CONSOLE, isConsoleAsMade);
