/** Finds where the functions in a piece of code wait for something, and what they evaluate after that. */
import { FOLLOWING } from "./floating-promises.ts";
import { isWait } from "./marks.ts";
import { FUNCTIONS, isWithin, LOOPS, type Node, type Scopes } from "./syntax.ts";

/** Methods that call the function that they are given before they return. */
const CALLS_AT_ONCE = new Set([
  ...["map", "filter", "forEach", "reduce", "reduceRight", "some", "every", "flatMap", "sort", "toSorted", "from"],
  ...["find", "findIndex", "findLast", "findLastIndex", "replace", "replaceAll"],
]);

export class Waits {
  readonly #root: Node;
  readonly #scopes: Scopes;
  /** The nodes by which each function waits. */
  readonly #nodes: ReadonlyMap<Node, readonly Node[]>;

  private constructor(root: Node, scopes: Scopes, nodes: ReadonlyMap<Node, readonly Node[]>, onlySteps: boolean) {
    this.onlySteps = onlySteps;
    this.#root = root;
    this.#scopes = scopes;
    this.#nodes = nodes;
  }

  /** Whether the code waits only by `yield` in generators that are not async: it goes on when it is asked for the next item. */
  readonly onlySteps: boolean;

  /** The waits in a function, or in code that holds functions; null if nothing in it waits. */
  static in(root: Node, scopes: Scopes): Waits | null {
    const found = scopes.waitsIn(root);
    if (found.length === 0) return null;
    const nodes = new Map<Node, Node[]>();
    let onlySteps = true;
    for (const node of found) {
      // It is a name by which code goes on later.
      if (!isWait(node)) {
        onlySteps = false;
        continue;
      }
      const owner = functionAround(node, root, scopes);
      if (node.type !== "YieldExpression" || owner.async === true) onlySteps = false;
      const list = nodes.get(owner);
      if (list) list.push(node);
      else nodes.set(owner, [node]);
    }
    return new Waits(root, scopes, nodes, onlySteps);
  }

  /** Whether a node is evaluated after its function, or one around it, has waited. */
  precede(node: Node): boolean {
    if (isHandedOn(node, this.#root, this.#scopes)) return true;
    let at = node;
    for (;;) {
      const owner = functionAround(at, this.#root, this.#scopes);
      if (owner.generator || (this.#nodes.get(owner) ?? []).some((wait) => this.#isAfter(at, wait, owner))) return true;
      if (owner === this.#root) return false;
      if (!isCalledAtOnce(owner, this.#scopes)) return true;
      at = owner;
    }
  }

  #isAfter(at: Node, wait: Node, owner: Node): boolean {
    const { parents } = this.#scopes;
    let whole = wait;
    let statement: Node | null = null;
    for (let node: Node | undefined = wait; node && node !== owner; node = parents.get(node)) {
      const parent = parents.get(node);
      if (LOOPS.has(node.type)) whole = node;
      if (statement === null && (isStatement(node) || parent === owner)) statement = node;
    }
    if (at.start >= wait.end) return true;
    // In a loop, all code of the second round runs after the wait in the first round.
    if (whole !== wait && isWithin(at, whole)) return true;
    if (wait.type === "VariableDeclaration") return at.start >= wait.start;
    const waitsFor = (wait.type === "ForOfStatement" ? wait.right : wait.argument) as Node | null;
    return isWithin(at, statement ?? wait) && !(waitsFor && isWithin(at, waitsFor));
  }
}

function functionAround(node: Node, root: Node, scopes: Scopes): Node {
  let at = node;
  while (at !== root) {
    at = scopes.parents.get(at) ?? root;
    if (FUNCTIONS.has(at.type)) return at;
  }
  return root;
}

function isStatement(node: Node): boolean {
  return /Statement$|Declaration$/.test(node.type);
}

/** Whether a node is in an argument of `then`, `catch` or `finally`, which is called when a promise settles. */
function isHandedOn(name: Node, root: Node, { parents }: Scopes): boolean {
  let inner = name;
  for (let at = parents.get(name); at && inner !== root; inner = at, at = parents.get(at)) {
    const callee = at.type === "CallExpression" ? (at.callee as Node) : null;
    if (callee?.type !== "MemberExpression" || callee === inner) continue;
    if (FOLLOWING.has((callee.property as Node).name as string)) return true;
  }
  return false;
}

/** Whether a function is called before the code around it goes on. */
function isCalledAtOnce(fn: Node, { parents }: Scopes): boolean {
  const call = parents.get(fn);
  if (call?.type !== "CallExpression") return false;
  const callee = call.callee as Node;
  if (callee === fn) return true;
  return callee.type === "MemberExpression" && CALLS_AT_ONCE.has((callee.property as Node).name as string);
}
