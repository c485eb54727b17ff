/** Whether there is a global of a name: code that reads one may throw because there is none, or skip what it has for it. */
import { types } from "node:util";

// Captured before the program can replace them.
const { Function: FunctionOf } = globalThis;
const { getPrototypeOf, hasOwn } = Object;
const { isProxy } = types;

interface Test {
  readonly type: () => string;
  readonly read: () => unknown;
}

const tests = new Map<string, Test | null>();

/** Whether reading a name throws because nothing has it: no property of the global object, and no binding of a script. No code of the program runs. */
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

/** Of a binding in its dead zone, asking for the type throws; one that holds undefined can be read. */
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

function testOf(name: string): Test | null {
  try {
    return new FunctionOf(`return { type: () => typeof ${name}, read: () => ${name} }`)() as Test;
  } catch {
    return null;
  }
}
