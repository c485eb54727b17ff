/** Constants that link two calls of a pipeline: one holds the result of a call, and the next call is given it by that name alone. */
import type { Node, Scopes } from "../../audit/scan/syntax.ts";
import type { EarlyReads } from "./early-reads.ts";

export class ConstantLinks {
  readonly #scopes: Scopes;
  readonly #reads: EarlyReads;

  constructor(scopes: Scopes, reads: EarlyReads) {
    this.#scopes = scopes;
    this.#reads = reads;
  }

  /** The call whose result a constant hands on: nothing else reads it, and nothing is run in between. */
  originOf(use: Node): Node | null {
    if (use.type !== "Identifier" || this.onlyRead(use) !== use) return null;
    const [definition] = this.#scopes.variableAt(use)?.defs ?? [];
    const declarator = definition?.node as unknown as Node | undefined;
    if (definition?.type !== "Variable" || declarator?.type !== "VariableDeclarator") return null;
    const isConstant = (definition.parent as unknown as Node).kind === "const";
    const init = declarator.init as Node | null;
    const isName = (declarator.id as Node).type === "Identifier";
    return isConstant && isName && init?.type === "CallExpression" && this.#isNext(use, declarator) ? init : null;
  }

  /** The only place at which a variable is read. */
  onlyRead(node: Node): Node | null {
    const variable = this.#scopes.variableAt(node);
    const reads = variable?.references.filter((reference) => reference.isRead()) ?? [];
    return reads.length === 1 ? (reads[0]?.identifier as unknown as Node) : null;
  }

  /** Whether a name is what is evaluated next when a declarator has its value, but for what may be read twice. */
  #isNext(use: Node, declarator: Node): boolean {
    const { parents } = this.#scopes;
    let node = use;
    let around = parents.get(node);
    while (around && !isOutermost(around)) {
      if (!readBefore(around, node)?.every((one) => this.#reads.mayComeEarly(one))) return false;
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

  /** What the expressions around one read before it, in the same statement. */
  readAround(node: Node): Node[] {
    const around = this.#scopes.parents.get(node) as Node;
    if (isOutermost(around)) return [];
    return [...(readBefore(around, node) ?? []), ...this.readAround(around)];
  }
}

function isOutermost({ type }: Node): boolean {
  return /Statement$|^VariableDeclarator$/.test(type);
}

/** What an expression evaluates before one of its parts, if that only reads values; null where it may do more, or leave the part out. */
function readBefore(around: Node, part: Node): readonly Node[] | null {
  switch (around.type) {
    case "CallExpression":
    case "NewExpression": {
      const args = around.arguments as Node[];
      const at = args.indexOf(part);
      return at >= 0 ? [around.callee as Node, ...args.slice(0, at)] : null;
    }
    case "AssignmentExpression": {
      const { right, operator, left } = around;
      return right === part && operator === "=" && (left as Node).type === "Identifier" ? [] : null;
    }
    case "BinaryExpression":
      return around.left === part ? [] : [around.left as Node];
    case "TemplateLiteral":
      return (around.expressions as Node[])[0] === part ? [] : null;
    case "ObjectExpression":
      return (around.properties as Node[])[0] === part ? [] : null;
    case "Property":
      return around.value === part && around.computed !== true ? [] : null;
    default:
      return null;
  }
}
