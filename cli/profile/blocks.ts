/** The blocks of a timeline. The page of the report draws them: nothing of Node is used here. */

/**
 * `ran`: a function's body was on the stack. `answered`: while the function was on the stack, only dumbo worked. `dumbo`: dumbo
 * worked, for a call whose body ran or to load a module.
 */
export const BLOCK_KINDS = ["ran", "answered", "dumbo"] as const;
export type BlockKind = (typeof BLOCK_KINDS)[number];

/**
 * A stretch of time, in microseconds from the beginning of the run. `depth` is the number of functions below it on the stack.
 * `what` is the number of a function; or, if it is negative, of so many blocks that are put together, or of dumbo itself (-1).
 * `kind` is an index of {@link BLOCK_KINDS}.
 */
export type Block = readonly [from: number, took: number, depth: number, what: number, kind: number];

/** The blocks that one stands for. */
export function countOf([, , , what]: Block): number {
  return what < 0 ? -what : 1;
}

/**
 * Puts short blocks that follow one another at a depth together: what is drawn has to stay readable, and no time may be lost.
 * @param least microseconds from which a block stays on its own; also the longest gap between two that are put together
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

/** The kind is that of most of their time. */
function asOne(run: readonly Block[]): Block {
  const [first, last] = [run[0] as Block, run.at(-1) as Block];
  if (run.length === 1) return first;
  const byKind = BLOCK_KINDS.map((_, kind) => run.reduce((sum, block) => sum + (block[4] === kind ? block[1] : 0), 0));
  const count = run.reduce((sum, block) => sum + countOf(block), 0);
  return [first[0], last[0] + last[1] - first[0], first[2], -count, byKind.indexOf(Math.max(...byKind))];
}
