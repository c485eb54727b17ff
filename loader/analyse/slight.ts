/** Functions that the code alone shows to take less than a look-up, whatever they are given: they get no guard. */
import type { Variable } from "eslint-scope";
import { walk } from "estree-walker";
import { FUNCTIONS, type Node, propertyName, type Scopes } from "../../audit/scan/syntax.ts";
import { isReassigned } from "./binding-source.ts";
import type { Candidate } from "./candidates.ts";

/** What may take long by itself, or leaves the function for code that is not known. */
const LONG = new Set([
  ...["ForStatement", "ForInStatement", "ForOfStatement", "WhileStatement", "DoWhileStatement"],
  ...["TaggedTemplateExpression", "YieldExpression", "AwaitExpression", "ImportExpression", "SpreadElement"],
  ...["RestElement", "Super", "ClassExpression", "ClassDeclaration", ...FUNCTIONS],
]);
/** Functions of the language that look at a few numbers, or at one of a few things. */
const FUNCTIONS_OF = new Map([
  ["Array", new Set(["isArray"])],
  ["Math", null],
  ["Number", new Set(["isFinite", "isInteger", "isNaN", "isSafeInteger"])],
  ["Object", new Set(["hasOwn", "is"])],
  ["String", new Set(["fromCharCode", "fromCodePoint"])],
]);
const GLOBALS = new Set(["Boolean", "Number", "isFinite", "isNaN"]);
const CONSTRUCTORS = new Set(["Error", "RangeError", "SyntaxError", "TypeError"]);
/** Methods whose name only built-in classes use, and only for what takes no time. */
const METHODS = new Set(["charAt", "charCodeAt", "codePointAt", "pop", "push", "toFixed"]);

/** Says of functions whether they are slight: no loop, and no call but of such functions. */
export class SlightFunctions {
  readonly #scopes: Scopes;
  readonly #owners = new Map<Node, Node>();
  readonly #declarations = new Map<Variable, Node>();
  /** False while one is being looked at: a function that calls itself may take long. */
  readonly #known = new Map<Node, boolean>();

  constructor(candidates: readonly Candidate[], scopes: Scopes) {
    this.#scopes = scopes;
    for (const { node, owner, variable } of candidates) {
      if (owner) this.#owners.set(node, owner.node);
      else if (variable) this.#declarations.set(variable, node);
    }
  }

  /** @param node a function */
  has(node: Node): boolean {
    let known = this.#known.get(node);
    if (known === undefined) {
      this.#known.set(node, false);
      known = node.async !== true && node.generator !== true && this.#isSlight(node);
      this.#known.set(node, known);
    }
    return known;
  }

  #isSlight(fn: Node): boolean {
    let isSlight = true;
    const owner = this.#owners.get(fn) ?? null;
    const find = (node: Node) => {
      if (LONG.has(node.type) && node !== fn) return false;
      if (node.type === "CallExpression") return this.#calls(node.callee as Node, owner);
      return node.type !== "NewExpression" || this.#makes(node.callee as Node);
    };
    walk(fn as never, {
      enter(estree) {
        if (isSlight && !find(estree as unknown as Node)) isSlight = false;
        if (!isSlight) this.skip();
      },
    });
    return isSlight;
  }

  #calls(callee: Node, owner: Node | null): boolean {
    if (callee.type === "Identifier") {
      const declared = this.#declared(callee);
      if (declared) return FUNCTIONS.has(declared.type) && this.has(declared);
      return GLOBALS.has(callee.name as string) && this.#isGlobal(callee);
    }
    if (callee.type !== "MemberExpression") return false;
    const name = propertyName(callee);
    if (name === null) return false;
    const object = callee.object as Node;
    if (object.type === "ThisExpression") return owner !== null && this.#hasMethod(owner, name);
    if (object.type === "Identifier" && this.#isGlobal(object)) {
      const functions = FUNCTIONS_OF.get(object.name as string);
      return functions === null || functions?.has(name) === true;
    }
    return METHODS.has(name);
  }

  #makes(callee: Node): boolean {
    if (callee.type !== "Identifier") return false;
    if (this.#isGlobal(callee)) return CONSTRUCTORS.has(callee.name as string);
    const made = this.#declared(callee);
    if (!made || !/^Class/.test(made.type) || made.superClass) return false;
    return ((made.body as Node).body as Node[]).every((element) => {
      if (element.type !== "MethodDefinition") return element.type !== "PropertyDefinition" || element.value === null;
      return element.kind !== "constructor" || this.has(element.value as Node);
    });
  }

  /** The method of a class that `this` leads to, unless a class that extends it has another. */
  #hasMethod(owner: Node, name: string): boolean {
    const methods = ((owner.body as Node).body as Node[]).filter((element) => {
      const key = element.key as Node | undefined;
      return element.type === "MethodDefinition" && !element.computed && key?.name === name && !element.static;
    });
    return methods.length === 1 && this.has((methods[0] as Node).value as Node);
  }

  /** The function or class that a name of the module stands for. */
  #declared(name: Node): Node | null {
    const variable = this.#scopes.variableAt(name);
    if (!variable || isReassigned(variable, this.#scopes)) return null;
    return this.#declarations.get(variable) ?? null;
  }

  #isGlobal(name: Node): boolean {
    return this.#scopes.variableAt(name) === null;
  }
}
