/**
 * When the process ends: dumbo's work is done in front of what the program listens with, which does not come to its end where it ends the process at once;
 * and what has to see what that prints, behind it. No listener of dumbo's is among those of the process.
 */
import { listeners } from "../audit/builtins/originals.ts";
import { isEnding, watchOwnEvents } from "../audit/taps/process.ts";

/** A listener of Node's own, which it takes away again. */
const OF_NODE = "handleProcessExit";

export interface Endings {
  /** There is nothing left to do, unless somebody finds something. */
  readonly idle: () => void;
  /** The process ends. */
  readonly first: (code: number) => void;
  /** All listeners of the program have run. */
  readonly last: () => void;
}

export function watchEnd({ idle, first, last }: Endings): void {
  watchOwnEvents({
    before(event, code) {
      if (event === "beforeExit") idle();
      else if (isEnding()) first(code);
    },
    after(event) {
      if (event === "exit" && isEnding()) last();
    },
  });
}

/** Whether code of the program runs while the process ends. By no method of arrays: the program may have replaced those by now. */
export function listensToEnd(): boolean {
  const all = listeners("exit");
  for (let i = 0; i < all.length; i++) if (all[i]?.name !== OF_NODE) return true;
  return false;
}
