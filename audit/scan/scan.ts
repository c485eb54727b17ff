/**
 * The static scan of one unit: what in its own code forbids caching, and what its results depend on besides values.
 *
 * It judges by an allow-list ({@link impureGlobal}): what is not known to be pure forbids.
 */
import type { Variable } from "eslint-scope";
import type { MemberProbe, Trait } from "../../src/code/manifest.ts";
import type { CodeCause } from "../../src/reason/reason.ts";
import { LOCALE_NAMES, NAMESPACES, STACK_PROPERTIES } from "./allow-list.ts";
import { isMemberOf, privacy, runsOnce } from "./class-members.ts";
import { FOLLOWING, mayFloat } from "./floating-promises.ts";
import { BUFFER_NAMES, CATCHING } from "./marks.ts";
import { isMethodAsValue, isOuterName } from "./private-names.ts";
import { isRecordedGlobal } from "./recorded.ts";
import {
  FUNCTIONS,
  isFieldValue,
  isLookedInto,
  isPlainUse,
  isReadAs,
  isTarget,
  isWithin,
  LOOPS,
  type Node,
  propertyName,
  type Scopes,
  type Use,
  writtenMember,
} from "./syntax.ts";
import { type GlobalUse, globalUse, isMemberRead, judge } from "./uses.ts";

/** Something in the code that forbids caching a call that evaluates it. */
export interface Finding {
  readonly cause: CodeCause;
  readonly node: Node;
  /** The binding of a function around it that it must not touch: a call in which that function began owns the binding, and may. */
  readonly captured?: Variable;
  /** It writes to the object that this binding leads to, and not to the binding itself. */
  readonly writesTo?: Variable;
  /** It assigns to this binding. */
  readonly assigns?: Variable;
  /** The member that is read, and what decides whether that forbids caching. */
  readonly member?: MemberProbe;
}

export interface Scan {
  /** Names of properties that are read, and not only called, tested or compared; not those of globals. */
  readonly mentions: ReadonlySet<string>;
  /** Not sorted by place: whoever shows one has to choose. */
  readonly findings: readonly Finding[];
  readonly traits: Trait[];
  /** `this.x = ...` in the function itself: skipping it would leave the object different. */
  readonly writesThis: Finding | null;
  readonly usesArguments: boolean;
  readonly usesNewTarget: boolean;
  readonly usesSuper: boolean;
  /** No loop and no call: cheaper than any look-up. */
  readonly trivial: boolean;
  /** Whether any `return` of the function itself has a value. */
  readonly returns: boolean;
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
/** Members of a `.constructor` that call it, or lead to another constructor. */
const CALLING = new Set(["call", "apply", "bind", "constructor"]);

/**
 * Scans a function, class or expression.
 * @param free the uses in it of names that are declared elsewhere
 */
export function scan(root: Node, free: readonly Use[], scopes: Scopes): Scan {
  const { parents } = scopes;
  const traits = new Set<Trait>();
  const mentions = new Set<string>();
  const named = free.filter((use) => !use.variable && !isMemberRead(globalUse(use, scopes), parents));
  const globals = new Set(named.map(({ node }) => node));
  const findings: Finding[] = [];
  let writesThis: Finding | null = null;
  let usesArguments = false;
  let usesNewTarget = false;
  let usesSuper = false;
  let trivial = true;
  let returns = root.type === "ArrowFunctionExpression" && (root.body as Node).type !== "BlockStatement";
  const blame = (cause: CodeCause, node: Node, more: Omit<Finding, "cause" | "node"> = {}) => {
    if (!runsOnce(node, root, scopes.parents)) findings.push({ cause, node, ...more });
  };

  for (const use of free) {
    judge(use, scopes, (cause, node, more) => blame(cause, node, { ...capturedBy(use, scopes), ...more }));
    if (use.variable) continue;
    const global = globalUse(use, scopes);
    if (NAMESPACES.has(global.name) && isValue(global, parents)) traits.add("namespace");
    if (isRecordedGlobal(global.name, global.path)) traits.add("outside");
  }

  // Functions inside the root that have a `this` of their own.
  let own = 0;
  const opensThis = (node: Node) => {
    if (node === root) return false;
    if (FUNCTIONS.has(node.type)) return node.type !== "ArrowFunctionExpression";
    // A class's heritage and computed keys are evaluated outside of it, its fields and static blocks inside.
    return node.type === "StaticBlock" || isFieldValue(node, parents);
  };
  let nested = 0;
  const open: Node[] = [];
  for (const node of scopes.inside(root)) {
    for (let last = open.at(-1); last && !isWithin(node, last); last = open.at(-1)) {
      open.pop();
      if (opensThis(last)) own--;
      if (FUNCTIONS.has(last.type)) nested--;
    }
    if (node !== root && mayOpen(node, parents)) {
      open.push(node);
      if (opensThis(node)) own++;
      if (FUNCTIONS.has(node.type)) nested++;
    }
    if (WORK.has(node.type)) trivial = false;
    switch (node.type) {
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        if (node.async) traits.add("async");
        if (node.async && node !== root) traits.add("begins");
        break;
      case "ClassDeclaration":
      case "ClassExpression":
        if (node === root) {
          traits.add("class");
          for (const trait of privacy(node)) traits.add(trait);
        }
        break;
      case "ThisExpression":
        if (own === 0) {
          traits.add("this");
          const written = writtenMember(node, scopes.parents);
          if (written) writesThis ??= { cause: { kind: "writes-this" }, node: written };
        }
        break;
      case "Super":
        if (own === 0) {
          usesSuper = true;
          traits.add("this");
        }
        break;
      case "PropertyDefinition":
        // Nothing from outside can see into it, and it lives as long as the class.
        if (node.static && (node.key as Node).type === "PrivateIdentifier" && isMemberOf(node, root, parents)) {
          blame({ kind: "private-static" }, node);
        }
        break;
      case "CallExpression":
        if (mayFloat(node, scopes)) traits.add("floating");
        break;
      case "TaggedTemplateExpression":
        traits.add("template");
        break;
      case "PrivateIdentifier":
        if (isOuterName(node, root, parents)) traits.add("borrows");
        if (isMethodAsValue(node, parents)) traits.add("methods");
        break;
      case "CatchClause":
        traits.add("catch");
        break;
      case "MetaProperty":
        if ((node.meta as Node).name === "import") blame({ kind: "import-meta" }, node);
        else if (own === 0) usesNewTarget = true;
        break;
      case "ImportExpression":
        blame({ kind: "dynamic-import" }, node);
        break;
      case "ReturnStatement":
        if (nested === 0 && node.argument) returns = true;
        break;
      case "Identifier":
        if (node.name === "arguments" && own === 0 && !isPropertyName(node, parents)) usesArguments = true;
        if (LOCALE_NAMES.test(node.name as string)) traits.add("locale");
        if (node.name === "Promise" || FOLLOWING.has(node.name as string)) {
          traits.add("async").add("begins").add("catch");
        }
        if (CATCHING.has(node.name as string)) traits.add("catch");
        if (BUFFER_NAMES.has(node.name as string)) traits.add("buffer");
        break;
      case "MemberExpression": {
        const name = propertyName(node);
        if (name !== null && isLookedInto(node, scopes.parents) && !globals.has(rootOf(node))) mentions.add(name);
        if (name === "constructor" && mayBeFunction(node, scopes.parents))
          blame({ kind: "constructor-read" }, node, { member: "constructor" });
        if (name === "arguments") blame({ kind: "arguments-read" }, node, { member: "arguments" });
        if (name !== null && STACK_PROPERTIES.has(name)) {
          blame({ kind: "stack-trace", property: name }, node, { member: "stack" });
        }
        break;
      }
      case "Property":
        if (parents.get(node)?.type === "ObjectPattern" && !node.computed) mentions.add(keyName(node));
        if (isReadAs(node, STACK_PROPERTIES, scopes.parents)) blame({ kind: "stack-trace" }, node);
        if (isReadAs(node, CONSTRUCTOR, scopes.parents)) blame({ kind: "constructor-read" }, node);
        if (isReadAs(node, FRAMES, scopes.parents)) traits.add("frames");
        break;
    }
  }
  return {
    mentions,
    findings,
    traits: [...traits],
    writesThis,
    usesArguments,
    usesNewTarget,
    usesSuper,
    trivial,
    returns,
  };
}

/** Whether a node may have a `this` or a `return` of its own: see {@link scan}. */
function mayOpen(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  return FUNCTIONS.has(node.type) || node.type === "StaticBlock" || isFieldValue(node, parents);
}

/** Whether a global is used for more than members that are named. */
function isValue({ node, outer }: GlobalUse, parents: ReadonlyMap<Node, Node>): boolean {
  return outer === node && !isPlainUse(node, parents);
}

/**
 * A binding of a function that the module calls itself, or hands to what it calls (an IIFE, a factory), is one of the module:
 * to note each write to it is right for whoever writes it.
 */
function capturedBy({ variable }: Use, scopes: Scopes): Pick<Finding, "captured"> {
  if (variable === null || scopes.isTop(variable)) return {};
  for (let at = variable.scope.block as unknown as Node | undefined; at; at = scopes.parents.get(at)) {
    if (!FUNCTIONS.has(at.type)) continue;
    const parent = scopes.parents.get(at);
    const isCalled = parent?.type === "CallExpression" || parent?.type === "UnaryExpression";
    if (!isCalled) return { captured: variable };
  }
  return {};
}

/**
 * Whether a `.constructor` that is read may end as `Function`, which makes code from a text. Compared, asked for its name
 * or its members, or used to make one more of `this`, it does not.
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

/** Whether an identifier only names a property: in `a.name`, `{ name: a }` and `{ name() {} }`. */
function isPropertyName(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(node);
  if (parent === undefined || parent.computed === true) return false;
  if (parent.type === "MemberExpression") return parent.property === node;
  const isKeyed =
    parent.type === "Property" || parent.type === "MethodDefinition" || parent.type === "PropertyDefinition";
  return isKeyed && parent.key === node && parent.value !== node;
}

/** What a chain of members begins with. */
function rootOf(member: Node): Node {
  let root = member;
  while (root.type === "MemberExpression") root = root.object as Node;
  return root;
}

/** The name of a property whose key is not computed. */
function keyName(property: Node): string {
  const key = property.key as Node;
  return String(key.name ?? key.value);
}
