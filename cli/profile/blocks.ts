/** The blocks of a timeline. The page of the report draws them, so nothing of Node is used here. */

/**
 * `ran`: the body of a function was on the stack. `answered`: the function was on the stack, but only dumbo worked, and answered its calls.
 * `dumbo`: dumbo worked for a call whose body ran, or loaded a module.
 */
export const BLOCK_KINDS = ["ran", "answered", "dumbo"] as const;
export type BlockKind = (typeof BLOCK_KINDS)[number];

/**
 * A stretch of time, in microseconds from the beginning of the run. `depth` is the number of functions around it on the stack. `what` is the
 * number of a function. If it is negative, the block stands for so many joined blocks; -1 is also a block of dumbo itself. `kind` is an
 * index of {@link BLOCK_KINDS}.
 */
export type Block = readonly [from: number, took: number, depth: number, what: number, kind: number];

/** How many blocks one stands for. */
export function countOf([, , , what]: Block): number {
  return what < 0 ? -what : 1;
}

/**
 * Joins short blocks that follow each other at one depth, so that the drawing stays readable and no time is lost.
 * @param least a block of so many microseconds is not joined, and neither are two blocks with a longer gap between them
 */
export function joinShort(blocks: readonly Block[], least: number): Block[] {
  const joined: Block[] = [];
  for (const level of byDepth(blocks)) joined.push(...joinLevel(level, least));
  return joined;
}

function byDepth(blocks: readonly Block[]): Block[][] {
  const levels: Block[][] = [];
  for (const block of blocks) {
    const level = levels[block[2]] ?? [];
    levels[block[2]] = level;
    level.push(block);
  }
  return levels.filter(Boolean).map((level) => level.sort((a, b) => a[0] - b[0]));
}

function joinLevel(level: readonly Block[], least: number): Block[] {
  const joined: Block[] = [];
  let run: Block[] = [];
  const close = () => {
    if (run.length > 0) joined.push(asOne(run));
    run = [];
  };
  for (const block of level) {
    const last = run.at(-1);
    const isShort = block[1] < least;
    if (!isShort || (last && block[0] - (last[0] + last[1]) > least)) close();
    if (isShort) run.push(block);
    else joined.push(block);
  }
  close();
  return joined;
}

/** One block for a run of blocks. Its kind is that of most of their time. */
function asOne(run: readonly Block[]): Block {
  const [first, last] = [run[0] as Block, run.at(-1) as Block];
  if (run.length === 1) return first;
  const byKind = BLOCK_KINDS.map((_, kind) => run.reduce((sum, block) => sum + (block[4] === kind ? block[1] : 0), 0));
  const count = run.reduce((sum, block) => sum + countOf(block), 0);
  return [first[0], last[0] + last[1] - first[0], first[2], -count, byKind.indexOf(Math.max(...byKind))];
}
