import { state } from "../src/trace/frames.ts";
import { asAtStart } from "./builtins/as-at-start.ts";

/** Runs dumbo's own work, or Node's loading, without the audit. */
export function unaudited<T>(work: () => T): T {
  state.suspended++;
  try {
    return work();
  } finally {
    state.suspended--;
  }
}

/** {@link apart}, as it is handed on. */
export type Apart = <T>(work: () => T, otherwise: T) => T;

/**
 * Runs dumbo's own work, in which no code of the program runs, without the audit and by the language as it was before the program ran.
 * @param otherwise the answer where the program has seen to it that the language cannot be had so
 */
export function apart<T>(work: () => T, otherwise: T): T {
  return unaudited(() => asAtStart(work, otherwise));
}
