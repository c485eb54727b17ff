/**
 * Pipelines: calls of which each is given the result of the one before at once, as in `h(g(f(x), y))`, or by a constant that is read once, as in
 * `const a = f(x); return g(a, y)`. The rewrite asks the memoizer in front of one whether entries answer all of its calls, and hands over
 * what the calls read. So all of that is read twice, and nothing may show it: functions and arguments are names of bindings, or
 * literals, and no error may come earlier than it would.
 */
import { isBuiltin } from "node:module";
import type { Variable } from "eslint-scope";
import { FUNCTIONS, type Node, type Scopes } from "../../audit/scan/syntax.ts";
import { sourceOf } from "./binding-source.ts";

export interface Pipeline {
  /** The calls, in the order in which they are made. */
  readonly calls: readonly Stage[];
  /** Where it is asked about: the number of the last call in the first expression. */
  readonly asksAt: number;
  readonly values: readonly ReadValue[];
}

/** What a call reads. */
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

const LINE_END = /[\n\r\u2028\u2029]/;

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
  // What is left goes to calls that may not be asked about.
  find(() => true);
  return found;
}

function spanOf(one: Node, other: Node): Span {
  return { start: Math.min(one.start, other.start), end: Math.max(one.end, other.end) };
}

/** For each call, in their order: how many arguments stand before the result that it is given, and how many behind it. */
export function shapeOf({ calls, asksAt, values }: Pipeline): string {
  const counts = calls.map(({ before, after }) => `${before.length - 1} ${after.length}`);
  const later = counts.slice(asksAt + 1);
  const late = values.flatMap(({ mayThrow }, n) => (mayThrow ? [n] : []));
  const first = counts.slice(0, asksAt + 1).join(" ");
  return first + (later.length > 0 ? `|${later.join(" ")}` : "") + (late.length > 0 ? `;${late.join(" ")}` : "");
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

  /** The calls that a call is made of, the first one first; null if it is no part of a pipeline. */
  stages(node: Node): Stage[] | null {
    if (node.type !== "CallExpression" || node.optional === true) return null;
    const callee = node.callee as Node;
    if (callee.type !== "Identifier" || !this.#mayHaveGuard(callee)) return null;
    const args = node.arguments as Node[];
    const at = args.findIndex((argument) => !this.#isRepeatable(argument));
    const inner = at < 0 ? null : (args[at] as Node);
    if (inner === null) {
      for (const [n, argument] of args.entries()) {
        const origin = this.#originOf(argument);
        const before = [callee, ...args.slice(0, n)];
        const after = args.slice(n + 1);
        const rest = origin && [...before, ...after].every((one) => this.#mayComeEarly(one)) && this.stages(origin);
        if (rest) return [...rest, { node, before, after, constant: argument }];
      }
      return [{ node, before: [callee, ...args], after: [], constant: null }];
    }
    const after = args.slice(at + 1);
    const before = [callee, ...args.slice(0, at)];
    const rest = after.every((one) => this.#isRepeatable(one) && this.#mayComeEarly(one)) ? this.stages(inner) : null;
    const isLinked = rest?.some(({ constant }) => constant !== null);
    if (isLinked && !before.every((one) => this.#mayComeEarly(one))) return null;
    return rest && [...rest, { node, before, after, constant: null }];
  }

  pipeline(calls: readonly Stage[]): Pipeline {
    const next = calls.findIndex(({ constant }) => constant !== null);
    const asksAt = (next < 0 ? calls.length : next) - 1;
    // In the first expression, what stands before the inner calls is read before them in any case.
    const value = (node: Node, isLater: boolean) => ({ node, mayThrow: isLater && !this.#isHarmless(node) });
    const before = calls.map(({ before }, n) => before.map((node) => value(node, n > asksAt)));
    const after = calls.flatMap(({ after }) => after.map((node) => value(node, true)));
    return { calls, asksAt, values: [...before.toReversed().flat(), ...after] };
  }

  /** Whether a call's result is handed on to a call of the next statement, which is part of its pipeline. */
  isHandedOn(call: Node): boolean {
    const { parents } = this.#scopes;
    const declarator = parents.get(call);
    if (declarator?.type !== "VariableDeclarator" || (declarator.id as Node).type !== "Identifier") return false;
    const read = this.#onlyRead(declarator.id as Node);
    const taker = read && parents.get(read);
    return !!taker && this.#originOf(read) === call && this.stages(taker)?.some(({ node }) => node === call) === true;
  }

  /** The call whose result a constant hands on: nothing else reads it, and nothing is run in between. */
  #originOf(use: Node): Node | null {
    if (use.type !== "Identifier" || this.#onlyRead(use) !== use) return null;
    const [definition] = this.#scopes.variableAt(use)?.defs ?? [];
    const declarator = definition?.node as unknown as Node | undefined;
    if (definition?.type !== "Variable" || declarator?.type !== "VariableDeclarator") return null;
    const isConstant = (definition.parent as unknown as Node).kind === "const";
    const init = declarator.init as Node | null;
    const isName = (declarator.id as Node).type === "Identifier";
    return isConstant && isName && init?.type === "CallExpression" && this.#isNext(use, declarator) ? init : null;
  }

  /** The only place at which a variable is read. */
  #onlyRead(node: Node): Node | null {
    const variable = this.#scopes.variableAt(node);
    const reads = variable?.references.filter((reference) => reference.isRead()) ?? [];
    return reads.length === 1 ? (reads[0]?.identifier as unknown as Node) : null;
  }

  /** Whether a name is what is evaluated next when a declarator has its value, but for what may be read twice. */
  #isNext(use: Node, declarator: Node): boolean {
    const { parents } = this.#scopes;
    let node = use;
    let around = parents.get(node);
    while (around && !/Statement$|^VariableDeclarator$/.test(around.type)) {
      if (!this.#isFirstIn(around, node)) return false;
      node = around;
      around = parents.get(node);
    }
    const declaration = parents.get(declarator) as Node;
    const declarators = declaration.declarations as Node[];
    if (this.#listOf(declaration) === null) return false;
    if (around?.type === "VariableDeclarator") {
      if (around.init !== node) return false;
      const own = parents.get(around) as Node;
      const at = (own.declarations as Node[]).indexOf(around);
      if (own === declaration) return at > 0 && declarators[at - 1] === declarator;
      return at === 0 && declarators.at(-1) === declarator && this.#isBehind(own, declaration);
    }
    const isFirst = around?.type === "ReturnStatement" || around?.type === "ExpressionStatement";
    return isFirst && declarators.at(-1) === declarator && this.#isBehind(around as Node, declaration);
  }

  /** Whether one statement is the next one after another. */
  #isBehind(statement: Node, before: Node): boolean {
    const list = this.#listOf(before) ?? [];
    return list[list.indexOf(before) + 1] === statement;
  }

  /** The statements among which one stands; null where it stands alone, or is exported. */
  #listOf(statement: Node): readonly Node[] | null {
    const around = this.#scopes.parents.get(statement);
    return around?.type === "Program" || around?.type === "BlockStatement" ? (around.body as Node[]) : null;
  }

  /** Whether all that an expression evaluates before one of its parts may be read twice. */
  #isFirstIn(around: Node, part: Node): boolean {
    const areRead = (nodes: readonly Node[]) => nodes.every((node) => this.#isRepeatable(node));
    switch (around.type) {
      case "CallExpression":
      case "NewExpression": {
        const args = around.arguments as Node[];
        const at = args.indexOf(part);
        return at >= 0 && areRead([around.callee as Node, ...args.slice(0, at)]);
      }
      case "AssignmentExpression":
        return around.right === part && (around.left as Node).type === "Identifier";
      case "BinaryExpression":
        return around.left === part || areRead([around.left as Node]);
      case "TemplateLiteral":
        return (around.expressions as Node[])[0] === part;
      case "ObjectExpression":
        return (around.properties as Node[])[0] === part;
      case "Property":
        return around.value === part && around.computed !== true;
      default:
        return false;
    }
  }

  /** Whether it may be read before the calls: without an error, or in a function that is called where one is caught. */
  #mayComeEarly(node: Node): boolean {
    const variable = node.type === "Identifier" ? this.#scopes.variableAt(node) : null;
    return this.#isHarmless(node) || (variable !== null && this.#scopes.isTop(variable));
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

  /** Whether reading it throws no error: it is read before the calls, and an error may come only behind them. */
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
