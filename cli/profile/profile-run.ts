/** Computes from the profiles of a run how long each function took, and when each was on the stack. */
import type { FunctionTime } from "../../src/policy/times.ts";
import { joinShort } from "./blocks.ts";
import type { CpuProfile, ProfiledThread } from "./cpu-profile.ts";
import type { ProgramFunctions } from "./program-functions.ts";
import { stacksOf } from "./stacks.ts";
import { threadBlocks } from "./thread-blocks.ts";
import { TimeSum } from "./time-sum.ts";
import type { Lane, Timeline } from "./timeline.ts";

/** The most blocks that are kept of a run. */
const MOST_BLOCKS = 10_000;

export interface ProfiledRun {
  /** Milliseconds. */
  readonly ran: number;
  readonly dumbo: number;
  readonly functions: Readonly<Record<string, FunctionTime>>;
  readonly timeline: Timeline;
}

/**
 * @param threads in the order in which they began
 * @param at when the profiles are read, in milliseconds since 1970
 */
export function profiledRun(
  threads: readonly ProfiledThread[],
  functions: ProgramFunctions,
  at: number,
  mostBlocks = MOST_BLOCKS,
): ProfiledRun {
  const sum = new TimeSum();
  const numbers = new Map<string, number>();
  const numberOf = (key: string) => {
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  };
  const began = threads[0]?.profile.startTime ?? 0;
  const lanes = threads.map(({ pid, thread, profile }) => {
    const stacks = stacksOf(profile, functions);
    sum.add(profile, stacks);
    return { pid, thread, isHookThread: isHookThread(profile), blocks: threadBlocks(profile, stacks, began, numberOf) };
  });
  const interval = Math.max(1, median(threads.flatMap(({ profile }) => profile.timeDeltas)));
  const took = Math.max(0, ...threads.map(({ profile }) => endOf(profile) - began));
  const { lanes: shown, least } = bounded(lanes, { interval, took, most: mostBlocks });
  const timeline = { at, took, interval, least, functions: [...numbers.keys()], lanes: shown };
  return { ran: sum.ran, dumbo: sum.dumbo, functions: sum.times, timeline };
}

function isHookThread({ nodes }: CpuProfile): boolean {
  return nodes.some(({ callFrame: { url } }) => url === "node:internal/modules/esm/worker");
}

/** Joins ever longer blocks, until there are few enough, or until blocks as long as the run are joined. */
function bounded(
  lanes: readonly Lane[],
  { interval, took, most }: { readonly interval: number; readonly took: number; readonly most: number },
): Pick<Timeline, "lanes" | "least"> {
  let least = 0;
  let shown = lanes;
  while (least <= took && shown.reduce((sum, { blocks }) => sum + blocks.length, 0) > most) {
    const next = 2 * Math.max(interval, least);
    least = next;
    shown = lanes.map((lane) => ({ ...lane, blocks: joinShort(lane.blocks, next) }));
  }
  return { least, lanes: shown };
}

function endOf({ startTime, timeDeltas }: CpuProfile): number {
  return timeDeltas.reduce((sum, delta) => sum + delta, startTime);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
