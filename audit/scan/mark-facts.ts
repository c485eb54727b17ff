/**
 * What each marked node of a module (marks.ts) means for a scan. It means the same for the scan of each function around it, except for
 * what depends on where the scanned code begins. So each node is examined once, in however many functions it is.
 */
import type { CodeCause } from "../../src/reason/reason.ts";
import { STACK_PROPERTIES } from "./allow-list.ts";
import type { Finding } from "./finding.ts";
import { FOLLOWING, mayFloat } from "./floating-promises.ts";
import { BUFFER_NAMES, CATCHING } from "./marks.ts";
import { isMethodAsValue } from "./private-names.ts";
import {
  CLASSES,
  FUNCTIONS,
  isFieldValue,
  isLookedInto,
  isReadAs,
  isTarget,
  LOOPS,
  type Node,
  propertyName,
  type Range,
  type Scopes,
} from "./syntax.ts";
import { globalUse, isMemberRead } from "./uses.ts";

/** Facts that hold for all code around a marked node. */
const SHARED = ["async", "promise", "work", "catch", "buffer", "floating", "template", "methods", "frames"] as const;
type Shared = (typeof SHARED)[number];

/** Facts that each scan judges itself. */
interface Single {
  /** A `this`, `super`, `new.target` or `arguments`. It belongs to the scanned code, or to a function in it. */
  readonly receiver: Node;
  /** A private name. */
  readonly private: Node;
  /** The name of a property that is read for more than to call, test or compare it. Properties of globals are left out. */
  readonly mention: string;
  readonly finding: Finding;
}

/** Facts in the order of the marks. `at`: the index of each fact's mark. */
interface List<T> {
  readonly at: number[];
  readonly items: T[];
}

const WORK = new Set([
  ...LOOPS,
  "CallExpression",
  "NewExpression",
  "TaggedTemplateExpression",
  "YieldExpression",
  "AwaitExpression",
  "SpreadElement",
  "ImportExpression",
]);
const CONSTRUCTOR = new Set(["constructor"]);
const FRAMES = new Set(["arguments"]);
const HANDLERS = new Set(["_stdoutErrorHandler", "_stderrErrorHandler"]);
/** Members of a `.constructor` that call it, or lead to another constructor. */
const CALLING = new Set(["call", "apply", "bind", "constructor"]);

const known = new WeakMap<Scopes, MarkFacts>();

export class MarkFacts {
  /** Functions that return a value of their own `return`. */
  readonly returning = new Set<Node>();
  readonly #scopes: Scopes;
  readonly #shared = Object.fromEntries(SHARED.map((what) => [what, [] as number[]])) as Record<Shared, number[]>;
  readonly #single: { readonly [K in keyof Single]: List<Single[K]> } = {
    receiver: { at: [], items: [] },
    private: { at: [], items: [] },
    mention: { at: [], items: [] },
    finding: { at: [], items: [] },
  };

  static of(scopes: Scopes): MarkFacts {
    const found = known.get(scopes);
    if (found) return found;
    const made = new MarkFacts(scopes);
    known.set(scopes, made);
    return made;
  }

  private constructor(scopes: Scopes) {
    this.#scopes = scopes;
    scopes.marks.forEach((node, at) => {
      if (WORK.has(node.type)) this.#shared.work.push(at);
      this.#ask(node, at);
    });
  }

  /** Whether a fact holds for a range of marks. */
  says(what: Shared, [from, to]: Range): boolean {
    const list = this.#shared[what];
    const at = list[firstFrom(list, from)];
    return at !== undefined && at < to;
  }

  /** The facts of a range of marks, in their order. */
  list<K extends keyof Single>(what: K, [from, to]: Range): readonly Single[K][] {
    const { at, items }: List<Single[K]> = this.#single[what];
    return items.slice(firstFrom(at, from), firstFrom(at, to));
  }

  #ask(node: Node, at: number): void {
    const { parents } = this.#scopes;
    switch (node.type) {
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        if (node.async) this.#shared.async.push(at);
        break;
      case "ThisExpression":
        this.#add("receiver", at, node);
        if (mayBeGlobalThis(node, this.#scopes)) {
          this.#add("finding", at, { cause: { kind: "uses-api", api: "globalThis" }, node, ifGlobalThis: true });
        }
        break;
      case "Super":
        this.#add("receiver", at, node);
        break;
      case "PropertyDefinition":
        // Its value is state that lives as long as the class, and no key can see it.
        if (node.static && (node.key as Node).type === "PrivateIdentifier") {
          this.#blame({ kind: "private-static" }, node, at);
        }
        break;
      case "CallExpression":
        if (mayFloat(node, this.#scopes)) this.#shared.floating.push(at);
        if (isBufferMade(node, this.#scopes)) this.#blame({ kind: "uses-api", api: "Buffer()" }, node, at);
        break;
      case "NewExpression":
        if (isBufferMade(node, this.#scopes)) this.#blame({ kind: "uses-api", api: "new Buffer()" }, node, at);
        break;
      case "TaggedTemplateExpression":
        this.#shared.template.push(at);
        break;
      case "PrivateIdentifier":
        this.#add("private", at, node);
        if (isMethodAsValue(node, parents)) this.#shared.methods.push(at);
        break;
      case "CatchClause":
        this.#shared.catch.push(at);
        break;
      case "MetaProperty":
        if ((node.meta as Node).name === "import") this.#blame({ kind: "import-meta" }, node, at);
        else this.#add("receiver", at, node);
        break;
      case "ImportExpression":
        this.#blame({ kind: "dynamic-import" }, node, at);
        break;
      case "ReturnStatement":
        if (node.argument) this.#noteReturn(node);
        break;
      case "Identifier":
        this.#askName(node, node.name as string, at);
        break;
      case "MemberExpression":
        this.#askMember(node, propertyName(node), at);
        break;
      case "Property":
        if (parents.get(node)?.type === "ObjectPattern" && !node.computed) this.#add("mention", at, keyName(node));
        if (isReadAs(node, STACK_PROPERTIES, parents)) this.#blame({ kind: "stack-trace" }, node, at);
        if (isReadAs(node, CONSTRUCTOR, parents)) this.#blame({ kind: "constructor-read" }, node, at);
        if (isReadAs(node, HANDLERS, parents)) this.#blame({ kind: "uses-api", api: "console" }, node, at);
        if (isReadAs(node, FRAMES, parents)) this.#shared.frames.push(at);
        break;
    }
  }

  #askName(node: Node, name: string, at: number): void {
    if (name === "arguments" && !isPropertyName(node, this.#scopes.parents)) this.#add("receiver", at, node);
    if (name === "Promise" || FOLLOWING.has(name)) this.#shared.promise.push(at);
    if (CATCHING.has(name)) this.#shared.catch.push(at);
    if (BUFFER_NAMES.has(name)) this.#shared.buffer.push(at);
  }

  #askMember(node: Node, name: string | null, at: number): void {
    if (name === null) return;
    const { parents } = this.#scopes;
    if (isLookedInto(node, parents) && !isOfGlobal(node, this.#scopes)) this.#add("mention", at, name);
    if (name === "constructor" && mayBeFunction(node, parents)) {
      this.#blame({ kind: "constructor-read" }, node, at, "constructor");
    }
    if (name === "arguments") this.#blame({ kind: "arguments-read" }, node, at, "arguments");
    // These functions of the console have no tap: Node calls them after a print, outside of the call that has printed.
    if (HANDLERS.has(name)) this.#blame({ kind: "uses-api", api: `console.${name}` }, node, at);
    if (STACK_PROPERTIES.has(name)) this.#blame({ kind: "stack-trace", property: name }, node, at, "stack");
  }

  #blame(cause: CodeCause, node: Node, at: number, member?: Finding["member"]): void {
    this.#add("finding", at, { cause, node, ...(member && { member }) });
  }

  #add<K extends keyof Single>(what: K, at: number, item: Single[K]): void {
    const list: List<Single[K]> = this.#single[what];
    list.at.push(at);
    list.items.push(item);
  }

  #noteReturn(node: Node): void {
    const { parents } = this.#scopes;
    for (let at = parents.get(node); at; at = parents.get(at)) {
      if (FUNCTIONS.has(at.type)) {
        this.returning.add(at);
        return;
      }
    }
  }
}

/** Whether a `this`, `super`, `new.target` or `arguments` belongs to the code `root`, and not to a function in it. */
export function isOwnReceiver(node: Node, root: Node, parents: ReadonlyMap<Node, Node>): boolean {
  for (let at: Node | undefined = node; at && at !== root; at = parents.get(at)) {
    if (opensThis(at, parents)) return false;
  }
  return true;
}

/** Whether a node has a `this` of its own. In a class, fields and static blocks have one; its base and its computed keys do not. */
function opensThis(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  if (FUNCTIONS.has(node.type)) return node.type !== "ArrowFunctionExpression";
  return node.type === "StaticBlock" || isFieldValue(node, parents);
}

/** The index of the first number in an ascending list that is not below `number`. */
function firstFrom(list: readonly number[], number: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] as number) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Whether code that reads a `.constructor` may call it as `Function`, which makes code of a text. Code that only compares it, reads one
 * of its members, or makes another instance of the class of `this` does not.
 */
function mayBeFunction(member: Node, parents: ReadonlyMap<Node, Node>): boolean {
  if (isTarget(member, parents)) return false;
  const parent = parents.get(member) as Node;
  switch (parent.type) {
    case "BinaryExpression":
      return false;
    case "MemberExpression":
      return parent.object !== member || CALLING.has(propertyName(parent) ?? "call");
    case "NewExpression":
      return (member.object as Node).type !== "ThisExpression" || parent.callee !== member;
    default:
      return true;
  }
}

/**
 * Whether code makes a Buffer by calling `Buffer` itself, of which Node warns once in a process, unless a package calls. No tap stands on `Buffer`: it
 * would slow all uses of it.
 */
function isBufferMade(call: Node, scopes: Scopes): boolean {
  const callee = call.callee as Node;
  if (scopes.isPackage) return false;
  if (callee.type === "MemberExpression") return propertyName(callee) === "Buffer";
  if (callee.type !== "Identifier" || callee.name !== "Buffer") return false;
  // A class or function of the program's own may be called so.
  const defs = scopes.variableAt(callee)?.defs ?? [];
  return !defs.some(({ type }) => type === "ClassName" || type === "FunctionName");
}

/** Whether a `this` belongs to a sloppy function. It is the global object if the function is called plainly. */
function mayBeGlobalThis(node: Node, { parents, isStrict }: Scopes): boolean {
  for (let at = parents.get(node); at; at = parents.get(at)) {
    if (CLASSES.has(at.type)) return false;
    if (FUNCTIONS.has(at.type) && at.type !== "ArrowFunctionExpression") return !isStrict(at);
  }
  return false;
}

/** Whether an identifier is only the name of a property: in `a.name`, `{ name: a }` and `{ name() {} }`. */
function isPropertyName(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(node);
  if (parent === undefined || parent.computed === true) return false;
  if (parent.type === "MemberExpression") return parent.property === node;
  const isKeyed =
    parent.type === "Property" || parent.type === "MethodDefinition" || parent.type === "PropertyDefinition";
  return isKeyed && parent.key === node && parent.value !== node;
}

/** Whether a chain of members begins with a global, and not with a member of the global object, which is state. */
function isOfGlobal(member: Node, scopes: Scopes): boolean {
  let root = member;
  while (root.type === "MemberExpression") root = root.object as Node;
  if (root.type !== "Identifier" || scopes.variableAt(root) !== null) return false;
  return !isMemberRead(globalUse({ name: root.name as string, node: root }, scopes), scopes.parents);
}

/** The name of a property whose key is not computed. */
function keyName(property: Node): string {
  const key = property.key as Node;
  return String(key.name ?? key.value);
}
