/**
 * Makes traces of what was typed at the prompt what they are without dumbo: with the columns of the text that was typed, and cut at the same
 * frame.
 */
import type { Columns } from "../transform/repl-input.ts";

/** A frame of a trace, or what is printed in its place. */
export type Shown = { toString(): string };

/** By the name of the input in traces, the columns of each line. */
const inputs = new Map<string, readonly Columns[]>();
/** The error that the REPL prints next. */
let reported: unknown = null;

/**
 * @param file the name of an input in traces
 * @param columns of each of its lines
 */
export function noteInput(file: string, columns: readonly Columns[]): void {
  inputs.set(file, columns);
}

/** Notes an error that the REPL is about to print. */
export function noteReported(error: unknown): void {
  reported = error;
}

/** The frame with the column that its place has in the text that was typed. @param site the place that the frame shows */
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
 * The frames that the REPL would show of an error without dumbo. It cuts a trace at the last frame without a name. With dumbo, the trace may have
 * more frames than the program asked for, because dumbo's own stand among them.
 * @param frames the trace without dumbo's frames
 * @param limit how many frames the program asked for
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
