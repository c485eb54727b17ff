/** One call of a guarded function, and what the memoizer needs from outside of the core to answer it. */
import { types } from "node:util";
import type { GuardFunction } from "../code/guard-text.ts";
import type { Site } from "../code/manifest.ts";
import type { Reach } from "../code/reach.ts";
import type { LiveModule, Registry } from "../code/registry.ts";
import type { ReachBook } from "../key/functions.ts";
import { type Call, type Key, makeKey } from "../key/key.ts";
import { Unkeyable } from "../key/value-walk.ts";
import type { Known, Policy } from "../policy/policy.ts";
import type { Owner, Store } from "../store/store.ts";
import type { Outside } from "../trace/trace.ts";
import type { LiveSite } from "./site.ts";

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

/** One call of a guarded function. */
export interface Asked {
  readonly live: LiveSite;
  readonly guard: GuardFunction;
  readonly self: unknown;
  readonly args: readonly unknown[];
}

/** A call that has to run. */
export interface Miss {
  readonly key: Key;
  readonly reach: Reach;
  readonly keyMs: number;
  /** Other processes wait for it: the store has to be told when it is over. */
  readonly isClaimed: boolean;
}

/** Whether a call does the same when its body runs later: nothing that it reads can change meanwhile. */
export function mayRunLater({ site }: LiveSite, { walk }: Key, reach: Reach, book: ReachBook): boolean {
  const isFixed = site.async && walk.seen.size === 0 && !walk.traits.has("floating");
  return isFixed && book.isConstant(reach);
}

/** What a key is made of. */
export function callOf({ site }: LiveSite, reach: Reach, self: unknown, args: readonly unknown[]): Call {
  // The path tells a static method from another of the same name.
  const path = site.access.kind === "path" ? site.access.path.join(".") : "";
  return { name: `${site.name} ${path}`, reach, self: site.usesThis ? self : undefined, args, levels: site.levels };
}

/**
 * @param nodes abandon after so many values
 * @throws {Unkeyable} or what reading the state throws
 */
export function keyOf(
  { book, env }: Surroundings,
  live: LiveSite,
  reach: Reach,
  self: unknown,
  args: readonly unknown[],
  nodes: number,
): Key {
  const key = makeKey(callOf(live, reach, self, args), book, nodes, env());
  if (live.site.async) {
    const { seen, reaches } = key.walk;
    const changing = book.changeable(live.unit, live.site.late, { self, args, seen, reaches });
    if (changing !== null) throw new Unkeyable(changing);
  }
  return key;
}

/** Whether an argument is a callback, or has some among its own properties. */
export function holdsFunction(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value === "function";
  if (types.isProxy(value) || ArrayBuffer.isView(value)) return false;
  return Object.values(Object.getOwnPropertyDescriptors(value)).some(({ value: own }) => typeof own === "function");
}
