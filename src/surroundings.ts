import type { ReachBook } from "./code-book.ts";
import type { Site } from "./manifest.ts";
import type { Known, Policy } from "./policy.ts";
import type { LiveModule, Registry } from "./registry.ts";
import type { Store } from "./store/store.ts";

/** What the memoizer needs from outside of the core. */
export interface Surroundings {
  readonly registry: Registry;
  readonly book: ReachBook;
  readonly policy: Policy;
  /** Opened at the first look-up; null when it cannot be. */
  readonly store: () => Store | null;
  /** Milliseconds since the process started, unaudited. */
  readonly now: () => number;
  readonly env: () => NodeJS.ProcessEnv;
  /** Why nothing can be cached at the moment (a built-in was replaced), or null. */
  readonly forbidden: () => string | null;
  /** What earlier runs know of a function: expected milliseconds of a call, and what its hits saved; null if nothing. */
  readonly known: (module: LiveModule, site: Site) => Known | null;
  /** Bytes of the largest value that is stored. */
  readonly valueLimit: number;
  /** Runs dumbo's own work with the audit suspended. */
  readonly unaudited: <T>(work: () => T) => T;
  /** Brings the audit up to date, before a body runs in a frame. */
  readonly beforeRun: () => void;
  /** Runs something on the next turn of the event loop, without keeping the process for it. */
  readonly later: (work: () => void) => void;
  readonly log: (line: string) => void;
}
