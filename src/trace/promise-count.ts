/**
 * Whether running code makes promises. A recorded call that made none, and asked for nothing that is answered later, has left nothing that
 * goes on when it returns: whatever its code could do, it did not.
 *
 * V8's hook tells every promise of the process, whoever makes it: async functions, `then`, `await`, `import()`, Node itself.
 */
import { promiseHooks } from "node:v8";

// Captured before it is tapped: to a recorded call around, it would be an effect.
const { createHook } = promiseHooks;

let made = 0;
let watchers = 0;
let stop: (() => void) | null = null;

/** Counts promises until {@link unwatchPromises}. @returns how many there were so far */
export function watchPromises(): number {
  if (watchers++ === 0) {
    stop = createHook({
      init: () => {
        made++;
      },
    }) as unknown as () => void;
  }
  return made;
}

export function promisesMade(): number {
  return made;
}

/** @returns whether promises were made since `before` */
export function unwatchPromises(before: number): boolean {
  if (--watchers === 0) {
    stop?.();
    stop = null;
  }
  return made !== before;
}
