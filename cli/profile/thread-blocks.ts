/** Makes blocks of the samples of one thread: for each function, how long it stayed on the stack. */
import { BLOCK_KINDS, type Block, type BlockKind } from "./blocks.ts";
import type { CpuProfile } from "./cpu-profile.ts";
import type { Progress, Stack } from "./stacks.ts";

/** How many functions of a stack get blocks. Deeper ones count as part of their caller. */
const DEEPEST = 40;

interface Sample {
  /** The time for which it stands, in microseconds of the profile's clock. */
  readonly from: number;
  readonly to: number;
  readonly stack: Stack;
}

/** What a thread does at a moment. While it waits, it has no functions. */
interface Moment {
  readonly functions: readonly string[];
  readonly isDumbo: boolean;
  readonly progress: Progress;
}

interface OpenBlock {
  /** A function's key; null for dumbo. */
  readonly key: string | null;
  readonly from: number;
  readonly caller: OpenBlock | null;
  to: number;
  /** Whether a sample showed that the body ran, or that dumbo worked for a call whose body runs. */
  hasBody: boolean;
  /** The end of the last sample in which a call got a result; null if there was none. Counts only while `hasBody` is false. */
  answeredTo: number | null;
}

interface ClosedBlock extends OpenBlock {
  readonly depth: number;
}

const NOTHING: Moment = { functions: [], isDumbo: false, progress: "runs" };

/**
 * @param began the beginning of the run, by the profile's clock: the times of blocks count from there
 * @param numberOf the number of a function in the timeline
 */
export function threadBlocks(
  profile: CpuProfile,
  stacks: ReadonlyMap<number, Stack>,
  began: number,
  numberOf: (key: string) => number,
): Block[] {
  const samples = samplesOf(profile, stacks);
  const closed: ClosedBlock[] = [];
  const open: OpenBlock[] = [];
  const closeFrom = (depth: number) => {
    for (let at = open.length - 1; at >= depth; at--) closed.push({ ...(open[at] as OpenBlock), depth: at });
    open.length = depth;
  };
  samples.forEach(({ from, to }, index) => {
    const { functions, isDumbo, progress } = momentOf(samples, index);
    const keys: (string | null)[] = functions.slice(0, DEEPEST);
    const isCut = functions.length > DEEPEST;
    if (isDumbo && !isCut) keys.push(null);
    const inner = isCut || progress === "runs" ? -1 : functions.length - 1;
    const shared = keys.findIndex((key, at) => open[at]?.key !== key || (at === inner && open[at]?.hasBody));
    const kept = shared < 0 ? keys.length : shared;
    for (let at = 0; at < Math.min(kept, open.length); at++) if (at !== inner) endAnswered(open, at, closed);
    closeFrom(kept);
    for (const key of keys.slice(open.length)) {
      open.push({ key, from, caller: open.at(-1) ?? null, to, hasBody: false, answeredTo: null });
    }
    open.forEach((block, at) => {
      block.to = to;
      if (at !== inner) block.hasBody = true;
      else if (progress === "answered") block.answeredTo = to;
    });
  });
  closeFrom(0);
  return closed
    .filter(({ key, caller, from, to }) => key !== null || ((caller === null || caller.hasBody) && from < to))
    .map(({ key, from, to, depth, hasBody }) => {
      const kind: BlockKind = key === null ? "dumbo" : hasBody ? "ran" : "answered";
      const what = key === null ? -1 : numberOf(key);
      return [Math.round(from - began), Math.round(to - from), depth, what, BLOCK_KINDS.indexOf(kind)];
    });
}

/**
 * To be called when the body of a function begins to run. If a call before got a result, the time until then becomes a block of its own. A
 * call asks for its result only when it begins, so the time behind that may belong to the call whose body runs.
 */
function endAnswered(open: OpenBlock[], depth: number, closed: ClosedBlock[]): void {
  const block = open[depth] as OpenBlock;
  const { answeredTo } = block;
  if (answeredTo === null || block.hasBody) return;
  closed.push({ ...block, to: answeredTo, depth });
  const ran = { ...block, from: answeredTo, answeredTo: null };
  open[depth] = ran;
  const inner = open[depth + 1];
  // The inner block is dumbo's, because no body has run. Behind the answered calls, dumbo worked for the call whose body runs now.
  if (inner) open[depth + 1] = { ...inner, from: Math.max(inner.from, answeredTo), caller: ran };
}

/** The samples in the order of time, because V8 writes some late. A sample stands for the time since the one before it. */
function samplesOf({ samples, timeDeltas, startTime }: CpuProfile, stacks: ReadonlyMap<number, Stack>): Sample[] {
  let at = startTime;
  const ends = samples.map((id, index) => {
    at += timeDeltas[index] ?? 0;
    return { to: at, stack: stacks.get(id) ?? ({ kind: "idle" } as const) };
  });
  ends.sort((a, b) => a.to - b.to);
  return ends.map(({ to, stack }, index) => ({ from: ends[index - 1]?.to ?? startTime, to, stack }));
}

/** What a thread does in a sample. Work that V8 does not name belongs to the functions that are on the stack both before and after it. */
function momentOf(samples: readonly Sample[], index: number): Moment {
  const { stack } = samples[index] as Sample;
  if (stack.kind !== "unnamed") return named(stack);
  const before = named(nearest(samples, index, -1));
  const after = named(nearest(samples, index, 1));
  const differs = before.functions.findIndex((key, at) => after.functions[at] !== key);
  const functions = differs < 0 ? before.functions : before.functions.slice(0, differs);
  const isSame = functions.length === before.functions.length && functions.length === after.functions.length;
  const isDumbo = isSame && before.isDumbo && after.isDumbo;
  return { functions, isDumbo, progress: isDumbo ? before.progress : "runs" };
}

function nearest(samples: readonly Sample[], index: number, step: 1 | -1): Stack | undefined {
  let at = index + step;
  while (samples[at]?.stack.kind === "unnamed") at += step;
  return samples[at]?.stack;
}

function named(stack: Stack | undefined): Moment {
  return stack?.kind === "running" ? stack : NOTHING;
}
