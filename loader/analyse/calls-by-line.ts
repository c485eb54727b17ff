/** The calls of a file, and what else asks, that may be those of which a tap tells, by their lines: the tap tells the line. */
import type { Node, Scopes } from "../../audit/scan/syntax.ts";
import { visitAll } from "../parse/children.ts";
import { parseUndecided } from "../parse/parse.ts";
import { analyseScopes } from "../parse/scopes.ts";

export interface CallsOfFile {
  readonly scopes: Scopes;
  readonly calls: CallsByLine;
}

/**
 * @param mayTell whether a node may be such a call
 * @returns null where nobody knows which names are those of bindings, or which lines V8 counts
 * @throws SyntaxError where the file cannot be parsed
 */
export function callsOfFile(text: string, mayTell: (node: Node, scopes: Scopes) => boolean): CallsOfFile | null {
  // V8 counts these as ends of lines, too.
  if (/\r(?!\n)|[\u2028\u2029]/.test(text)) return null;
  const { program, kind } = parseUndecided(text);
  const scopes = analyseScopes(program, kind, { findsOnce: false });
  if (scopes.evaluators.size > 0 || scopes.isEvaluating) return null;
  const calls = new CallsByLine(program as unknown as Node, startsOf(text), (node) => mayTell(node, scopes));
  // In a `with`, nobody knows which names are those of bindings.
  return calls.hasWith ? null : { scopes, calls };
}

function startsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

export class CallsByLine {
  readonly #starts: readonly number[];
  readonly #byLine = new Map<number, Node[]>();
  /** Whether the file has a `with`. */
  readonly hasWith: boolean;

  constructor(program: Node, starts: readonly number[], mayTell: (node: Node) => boolean) {
    this.#starts = starts;
    let hasWith = false;
    visitAll(
      program,
      (node) => {
        hasWith ||= node.type === "WithStatement";
        if (mayTell(node)) this.#add(node);
      },
      () => undefined,
    );
    this.hasWith = hasWith;
  }

  #add(node: Node): void {
    for (const line of this.#linesOf(node)) {
      const list = this.#byLine.get(line) ?? [];
      list.push(node);
      this.#byLine.set(line, list);
    }
  }

  on(line: number): readonly Node[] {
    return this.#byLine.get(line) ?? [];
  }

  /** Whether one of the lines on which a call may be told of is among these. */
  isOnSome(call: Node, lines: ReadonlySet<number>): boolean {
    return this.#linesOf(call).some((line) => lines.has(line));
  }

  /** The lines on which a tap may say that a node is: those of what is called, or of all of it. */
  #linesOf(node: Node): readonly number[] {
    const first = this.lineOf(node);
    const last = this.lineOf((node.callee ?? node.tag ?? node) as Node, "end");
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  }

  /** The line on which a node begins, or ends, counted from 1. */
  lineOf(node: Node, side: "start" | "end" = "start"): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] as number) <= node[side]) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
