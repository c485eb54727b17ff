/** Traces of what was typed at the prompt: the columns are those of the text that was typed, and Node cuts them where it would without dumbo. */

/** A frame of a trace, or what is printed in its place. */
export type Shown = { toString(): string };

/** Of a line: from which column on of the text that runs which column was typed, both counted from 0. */
type Columns = readonly (readonly [ran: number, typed: number])[];

const inputs = new Map<string, readonly Columns[]>();
/** The error that the REPL prints next. */
let reported: unknown = null;

/** Notes what an input is called in traces, and where its columns are in what was typed. */
export function noteInput(file: string, columns: readonly Columns[]): void {
  inputs.set(file, columns);
}

/** Notes an error that the REPL is about to print. */
export function noteReported(error: unknown): void {
  reported = error;
}

/** A frame with the column that was typed. @param site the place that the frame shows */
export function asTyped(shown: Shown, site: NodeJS.CallSite): Shown {
  if (inputs.size === 0) return shown;
  const file = site.getFileName?.() ?? "";
  const [line, column] = [site.getLineNumber?.() ?? 0, site.getColumnNumber?.() ?? 0];
  const columns = inputs.get(file)?.[line - 1];
  if (columns === undefined) return shown;
  const typed = typedColumn(columns, column - 1) + 1;
  const text = shown.toString().replace(`${file}:${line}:${column}`, () => `${file}:${line}:${typed}`);
  return { toString: () => text };
}

function typedColumn(columns: Columns, ran: number): number {
  let typed = ran;
  for (const [from, to] of columns) {
    if (from > ran) break;
    typed = to + ran - from;
  }
  return typed;
}

/**
 * The frames that the REPL shows of an error that it prints: Node cuts at the last one without a name, in a trace that has more frames
 * than the program asked for where dumbo's own stand among them.
 * @param frames as many as the program has
 * @param limit as many as it asked for
 */
export function asReported<F extends { readonly site: NodeJS.CallSite }>(
  error: unknown,
  frames: readonly F[],
  limit: number,
): readonly F[] {
  if (reported === null || error !== reported) return frames;
  reported = null;
  // Node has cut at the input, and not below.
  if (frames.length < limit && !frames.some(({ site }) => site.getFileName() === "node:repl")) return frames;
  const seen = frames.slice(0, limit);
  return seen.slice(
    0,
    seen.findLastIndex(({ site }) => site.getFunctionName() === null),
  );
}
