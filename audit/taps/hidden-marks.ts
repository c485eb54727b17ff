/**
 * Functions by which a program marks objects for other functions of Node's. Nothing else can read such a mark, so no key shows it: of two objects that are
 * alike, `structuredClone` copies the one and throws for the other. Once an object is marked, nothing is cached any more.
 */
import { state } from "../../src/trace/frames.ts";
import { touch } from "./touch.ts";
import { tappedByCall } from "./wrap.ts";

const MARKER = "worker_threads.markAsUncloneable";

type AnyFunction = (...args: never[]) => unknown;

let isMarked = false;

/** The function by which the program has marked an object; null while it has marked none. */
export function usedMarker(): string | null {
  return isMarked ? MARKER : null;
}

/** The tap of such a function; undefined for others. */
export function tappedMarker<F extends AnyFunction>(value: F, kind: string, name: string): F | undefined {
  if (name !== MARKER) return undefined;
  return tappedByCall(value, () => {
    isMarked = true;
    if (state.isAudited) touch(kind, name);
    return undefined;
  });
}
