/** Functions that only guarded functions call, in their loops: a guard there costs more than it saves. */
import { isWithin, type Node, type Scopes } from "../../audit/scan/syntax.ts";
import { isExported } from "./binding-source.ts";
import type { Candidate } from "./candidates.ts";
import type { Guard } from "./guard-form.ts";

export interface LoopQuestions {
  /** Whether a guarded function, or one of its module that it calls, reads files or prints. */
  readonly looksOutside: (guard: Guard) => boolean;
  /** Whether a guarded function has asked for its guard. */
  readonly isKept: (guard: Guard) => boolean;
}

/**
 * Takes the guard from functions that are only called in loops of guarded functions of the same module. A hit of the outer
 * function saves their calls as well, and in a hot loop even a guard that is off takes time. An outer function that reads
 * files or prints does not count: one edited file makes it miss, and then hits of what it calls are worth having.
 */
export function dropInnerLoops(
  guards: Guard[],
  candidates: readonly Candidate[],
  scopes: Scopes,
  { looksOutside, isKept }: LoopQuestions,
  onDrop: (guard: Guard) => void,
): void {
  const guarded = new Set(guards.filter((guard) => !looksOutside(guard)).map(({ node }) => node));
  const isInner = ({ node }: Guard) => {
    const candidate = candidates.find((item) => item.node === node);
    if (!candidate?.variable || candidate.exported || isExported(candidate.variable, scopes)) return false;
    const calls = scopes.of(candidate.variable).filter((use) => !use.init && !isWithin(use.node, node));
    return calls.length > 0 && calls.every((use) => isCalledInLoop(use.node, guarded, scopes.parents));
  };
  for (const guard of guards.filter((guard) => !isKept(guard) && isInner(guard))) {
    guards.splice(guards.indexOf(guard), 1);
    onDrop(guard);
  }
}

/** Whether a name is called, in a loop or a callback, by one of these functions. */
function isCalledInLoop(name: Node, callers: ReadonlySet<Node>, parents: ReadonlyMap<Node, Node>): boolean {
  const call = parents.get(name);
  if (call?.type !== "CallExpression" || call.callee !== name) return false;
  let repeats = false;
  for (let node = parents.get(call); node; node = parents.get(node)) {
    if (callers.has(node)) return repeats;
    if (/^(For|While|DoWhile)|Function/.test(node.type)) repeats = true;
  }
  return false;
}
