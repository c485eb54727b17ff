/**
 * Parts of Node that are loaded when something of theirs is first read, and that read the clock or draw random numbers by themselves. A program may read it
 * on roads of which no tap is told: by a name of a global that is computed. So it is noted which parts have got their taps before the program had
 * anything of them. A run that has loaded others is not kept.
 */
import { loadedParts } from "../builtins/loaded-parts.ts";

/** Each with what leads there: the globals and exports `File`, `performance` and its classes, and `crypto` and its classes. */
const LATE: ReadonlySet<string> = new Set([
  "NativeModule internal/file",
  "NativeModule perf_hooks",
  "NativeModule internal/crypto/webcrypto",
]);

const { has } = Set.prototype;
const { apply } = Reflect;

/** Where in that list parts are that were tapped in time. */
const inTime: boolean[] = [];

/**
 * Does work that may load parts and puts in their taps, before the program has anything of them.
 * @param from where in the list of what is loaded those begin
 */
export function tappingAtOnce<T>(work: () => T, from = loadedParts.length): T {
  const result = work();
  for (let at = from; at < loadedParts.length; at++) inTime[at] = true;
  return result;
}

/** The first part of which the program may have had something without taps; undefined if there is none. */
export function untappedPart(): string | undefined {
  for (let at = 0; at < loadedParts.length; at++) {
    const part = loadedParts[at] as string;
    if (inTime[at] !== true && apply(has, LATE, [part])) return part;
  }
  return undefined;
}
