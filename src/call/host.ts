/** What the memoizer needs from outside of the core. */
import type { Site } from "../code/manifest.ts";
import type { LiveModule, Registry } from "../code/registry.ts";
import type { ReachBook } from "../key/functions.ts";
import type { Known, Policy } from "../policy/policy.ts";
import type { Owner, Store } from "../store/store.ts";
import type { Outside } from "../trace/trace.ts";

export interface Host {
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
  /** What recorded calls have seen outside, asked again. */
  readonly outside: Outside;
  /** Whether a hit is to be computed all the same, and compared. */
  readonly verifies: () => boolean;
  /** Whether an entry of this function was found wrong, in this run or an earlier one. */
  readonly isDistrusted: (module: LiveModule, index: number) => boolean;
  /** What earlier runs know of a function: expected milliseconds of a call, and what its hits saved; null if nothing. */
  readonly known: (module: LiveModule, site: Site) => Known | null;
  /** Whose entries those of a function are, and how many and how old they may be. */
  readonly owner: (module: LiveModule, site: Site) => Owner;
  /** Bytes of the largest value that is stored. */
  readonly valueLimit: number;
  /** Runs dumbo's own work with the audit suspended. */
  readonly unaudited: <T>(work: () => T) => T;
  /** Brings the audit up to date, before a body runs in a frame. */
  readonly beforeRun: () => void;
  /** Runs something on the next turn of the event loop, without keeping the process for it. */
  readonly later: (work: () => void) => void;
  /** Waits for so many milliseconds, and keeps the process meanwhile. */
  readonly sleep: (ms: number) => Promise<void>;
  readonly log: (line: string) => void;
  /** One line that the user has to see. */
  readonly report: (line: string) => void;
}
