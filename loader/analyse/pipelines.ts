/**
 * Pipelines: calls of which each is given the result of the one before at once, as in `h(g(f(x), y))`. The rewrite asks the memoizer in front
 * of one whether entries answer all of its calls, and hands over what the calls read. So all of that is read twice, and nothing may show it:
 * functions and arguments are names of bindings, or literals, and no error may come earlier than it would.
 */
import { isBuiltin } from "node:module";
import type { Variable } from "eslint-scope";
import { FUNCTIONS, type Node, type Scopes } from "../../audit/scan/syntax.ts";
import { sourceOf } from "./binding-source.ts";

export interface Pipeline {
  /** The calls, the innermost first. */
  readonly calls: readonly Stage[];
}

/** One call of a pipeline. */
export interface Stage {
  readonly node: Node;
  /** The function and the arguments before the inner call; for the innermost call, all of them. */
  readonly before: readonly Node[];
  readonly after: readonly Node[];
}

/** Of binary operators, those whose errors do not quote the text of an operand. */
const OPERATORS = new Set(["+", "-", "*", "/", "%", "**", "===", "!==", "==", "!=", "<", ">", "<=", ">="]);

const LINE_END = /[\n\r\u2028\u2029]/;

/**
 * @param text the module's source
 * @param guarded bindings of the module that lead to functions with a guard
 * @param isTaken whether a probe or the like stands at or in a node
 */
export function findPipelines(
  text: string,
  scopes: Scopes,
  guarded: ReadonlySet<Variable>,
  isTaken: (node: Node) => boolean,
): Pipeline[] {
  if (scopes.isEvaluating || scopes.evaluators.size > 0) return [];
  const finder = new Finder(text, scopes, guarded);
  const found: Pipeline[] = [];
  const within = new Set<Node>();
  // An outer call comes before those in it.
  for (const { node } of scopes.uses) {
    const call = scopes.parents.get(node);
    if (call?.type !== "CallExpression" || call.callee !== node || within.has(call)) continue;
    const calls = finder.stages(call);
    if (calls === null || calls.length < 2 || isTaken(call) || !finder.mayBeAsked(call)) continue;
    for (const stage of calls) within.add(stage.node);
    found.push({ calls });
  }
  return found;
}

/** For each call, the innermost first: how many arguments stand before the inner call, and how many behind it. */
export function shapeOf({ calls }: Pipeline): string {
  return calls.map(({ before, after }) => `${before.length - 1} ${after.length}`).join(" ");
}

/** What the calls of a pipeline read, in their order. */
export function readBy({ calls }: Pipeline): Node[] {
  return [...calls.toReversed().flatMap(({ before }) => before), ...calls.flatMap(({ after }) => after)];
}

class Finder {
  readonly #text: string;
  readonly #scopes: Scopes;
  readonly #guarded: ReadonlySet<Variable>;

  constructor(text: string, scopes: Scopes, guarded: ReadonlySet<Variable>) {
    this.#text = text;
    this.#scopes = scopes;
    this.#guarded = guarded;
  }

  /** The calls that a call is made of, the innermost first; null if it is no part of a pipeline. */
  stages(node: Node): Stage[] | null {
    if (node.type !== "CallExpression" || node.optional === true) return null;
    const callee = node.callee as Node;
    if (callee.type !== "Identifier" || !this.#mayHaveGuard(callee)) return null;
    const args = node.arguments as Node[];
    const at = args.findIndex((argument) => !this.#isRepeatable(argument));
    if (at < 0) return [{ node, before: [callee, ...args], after: [] }];
    const after = args.slice(at + 1);
    const inner = after.every((argument) => this.#isHarmless(argument)) ? this.stages(args[at] as Node) : null;
    return inner && [...inner, { node, before: [callee, ...args.slice(0, at)], after }];
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

  /** Whether it may be read twice, one time right after the other, and all on one line. */
  #isRepeatable(node: Node): boolean {
    if (LINE_END.test(this.#text.slice(node.start, node.end))) return false;
    switch (node.type) {
      case "Identifier":
        return node.name !== "arguments" && this.#scopes.variableAt(node) !== null;
      case "Literal":
        return !("regex" in node);
      case "UnaryExpression":
        return node.operator === "-" && (node.argument as Node).type === "Literal";
      case "TemplateLiteral":
        return (node.expressions as Node[]).length === 0;
      default:
        return false;
    }
  }

  /** Whether reading it throws no error: it is read before the inner calls, and an error may come only behind them. */
  #isHarmless(node: Node): boolean {
    if (!this.#isRepeatable(node)) return false;
    if (node.type !== "Identifier") return true;
    const variable = this.#scopes.variableAt(node) as Variable;
    const [definition] = variable.defs;
    if (definition === undefined) return false;
    const { type, node: declared, parent } = definition;
    if (type === "Parameter") return this.#isInBody(node, variable);
    if (type === "FunctionName" || type !== "Variable") return type === "FunctionName";
    return (parent as unknown as Node).kind === "var" || this.#isInitialised(node, declared as unknown as Node);
  }

  /** A default of a parameter may read one that has no value yet. */
  #isInBody(node: Node, { scope }: Variable): boolean {
    const { body } = scope.block as unknown as { body?: Node };
    return body !== undefined && body.start <= node.start && node.end <= body.end;
  }

  /** Whether a declaration stands before a use in the same function, and not in a case, past which a `switch` may jump. */
  #isInitialised(use: Node, declarator: Node): boolean {
    const { parents } = this.#scopes;
    const functionAround = (node: Node) => {
      let at: Node | undefined = node;
      while (at && !FUNCTIONS.has(at.type) && at.type !== "StaticBlock" && at.type !== "PropertyDefinition")
        at = parents.get(at);
      return at;
    };
    const statement = parents.get(declarator) as Node;
    return (
      declarator.end <= use.start &&
      functionAround(use) === functionAround(declarator) &&
      parents.get(statement)?.type !== "SwitchCase"
    );
  }
}

function isPlainAssignment({ operator, left, right }: Node, value: Node): boolean {
  return operator === "=" && right === value && !/Pattern$/.test((left as Node).type);
}
