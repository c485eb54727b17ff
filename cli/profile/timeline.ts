/** The timeline of a run: when each function was on the stack of each thread. It is plain data, and nothing of Node is used here. */
import type { Block } from "./blocks.ts";

export interface Lane {
  readonly pid: number;
  /** 0 is the main thread of its process. */
  readonly thread: number;
  /** Whether it is the thread in which some versions of Node run module hooks, and no code of the program. */
  readonly isHookThread: boolean;
  readonly blocks: readonly Block[];
}

/** Times are microseconds. */
export interface Timeline {
  /** When the profile was read, in milliseconds since 1970. The times of functions from this profile have the same. */
  readonly at: number;
  /** The time from the first sample of the first thread to the last sample of all threads. */
  readonly took: number;
  /** The usual time between two samples of a thread. */
  readonly interval: number;
  /** Blocks shorter than this are joined; 0 if none are. */
  readonly least: number;
  /** The keys of functions in profiles. Blocks refer to them by index. */
  readonly functions: readonly string[];
  /** In the order in which the threads began. */
  readonly lanes: readonly Lane[];
}
