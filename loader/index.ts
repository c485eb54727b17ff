/** What a program may import of dumbo. */

/**
 * Writes all results of this thread that wait to be written, now: they outlast whatever happens to the process. Nobody
 * has to call it; results are written after a second, and when the program ends. Does nothing without dumbo/auto.
 */
export function commit(): void {
  (Reflect.get(globalThis, Symbol.for("dumbo")) as { commit?: () => void } | undefined)?.commit?.();
}
