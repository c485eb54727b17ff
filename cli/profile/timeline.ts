/** When which function was on the stack of which thread, in a run. Plain data: nothing of Node is used here. */
import type { Block } from "./blocks.ts";

export interface Lane {
  readonly pid: number;
  /** 0 is the main thread of its process. */
  readonly thread: number;
  /** Whether it is the thread in which some versions of Node run hooks of module loading, and none of the program's. */
  readonly isHookThread: boolean;
  readonly blocks: readonly Block[];
}

/** Times are microseconds. */
export interface Timeline {
  /** When the profile was read, in milliseconds since 1970: that of the times of functions. */
  readonly at: number;
  /** From the first sample of the first thread to the last one of all. */
  readonly took: number;
  /** Between two samples of a thread, as a rule. */
  readonly interval: number;
  /** Shorter blocks than this are put together; 0 if none are. */
  readonly least: number;
  /** Keys of functions, as profiles have them: blocks have their numbers. */
  readonly functions: readonly string[];
  /** In the order in which the threads began. */
  readonly lanes: readonly Lane[];
}
