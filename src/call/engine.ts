/** What the library (src/api) uses of a thread in which dumbo runs. */
import { beginKey, currentKey, HAS_DEAD_ZONES } from "../code/captured-scope.ts";
import { textHash } from "../code/class-shape.ts";
import { noteScript } from "../code/closures.ts";
import { scriptOf, sourceOf } from "../code/code-places.ts";
import { noteSeeding, standFor } from "../code/hand-memoized.ts";
import { openFunction, scriptNames, scriptUrls } from "../code/inspect-function.ts";
import { LiveModule, LiveUnit } from "../code/live-module.ts";
import type { Registry } from "../code/registry.ts";
import { decode, encode } from "../codec/codec.ts";
import { holdPlainData } from "../codec/plain-bytes.ts";
import { hash128, hashText } from "../hash.ts";
import type { ReachCache } from "../key/reach-cache.ts";
import { describe } from "../reason/describe.ts";
import type { StoredItem } from "../store/disk/contents.ts";
import type { Store } from "../store/store.ts";
import { bookCall, bookFinding } from "../trace/booking.ts";
import { currentContext, runInContext } from "../trace/contexts.ts";
import { current, makeStorage, runFurther, state } from "../trace/frames.ts";
import { NO_TRACE, unpackTrace } from "../trace/trace.ts";
import { step } from "../value/time-limit.ts";
import { Unkeyable } from "../value/unkeyable.ts";
import { keyOf } from "./call.ts";
import { readEntries, readParts } from "./entry.ts";
import { FoundSite } from "./found-site.ts";
import { HandSite } from "./hand-site.ts";
import type { Host } from "./host.ts";
import { ContextKey, entriesAround } from "./in-context.ts";
import { Memoizer } from "./memoizer.ts";
import { argumentsOf } from "./shown-arguments.ts";
import { decodeEntry, valueBytes } from "./validate.ts";

/**
 * Functions that the library must take from the running thread, and not from its own bundle: they share their state with the thread's
 * memoizer, and a second copy would have a state of its own.
 */
export const ENGINE_TOOLS = {
  HAS_DEAD_ZONES,
  FoundSite,
  HandSite,
  LiveModule,
  LiveUnit,
  Memoizer,
  ContextKey,
  NO_TRACE,
  Unkeyable,
  argumentsOf,
  beginKey,
  bookCall,
  bookFinding,
  current,
  currentContext,
  currentKey,
  decode,
  decodeEntry,
  describe,
  encode,
  entriesAround,
  hash128,
  hashText,
  holdPlainData,
  keyOf,
  makeStorage,
  noteScript,
  noteSeeding,
  openFunction,
  readEntries,
  readParts,
  runFurther,
  runInContext,
  scriptNames,
  scriptOf,
  scriptUrls,
  sourceOf,
  standFor,
  state,
  step,
  textHash,
  unpackTrace,
  valueBytes,
} as const;

/** What a derived memoizer does otherwise than the thread's own. */
export type OtherHost = Partial<Pick<Host, "store" | "verifies">>;

/** A memoizer with its host, and where it keeps results. */
export interface ResultPlace {
  readonly host: Host;
  readonly memoizer: Memoizer;
  /** The folder of the store. */
  readonly directory: string;
}

/** Another place for results than the thread's own. */
export interface OtherStore {
  /** Absolute path. */
  readonly directory: string;
  /** Bytes; null for as much as the thread's own may take. */
  readonly maxSize: number | null;
}

export interface Engine {
  readonly host: Host;
  readonly memoizer: Memoizer;
  readonly registry: Registry;
  readonly reachCache: ReachCache;
  /** Folder of the project. */
  readonly root: string;
  readonly tools: typeof ENGINE_TOOLS;
  /** Makes another memoizer, which ends with the thread's own. */
  readonly derive: (other: OtherHost, directory: string) => ResultPlace;
  /** The folder of the thread's own store. */
  readonly directory: string;
  /**
   * Opens another store, once for each folder; null where it cannot be opened, of which the user is told. It is written at exit, as the
   * thread's own is.
   */
  readonly openStore: (other: OtherStore) => Store | null;
  /** A random number from 0 to 1, unaudited. */
  readonly random: () => number;
  /** All records that programs have put into a store. Cost: a walk through it. */
  readonly listItems: (directory: string) => readonly StoredItem[];
  /** Calls back for each record of the stores that this thread uses. Cost: a walk through them. */
  readonly visitRecords: (visit: (key: string, record: Uint8Array) => void) => void;
  /** Writes what waits to be written. */
  readonly commit: () => void;
}
