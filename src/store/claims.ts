/**
 * One call at a time over all processes, for calls that take long: who begins one says so in a file, and others that
 * ask for the same wait for its entry. A wait stops the thread just as the call itself would; it ends when the entry is
 * there, when the other gave up or died, and at the latest when computing would have ended, too.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { heldSince, pause, release, take } from "./lock.ts";

const PLACE = "claims";
/** How much longer than usual the other may take before it counts as stuck. */
const SLACK = 1.25;

export class Claims {
  readonly #folder: string;
  readonly #held = new Map<string, string>();

  /** @param folder the store's */
  constructor(folder: string) {
    this.#folder = join(folder, PLACE);
  }

  /**
   * Begins a call, or waits for another process that is at it.
   * @param cost milliseconds that it is expected to take
   * @param look looks for its entry
   * @returns the entry; undefined if this process has to compute it
   */
  begin<T>(key: string, cost: number, look: () => T | undefined): T | undefined {
    const path = join(this.#folder, key);
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const name = take(path);
    if (name !== undefined) {
      this.#held.set(key, name);
      // Whoever had it until now may have written it meanwhile.
      return look();
    }
    // Two that wait for each other would wait for nothing.
    return this.#held.size > 0 ? undefined : waitFor(path, cost, look);
  }

  has(key: string): boolean {
    return this.#held.has(key);
  }

  /** Says that a call is over, whether it left an entry or not. */
  end(key: string): void {
    const name = this.#held.get(key);
    if (name === undefined) return;
    this.#held.delete(key);
    release(join(this.#folder, key), name);
  }
}

function waitFor<T>(path: string, cost: number, look: () => T | undefined): T | undefined {
  let waited = 0;
  for (let next = 1; waited < cost; waited += next, next = Math.min(2 * next, 16)) {
    const since = heldSince(path);
    const found = look();
    if (found !== undefined || since === undefined || Date.now() - since > SLACK * cost) return found;
    pause(next);
  }
  return undefined;
}
