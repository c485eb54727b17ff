/** What the code of a pipeline hands over, put in order: which function and which arguments each of its calls has. */

/** The calls of a pipeline by numbers, the first call first. See `PipelineFunction` in src/code/guard-text.ts. */
export interface PipelineShape {
  /** For each call, how many arguments stand before the result that it is given, and how many behind it. */
  readonly counts: readonly number[];
  /** The number of the last call in the first expression. */
  readonly asksAt: number;
  /**
   * The numbers of the values that are read by the last one, a function of its own, because to read them may throw; null where there is no such
   * function. It may read more, which the code reads between the calls.
   */
  readonly throwing: readonly number[] | null;
}

/** One call, as it is about to be made: without the result that it is given. */
export interface Stage {
  readonly fn: unknown;
  readonly before: readonly unknown[];
  readonly after: readonly unknown[];
}

/** @param shape as the rewrite writes it */
export function readShape(shape: string): PipelineShape {
  const [calls = "", throwing] = shape.split(";");
  const [first = "", later = ""] = calls.split("|");
  const counts = numbersOf(first);
  return {
    counts: [...counts, ...numbersOf(later)],
    asksAt: counts.length / 2 - 1,
    throwing: throwing === undefined ? null : numbersOf(throwing),
  };
}

function numbersOf(list: string): number[] {
  return list === "" ? [] : list.split(" ").map(Number);
}

export function callsIn({ counts }: PipelineShape): number {
  return counts.length / 2;
}

/**
 * The calls of a pipeline; null where a binding has no value yet. The program then comes to that error by itself.
 * @param handed the values that the code hands over: those which may throw are read by the last one
 */
export function stagesOf({ counts, throwing }: PipelineShape, handed: readonly unknown[]): Stage[] | null {
  const values = throwing === null ? handed : withThrowing(handed, throwing);
  if (values === null) return null;
  const heads: { readonly fn: unknown; readonly before: unknown[] }[] = [];
  let at = 0;
  // The code reads the outermost function first.
  for (let n = counts.length / 2 - 1; n >= 0; n--) {
    const before = counts[2 * n] as number;
    heads.unshift({ fn: values[at], before: values.slice(at + 1, at + 1 + before) });
    at += 1 + before;
  }
  return heads.map((head, n) => {
    const after = counts[2 * n + 1] as number;
    at += after;
    return { ...head, after: values.slice(at - after, at) };
  });
}

/** All values in the order of the code; null where one cannot be read. */
function withThrowing(handed: readonly unknown[], throwing: readonly number[]): unknown[] | null {
  const values = handed.slice(0, -1);
  let read: unknown[];
  try {
    read = (handed.at(-1) as () => unknown[])();
  } catch (error) {
    if (error instanceof ReferenceError) return null;
    throw error;
  }
  for (let n = 0; n < throwing.length; n++) values.splice(throwing[n] as number, 0, read[n]);
  return values;
}
