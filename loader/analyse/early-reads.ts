/**
 * What a pipeline may read before its calls, and once more where the code reads it: only what nobody notices. Reading it runs no code, and
 * where it throws, that is no sooner than it would.
 */
import type { Variable } from "eslint-scope";
import { FUNCTIONS, type Node, type Scopes } from "../../audit/scan/syntax.ts";

const LINE_END = /[\n\r\u2028\u2029]/;

export class EarlyReads {
  readonly #text: string;
  readonly #scopes: Scopes;

  /** @param text the module's source */
  constructor(text: string, scopes: Scopes) {
    this.#text = text;
    this.#scopes = scopes;
  }

  /** Whether it may be read twice, one time right after the other, and all on one line. */
  isRepeatable(node: Node): boolean {
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
  isHarmless(node: Node): boolean {
    if (!this.isRepeatable(node)) return false;
    if (node.type !== "Identifier") return true;
    const variable = this.#scopes.variableAt(node) as Variable;
    const [definition] = variable.defs;
    if (definition === undefined) return false;
    const { type, node: declared, parent } = definition;
    if (type === "Parameter") return this.#isInBody(node, variable);
    if (type !== "Variable") return type === "FunctionName";
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
    const around = parents.get(parents.get(declarator) as Node);
    return (
      declarator.end <= use.start &&
      functionAround(use) === functionAround(declarator) &&
      around?.type !== "SwitchCase" &&
      !(around && isGoneOver(around, use))
    );
  }

  /** Whether it may be read before the calls: without an error, or in a function that is called where one is caught. */
  mayComeEarly(node: Node): boolean {
    const variable = node.type === "Identifier" ? this.#scopes.variableAt(node) : null;
    return this.isHarmless(node) || (variable !== null && this.#scopes.isTop(variable));
  }
}

/** Whether a node stands in what a loop goes over: that is evaluated before the variables in the loop's head have a value. */
function isGoneOver({ type, right }: Node, node: Node): boolean {
  return /^For(In|Of)Statement$/.test(type) && node.end <= (right as Node).end;
}
