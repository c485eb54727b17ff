/**
 * The console as a value. All of its methods are tapped. So a call that takes the console as a value depends only on this: that it is
 * Node's own, with nothing added or replaced, and no count or timer running. That is a dependency, like the content of a file.
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

/** The console's properties with the taps, before the program could get it; null until {@link rememberConsole} is called. */
let properties: Properties | null = null;
let parent: unknown;

/** To be called when the console is tapped. */
export function rememberConsole(): void {
  properties = new Map(ownKeys(nodes).map((key) => [key, getOwnPropertyDescriptor(nodes, key) as PropertyDescriptor]));
  parent = getPrototypeOf(nodes);
}

/** The dependency of a call that takes the console as a value; null if the console is not as Node made it. */
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
  // The console keeps its counters and timers in Maps.
  return !types.isMap(b.value) || apply(sizeOf, b.value, []) === 0;
}

addOperation(CONSOLE, isConsoleAsMade);
