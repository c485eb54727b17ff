/**
 * Which bindings of a module may hold the global object: libraries take it at the start, under a name of their own (`root`,
 * `env`), and need it in few of their functions. What such a binding holds is looked at where it is read. It does no harm
 * to take a binding for one of these.
 */
import type { Variable } from "eslint-scope";
import { FUNCTIONS, type Node, type Scopes } from "../../audit/scan/syntax.ts";

/** What Node and other systems call it, and what libraries call it. */
const NAMES = new Set(["globalThis", "global", "self", "window", "root", "freeGlobal", "globalObject"]);
/** What code made of a text returns, where sloppy code has it for `this`. */
const RETURNS_THIS = /^\s*return\s+this\b/;

export class GlobalObjects {
  readonly #scopes: Scopes;
  readonly #known = new Map<Variable, boolean>();

  constructor(scopes: Scopes) {
    this.#scopes = scopes;
  }

  mayHold(variable: Variable): boolean {
    const known = this.#known.get(variable);
    if (known !== undefined) return known;
    // One that is initialised by itself is none for that.
    this.#known.set(variable, false);
    const may = NAMES.has(variable.name) || [...this.#valuesOf(variable)].some((value) => this.#mayBeIt(value));
    this.#known.set(variable, may);
    return may;
  }

  /** What a binding is initialised by, is assigned, or is given as a parameter of a function that runs once. */
  *#valuesOf(variable: Variable): Generator<Node> {
    const { parents } = this.#scopes;
    for (const { type, node } of variable.defs) {
      if (type === "Variable") yield* nodes([(node as unknown as { init: Node | null }).init]);
      if (type === "Parameter") yield* this.#givenTo(node as unknown as Node);
    }
    for (const { node, write } of this.#scopes.of(variable)) {
      const parent = parents.get(node);
      if (write && parent?.type === "AssignmentExpression") yield parent.right as Node;
    }
  }

  /** What the call of a function expression hands over: `(function (root) { ... })(this)`, `.call(this, ...)`. */
  *#givenTo(fn: Node): Generator<Node> {
    const { parents } = this.#scopes;
    const around = parents.get(fn);
    const call = around?.type === "MemberExpression" ? parents.get(around) : around;
    if (call?.type === "CallExpression") yield* nodes(call.arguments as (Node | null)[]);
  }

  #mayBeIt(value: Node): boolean {
    switch (value.type) {
      case "Identifier": {
        const variable = this.#scopes.variableAt(value);
        return variable ? this.mayHold(variable) : NAMES.has(value.name as string);
      }
      case "ThisExpression":
        return true;
      case "Literal":
        return typeof value.value === "string" && RETURNS_THIS.test(value.value);
      case "ConditionalExpression":
        return this.#isAny([value.consequent, value.alternate]);
      case "LogicalExpression":
      case "AssignmentExpression":
        return this.#isAny([value.left, value.right]);
      case "SequenceExpression":
        return this.#isAny([(value.expressions as Node[]).at(-1)]);
      case "CallExpression":
        return this.#isAny([value.callee, ...(value.arguments as Node[])]);
      default:
        return FUNCTIONS.has(value.type) && this.#returnsIt(value);
    }
  }

  #isAny(values: readonly unknown[]): boolean {
    return values.some((one) => this.#mayBeIt(one as Node));
  }

  /** Whether a function is called at once that hands it out: `(() => typeof self !== "undefined" ? self : globalThis)()`. */
  #returnsIt({ body }: Node): boolean {
    const { type, body: statements } = body as Node;
    if (type !== "BlockStatement") return this.#mayBeIt(body as Node);
    return (statements as Node[]).some((one) => this.#returnedBy(one));
  }

  #returnedBy(statement: Node): boolean {
    const { type, argument, consequent, alternate, body } = statement;
    switch (type) {
      case "ReturnStatement":
        return argument !== null && this.#mayBeIt(argument as Node);
      case "IfStatement":
        return this.#returnedBy(consequent as Node) || (alternate !== null && this.#returnedBy(alternate as Node));
      case "BlockStatement":
        return (body as Node[]).some((one) => this.#returnedBy(one));
      default:
        return false;
    }
  }
}

function nodes(list: readonly (Node | null)[]): Node[] {
  return list.filter((one) => one !== null);
}
