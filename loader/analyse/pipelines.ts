/**
 * Pipelines: calls of which each is given the result of the one before at once, as in `h(g(f(x), y))`, or by a constant that is read once, as in
 * `const a = f(x); return g(a, y)`. The rewrite asks the memoizer in front of one whether entries answer all of its calls, and hands over
 * what the calls read. So all of that is read twice, and nothing may show it: functions and arguments are names of bindings, or
 * literals, and no error may come earlier than it would.
 */
import { isBuiltin } from "node:module";
import type { Variable } from "eslint-scope";
import type { Node, Scopes } from "../../audit/scan/syntax.ts";
import { sourceOf } from "./binding-source.ts";
import { ConstantLinks } from "./constant-links.ts";
import { EarlyReads } from "./early-reads.ts";

export interface Pipeline {
  /** The calls, in the order in which they are made. */
  readonly calls: readonly Stage[];
  /** Where it is asked about: the number of the last call in the first expression. */
  readonly asksAt: number;
  /** What the calls read, in the order of the code. */
  readonly values: readonly ReadValue[];
  /** What the code around later calls reads before these, and may throw: it is read in vain, to see whether it does. */
  readonly between: readonly Node[];
}

/** A function or an argument of a call. */
export interface ReadValue {
  readonly node: Node;
  /** Whether to read it could throw an error before its time. */
  readonly mayThrow: boolean;
}

/** One call of a pipeline. */
export interface Stage {
  readonly node: Node;
  /** The function and the arguments before the result that it is given; for the first call, all of them. */
  readonly before: readonly Node[];
  readonly after: readonly Node[];
  /** The constant by which it is given the result of the call before; null for the first call, and where that stands inside of it. */
  readonly constant: Node | null;
}

export type Span = Pick<Node, "start" | "end">;

/** Of binary operators, those whose errors do not quote the text of an operand. */
const OPERATORS = new Set(["+", "-", "*", "/", "%", "**", "===", "!==", "==", "!=", "<", ">", "<=", ">="]);

/**
 * @param text the module's source
 * @param guarded bindings of the module that lead to functions with a guard
 * @param isTaken whether a probe or the like stands at or in a place
 */
export function findPipelines(
  text: string,
  scopes: Scopes,
  guarded: ReadonlySet<Variable>,
  isTaken: (span: Span) => boolean,
): Pipeline[] {
  if (scopes.isEvaluating || scopes.evaluators.size > 0) return [];
  const finder = new Finder(text, scopes, guarded);
  const found: Pipeline[] = [];
  const within = new Set<Node>();
  const find = (mayBe: (call: Node) => boolean) => {
    // An outer call comes before those in it.
    for (const { node } of scopes.uses) {
      const call = scopes.parents.get(node);
      if (call?.type !== "CallExpression" || call.callee !== node || within.has(call) || !mayBe(call)) continue;
      const calls = finder.stages(call);
      const first = calls?.[0];
      if (!calls || !first || calls.length < 2 || !finder.mayBeAsked(call)) continue;
      if (calls.some((stage) => within.has(stage.node)) || isTaken(spanOf(first.node, call))) continue;
      for (const stage of calls) within.add(stage.node);
      found.push(finder.pipeline(calls));
    }
  };
  find((call) => !finder.isHandedOn(call));
  // A call whose result is handed on to a call that may not be asked about ends a pipeline of its own.
  find(() => true);
  return found;
}

function spanOf(one: Node, other: Node): Span {
  return { start: Math.min(one.start, other.start), end: Math.max(one.end, other.end) };
}

/** The text that says which of the values each call has: see `PipelineFunction` in src/code/guard-text.ts. */
export function shapeOf({ calls, asksAt, values, between }: Pipeline): string {
  const counts = calls.map(({ before, after }) => `${before.length - 1} ${after.length}`);
  const first = counts.slice(0, asksAt + 1).join(" ");
  const later = counts.slice(asksAt + 1);
  const throwing = values.flatMap(({ mayThrow }, n) => (mayThrow ? [n] : []));
  const mayAnyThrow = throwing.length + between.length > 0;
  return `${first}${later.length > 0 ? `|${later.join(" ")}` : ""}${mayAnyThrow ? `;${throwing.join(" ")}` : ""}`;
}

class Finder {
  readonly #scopes: Scopes;
  readonly #guarded: ReadonlySet<Variable>;
  readonly #reads: EarlyReads;
  readonly #links: ConstantLinks;

  constructor(text: string, scopes: Scopes, guarded: ReadonlySet<Variable>) {
    this.#scopes = scopes;
    this.#guarded = guarded;
    this.#reads = new EarlyReads(text, scopes);
    this.#links = new ConstantLinks(scopes, this.#reads);
  }

  /** The calls that a call is made of, the first one first; null if it is no part of a pipeline. */
  stages(node: Node): Stage[] | null {
    if (node.type !== "CallExpression" || node.optional === true) return null;
    const callee = node.callee as Node;
    if (callee.type !== "Identifier" || !this.#mayHaveGuard(callee)) return null;
    const args = node.arguments as Node[];
    const at = args.findIndex((argument) => !this.#reads.isRepeatable(argument));
    const inner = at < 0 ? null : (args[at] as Node);
    if (inner === null) {
      for (const [n, argument] of args.entries()) {
        const origin = this.#links.originOf(argument);
        const before = [callee, ...args.slice(0, n)];
        const after = args.slice(n + 1);
        const rest =
          origin && [...before, ...after].every((one) => this.#reads.mayComeEarly(one)) && this.stages(origin);
        if (rest) return [...rest, { node, before, after, constant: argument }];
      }
      return [{ node, before: [callee, ...args], after: [], constant: null }];
    }
    const after = args.slice(at + 1);
    const before = [callee, ...args.slice(0, at)];
    const rest = after.every((one) => this.#reads.isRepeatable(one) && this.#reads.mayComeEarly(one))
      ? this.stages(inner)
      : null;
    const isLinked = rest?.some(({ constant }) => constant !== null);
    if (isLinked && !before.every((one) => this.#reads.mayComeEarly(one))) return null;
    return rest && [...rest, { node, before, after, constant: null }];
  }

  pipeline(calls: readonly Stage[]): Pipeline {
    const next = calls.findIndex(({ constant }) => constant !== null);
    const asksAt = (next < 0 ? calls.length : next) - 1;
    // In the first expression, what stands before the inner calls is read before them in any case.
    const value = (node: Node, isLater: boolean) => ({ node, mayThrow: isLater && !this.#reads.isHarmless(node) });
    const before = calls.map(({ before }, n) => before.map((node) => value(node, n > asksAt)));
    const after = calls.flatMap(({ after }) => after.map((node) => value(node, true)));
    const between = calls.flatMap(({ node }, n) => {
      const isOutermost = n > asksAt && (n === calls.length - 1 || calls[n + 1]?.constant !== null);
      return isOutermost ? this.#links.readAround(node).filter((one) => !this.#reads.isHarmless(one)) : [];
    });
    return { calls, asksAt, values: [...before.toReversed().flat(), ...after], between };
  }

  /** Whether a call's result is handed on to a call of the next statement, which is part of its pipeline. */
  isHandedOn(call: Node): boolean {
    const { parents } = this.#scopes;
    const declarator = parents.get(call);
    if (declarator?.type !== "VariableDeclarator" || (declarator.id as Node).type !== "Identifier") return false;
    const read = this.#links.onlyRead(declarator.id as Node);
    const taker = read && parents.get(read);
    return (
      !!taker && this.#links.originOf(read) === call && this.stages(taker)?.some(({ node }) => node === call) === true
    );
  }

  /** Whether an expression may be put in the place of the call: no message of an error quotes the call. */
  mayBeAsked(call: Node): boolean {
    const { parents } = this.#scopes;
    for (let node = call, around = parents.get(node); around; node = around, around = parents.get(node)) {
      // A parenthesis at the start of a statement could go on with the statement before it.
      if (around.type === "ExpressionStatement" && around.start === call.start) return false;
      switch (around.type) {
        case "ReturnStatement":
          return true;
        case "ArrowFunctionExpression":
          return around.body === node;
        case "CallExpression":
        case "NewExpression":
          return around.callee !== node;
        case "VariableDeclarator":
          return (around.id as Node).type === "Identifier" && !/using/.test(parents.get(around)?.kind as string);
        case "AssignmentExpression":
          return isPlainAssignment(around, node) && parents.get(around)?.type === "ExpressionStatement";
        case "BinaryExpression":
          if (!OPERATORS.has(around.operator as string)) return false;
          break;
        case "TemplateLiteral":
        case "ObjectExpression":
          break;
        case "Property":
          if (around.computed === true) return false;
          break;
        default:
          return false;
      }
    }
    return false;
  }

  #mayHaveGuard(callee: Node): boolean {
    const variable = this.#scopes.variableAt(callee);
    if (variable === null) return false;
    if (this.#guarded.has(variable)) return true;
    const source = this.#scopes.isTop(variable) ? sourceOf(variable, this.#scopes) : null;
    return source !== null && source.imported !== "*" && !isBuiltin(source.from);
  }
}

function isPlainAssignment({ operator, left, right }: Node, value: Node): boolean {
  return operator === "=" && right === value && !/Pattern$/.test((left as Node).type);
}
