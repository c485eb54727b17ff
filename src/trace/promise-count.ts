/**
 * Whether running code makes promises. A recorded call that made none, and asked for nothing that is answered later, has left nothing that
 * goes on when it returns: whatever its code could do, it did not.
 */
import { hookPromises } from "./promise-hooks.ts";

let made = 0;
let watchers = 0;
let stop: (() => void) | null = null;

/** Counts promises until {@link unwatchPromises}. @returns how many there were so far */
export function watchPromises(): number {
  if (watchers++ === 0) {
    stop = hookPromises({
      init: () => {
        made++;
      },
    });
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
