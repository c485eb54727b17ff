/** What the memoizer needs from outside of src: settings, clocks, store and audit of its thread. */

import type { LiveModule } from "../code/live-module.ts";
import type { Site } from "../code/manifest.ts";
import type { Registry } from "../code/registry.ts";
import type { ReachCache } from "../key/reach-cache.ts";
import type { History, Policy } from "../policy/policy.ts";
import type { Reason } from "../reason/reason.ts";
import type { Owner, Store } from "../store/store.ts";
import type { CallTimes } from "../trace/call-times.ts";
import type { Outside } from "../trace/trace.ts";
import type { WorkClock } from "../value/work-clock.ts";

export interface Host {
  readonly registry: Registry;
  readonly reachCache: ReachCache;
  readonly policy: Policy;
  /** The store, opened at the first look-up; null when it cannot be opened. */
  readonly store: () => Store | null;
  /** The clock of dumbo's own work. */
  readonly work: WorkClock;
  /** What that clock shows: milliseconds since the process started, unaudited. */
  readonly now: () => number;
  /** How long calls take that wait. */
  readonly times: CallTimes;
  /** Why no call of the program is cached from now on (it has replaced a built-in, for example), or null. `all`: look at each built-in. */
  readonly forbidden: (all?: boolean) => Reason | null;
  /** Asks again for what recorded calls read, and prints and writes again what they printed and wrote. */
  readonly outside: Outside;
  /** The file whose code runs, or null where that cannot be told. */
  readonly callerFile: () => string | null;
  /** Whether the body of the next hit is to run as well, and to be compared with the entry. */
  readonly verifies: () => boolean;
  /** Whether that may be true at all. */
  readonly isVerifying: boolean;
  /** Whether an entry of this function was found wrong, in this run or an earlier one. */
  readonly isDistrusted: (module: LiveModule, site: Site) => boolean;
  /** What earlier runs know of a function; null if nothing. */
  readonly history: (module: LiveModule, site: Site) => History | null;
  /** The owner of a function's entries: the store bounds their number and age by owner. */
  readonly owner: (module: LiveModule, site: Site) => Owner;
  /** Bytes of the largest value that is stored. */
  readonly valueLimit: number;
  /** Runs dumbo's own work with the audit suspended. */
  readonly unaudited: <T>(work: () => T) => T;
  /** The same for work in which no code of the program runs, by the language as it was before the program ran; `otherwise` where it cannot be had so. */
  readonly apart: <T>(work: () => T, otherwise: T) => T;
  /** Brings the audit up to date. It has to be called before a body runs in a frame, or the frame misses effects. */
  readonly beforeRun: () => void;
  /** Runs work on the next turn of the event loop, without keeping the process alive for it. */
  readonly onNextTurn: (work: () => void) => void;
  /** Waits for so many milliseconds, and keeps the process alive meanwhile. */
  readonly sleep: (ms: number) => Promise<void>;
  /** One line that is printed only where `DUMBO_LOG` is set. */
  readonly log: (line: string) => void;
  /** One line that the user has to see. */
  readonly report: (line: string) => void;
}
