/**
 * Whether there is a global of some name. Code may read a global that some program lacks: reading it throws, and `typeof` tells the
 * code to do without. So its absence is part of the key.
 */
import { types } from "node:util";

// Captured before the program can replace them.
const { Function: LanguageFunction } = globalThis;
const { getPrototypeOf, hasOwn } = Object;
const { isProxy } = types;

interface Test {
  readonly type: () => string;
  readonly read: () => unknown;
}

const tests = new Map<string, Test | null>();

/**
 * Whether reading a name throws because neither the global object nor a script's top level has it. No code of the program runs: the
 * name is read only after no object on the global object's prototype chain was found to have it.
 */
export function isAbsent(name: string): boolean {
  for (let at: object | null = globalThis; at !== null; at = getPrototypeOf(at) as object | null) {
    if (isProxy(at) || hasOwn(at, name)) return false;
  }
  let test = tests.get(name);
  if (test === undefined) {
    test = testOf(name);
    tests.set(name, test);
  }
  return test !== null && isUnbound(test);
}

/** For a script's binding in its dead zone, `typeof` throws; one that holds undefined can be read. Both are bound. */
function isUnbound({ type, read }: Test): boolean {
  try {
    if (type() !== "undefined") return false;
  } catch {
    return false;
  }
  try {
    read();
    return false;
  } catch {
    return true;
  }
}

/** Null if the name is no identifier. */
function testOf(name: string): Test | null {
  try {
    return new LanguageFunction(`return { type: () => typeof ${name}, read: () => ${name} }`)() as Test;
  } catch {
    return null;
  }
}
