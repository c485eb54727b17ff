/** Makes the REPL print a function that dumbo has tapped as a function. Such a function is a Proxy, and the REPL shows Proxies as what they are. */
import { types } from "node:util";

type Writer = (value: unknown) => string;

/** Options of the REPL's own writer, which reads them for each value. */
export interface WriterOptions {
  showProxy?: boolean | "get" | undefined;
}

// Captured before the program can put declarations in the place of globals.
const { apply, ownKeys } = Reflect;
const { getOwnPropertyDescriptor } = Object;
const { isView } = ArrayBuffer;
const { isProxy } = types;

/** How deep `util.inspect` looks, and at how many values at most. */
const DEPTH = 3;
const MOST = 5000;

interface Met {
  left: number;
  hasTap: boolean;
  hasProxy: boolean;
}

/**
 * @param write what prints a value
 * @param isTap whether a Proxy is one of dumbo's
 */
export function withoutTaps(
  write: Writer,
  options: WriterOptions,
  isTap: (value: unknown) => boolean,
): (value: unknown) => string {
  return function writer(this: unknown, value: unknown): string {
    const met: Met = { left: MOST, hasTap: false, hasProxy: false };
    meet(value, DEPTH, met, isTap);
    const before = options.showProxy;
    if (before !== true || !met.hasTap || met.hasProxy) {
      return apply(write, this, [value]) as string;
    }
    options.showProxy = false;
    try {
      return apply(write, this, [value]) as string;
    } finally {
      options.showProxy = before;
    }
  };
}

/** Notes which Proxies are in a value that is about to be printed, without running any code of it. */
function meet(value: unknown, depth: number, met: Met, isTap: (value: unknown) => boolean): void {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || met.left-- <= 0) return;
  if (isProxy(value)) {
    if (isTap(value)) met.hasTap = true;
    else met.hasProxy = true;
    return;
  }
  if (depth === 0 || isView(value)) return;
  for (const key of ownKeys(value)) {
    if (met.left <= 0) return;
    meet(getOwnPropertyDescriptor(value, key)?.value, depth - 1, met, isTap);
  }
}
