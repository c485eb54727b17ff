/**
 * Functions of built-in modules that count as pure, as they were before the program could replace them. Node writes them
 * in JavaScript, so that no text tells whose they are, and they call each other by what the module exports at the moment
 * (`path.join` calls `path.normalize`, `querystring.stringify` calls `querystring.escape`).
 */
import { pureExports } from "./allow.ts";
import { getBuiltinModule } from "./originals.ts";

/** A function in its place. */
export interface Taken {
  readonly holder: object;
  readonly key: string;
  readonly path: string;
  readonly value: unknown;
}

const taken = new Map<string, Taken[]>();

/** Those of the modules that were asked for by now. */
export function* takenFunctions(): Generator<Taken> {
  for (const one of taken.values()) yield* one;
}

/** How many modules were asked for by now. */
export function takenModules(): number {
  return taken.size;
}

/**
 * Notes a module's functions as they are: to be called before the program has it, and when dumbo itself has replaced some.
 * Of modules that are not pure it does nothing.
 */
export function takePure(name: string, again = false): void {
  const names = pureExports(name);
  if (names === undefined || (!again && taken.has(name))) return;
  const exports: object | undefined = getBuiltinModule(name);
  if (exports === undefined) return;
  const found: Taken[] = [];
  take(exports, name, names, found);
  if (name === "path") {
    const { posix, win32 } = exports as typeof import("node:path");
    for (const other of [posix, win32]) if (other !== exports) take(other, name, names, found);
  }
  taken.set(name, found);
}

function take(holder: object, name: string, keys: readonly string[], into: Taken[]): void {
  for (const key of keys) {
    const value: unknown = Object.getOwnPropertyDescriptor(holder, key)?.value;
    if (typeof value === "function") into.push({ holder, key, path: `${name}.${key}`, value });
  }
}
