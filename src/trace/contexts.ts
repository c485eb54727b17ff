/**
 * Contexts: code in which some calls have other results (src/api/context.ts makes them). Which one the running code belongs to is kept by an
 * AsyncLocalStorage, as promises, timers and callbacks go on in the context that they were begun in.
 */
import { AsyncLocalStorage } from "node:async_hooks";

/** What a call is tweaked to. */
export interface Tweak {
  /** The value as it was given. */
  readonly given: unknown;
  /** The value as the codec wrote it; null where it could not. */
  readonly bytes: Uint8Array | null;
  /** Stands for the value. Two tweaks with one digest have equal values. */
  readonly digest: string;
}

/** All tweaks that hold somewhere. A set that has been asked for its `id` takes no more of them: others take its place. */
export interface Tweaks {
  /** Stands for all of them, also in other processes; null where nothing can: then nothing is kept. */
  readonly id: string | null;
  /** How many of them are of calls that had no key: these have no part in `find`. */
  readonly withoutKey: number;
  /** The sum of hashes of them all; null where one of them has none. */
  readonly sum: bigint | null;
  /** @param key of a call, as it is outside of all contexts */
  find(key: string): Tweak | undefined;
  /** The same for those that are not in `outer`. */
  findHere(key: string): Tweak | undefined;
  /** Those that held before the last ones came, or around the context; null where there were none. */
  readonly outer: Tweaks | null;
}

export interface Context {
  /** Null as long as nothing is tweaked, there or around. */
  readonly tweaks: Tweaks | null;
  /** Nothing more is tweaked there. */
  readonly isFixed: boolean;
}

/** The context that the body of a memoized call runs in: a call sees what was tweaked when it was made, however long it runs. */
export function fixed({ tweaks }: Context): Context {
  // A set that has been asked for its id takes no more tweaks.
  void tweaks?.id;
  return { tweaks, isFixed: true };
}

// From before the taps, which would take what dumbo does for the program's. On Node 24, `run` calls `enterWith`.
const { getStore, enterWith, run } = AsyncLocalStorage.prototype;

let storage: AsyncLocalStorage<Context | null> | null = null;

/** The context of the running code, or null. */
export function currentContext(): Context | null {
  return storage === null ? null : (storage.getStore() ?? null);
}

/** Runs work, and what it leaves to run later, in a context; null for outside of all. */
export function runInContext<T>(context: Context | null, work: () => T): T {
  if (context === null && storage === null) return work();
  storage ??= Object.assign(new AsyncLocalStorage<Context | null>(), { getStore, enterWith, run });
  return storage.run(context, work);
}
