/**
 * The static scan of one unit: what in its own code forbids caching, and what its results depend on besides values.
 *
 * It judges by an allow-list ({@link impureGlobal}): what is not known to be pure forbids.
 */
import { walk } from "estree-walker";
import type { MemberProbe, Trait } from "../../src/code/manifest.ts";
import { hasImpureMembers, impureGlobal, isRecordedGlobal, LOCALE_NAMES, STACK_PROPERTIES } from "./allow-list.ts";
import { FOLLOWING, mayFloat } from "./floating-promises.ts";
import { FUNCTIONS, type Node, propertyName, type Scopes, type Use } from "./syntax.ts";

/** Something in the code that forbids caching a call that evaluates it. */
export interface Finding {
  readonly text: string;
  readonly node: Node;
  /** It writes a binding of a function around it: for a call of that one, this is nobody else's affair. */
  readonly captured?: boolean;
  /** The member that is read, and what decides whether that forbids caching. */
  readonly member?: MemberProbe;
}

export interface Scan {
  /** In no order. */
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

/** CommonJS names that Node gives to a module; what is read of them is a cell, not a global. */
export const MODULE_NAMES = new Set(["module", "exports", "__filename", "__dirname"]);

const CLASSES = new Set(["ClassDeclaration", "ClassExpression"]);
const LOOPS = new Set(["ForStatement", "ForInStatement", "ForOfStatement", "WhileStatement", "DoWhileStatement"]);
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
/** What calls a function that it is read from, or leads to another constructor. */
const CALLING = new Set(["call", "apply", "bind", "constructor"]);
const MAKES_FUNCTIONS = "reads a `constructor`, which may be `Function` and make code from a text";
/** Functions that call another and look at the error that it throws. */
const CATCHING = new Set(["throws", "doesNotThrow", "rejects", "doesNotReject"]);
const BUFFER_NAMES = new Set(["buffer", "byteOffset", "offset", "parent"]);

/** Names read from an expression by the members around it: `a.b.c` around `a` is `["b", "c"]`. */
export function memberPath(node: Node, parents: ReadonlyMap<Node, Node>): { path: string[]; outer: Node } {
  const path: string[] = [];
  let outer = node;
  for (;;) {
    const parent = parents.get(outer);
    if (parent?.type !== "MemberExpression" || parent.object !== outer) return { path, outer };
    const name = propertyName(parent);
    if (name === null) return { path, outer };
    path.push(name);
    outer = parent;
  }
}

/** Whether an expression is what an assignment, update, delete or loop head writes to. */
export function isTarget(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(node);
  if (!parent) return false;
  switch (parent.type) {
    case "AssignmentExpression":
    case "AssignmentPattern":
    case "ForInStatement":
    case "ForOfStatement":
      return parent.left === node;
    case "UpdateExpression":
      return true;
    case "UnaryExpression":
      return parent.operator === "delete";
    case "ChainExpression":
      return isTarget(parent, parents);
    // Within a destructuring pattern that is assigned to.
    case "Property":
      return parent.value === node && parents.get(parent)?.type === "ObjectPattern";
    case "ArrayPattern":
    case "RestElement":
      return true;
    default:
      return false;
  }
}

/** The member chain written to when `node` is its root: `a` in `a.b[c] = 1`. */
export function writtenMember(node: Node, parents: ReadonlyMap<Node, Node>): Node | null {
  let outer = node;
  for (;;) {
    const parent = parents.get(outer);
    if (parent?.type !== "MemberExpression" || parent.object !== outer) break;
    outer = parent;
  }
  return outer !== node && isTarget(outer, parents) ? outer : null;
}

/**
 * Scans a function, class or expression.
 * @param free the uses in it of names that are declared elsewhere
 */
export function scan(root: Node, free: readonly Use[], scopes: Scopes): Scan {
  const { parents } = scopes;
  const traits = new Set<Trait>();
  const findings: Finding[] = [];
  let writesThis: Finding | null = null;
  let usesArguments = false;
  let usesNewTarget = false;
  let usesSuper = false;
  let trivial = true;
  let returns = root.type === "ArrowFunctionExpression" && (root.body as Node).type !== "BlockStatement";
  const blame = (text: string, node: Node, more: Pick<Finding, "captured" | "member"> = {}) => {
    if (!runsOnce(node, root, scopes.parents)) findings.push({ text, node, ...more });
  };

  for (const use of free) {
    judge(use, scopes, (text, node) => blame(text, node, { captured: isCaptured(use, scopes) }));
    if (!use.variable && isRecordedGlobal(use.name, memberPath(use.node, parents).path)) traits.add("outside");
  }

  // Functions inside the root that have a `this` of their own.
  let own = 0;
  const opensThis = (node: Node) => {
    if (node === root) return false;
    if (FUNCTIONS.has(node.type)) return node.type !== "ArrowFunctionExpression";
    // A class's heritage and computed keys are evaluated outside of it, its fields and static blocks inside.
    const parent = scopes.parents.get(node);
    return node.type === "StaticBlock" || (parent?.type === "PropertyDefinition" && parent.value === node);
  };
  let nested = 0;
  walk(root as never, {
    enter(estree) {
      const node = estree as unknown as Node;
      if (opensThis(node)) own++;
      if (node !== root && FUNCTIONS.has(node.type)) nested++;
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
            if (written) writesThis ??= { text: "writes to `this`", node: written };
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
            blame("keeps state in a private static field", node);
          }
          break;
        case "CallExpression":
          if (mayFloat(node, scopes)) traits.add("floating");
          break;
        case "TaggedTemplateExpression":
          traits.add("template");
          break;
        case "PrivateIdentifier":
          traits.add("private");
          break;
        case "CatchClause":
          traits.add("catch");
          break;
        case "MetaProperty":
          if ((node.meta as Node).name === "import") blame("reads `import.meta`", node);
          else if (own === 0) usesNewTarget = true;
          break;
        case "ImportExpression":
          blame("imports a module while it runs", node);
          break;
        case "ReturnStatement":
          if (nested === 0 && node.argument) returns = true;
          break;
        case "Identifier":
          if (node.name === "arguments" && own === 0) usesArguments = true;
          if (LOCALE_NAMES.test(node.name as string)) traits.add("locale");
          if (node.name === "Promise" || FOLLOWING.has(node.name as string)) {
            traits.add("async").add("begins").add("catch");
          }
          if (CATCHING.has(node.name as string)) traits.add("catch");
          if (BUFFER_NAMES.has(node.name as string)) traits.add("buffer");
          break;
        case "MemberExpression": {
          const name = propertyName(node);
          if (name === "constructor" && mayBeFunction(node, scopes.parents))
            blame(MAKES_FUNCTIONS, node, { member: "constructor" });
          if (name === "arguments") traits.add("frames");
          if (name !== null && STACK_PROPERTIES.has(name)) {
            blame(`reads a stack trace (\`.${name}\`)`, node, { member: "stack" });
          }
          break;
        }
        case "Property":
          if (isReadAs(node, STACK_PROPERTIES, scopes.parents)) blame("reads a stack trace", node);
          if (isReadAs(node, CONSTRUCTOR, scopes.parents)) blame(MAKES_FUNCTIONS, node);
          if (isReadAs(node, FRAMES, scopes.parents)) traits.add("frames");
          break;
      }
    },
    leave(estree) {
      const node = estree as unknown as Node;
      if (opensThis(node)) own--;
      if (node !== root && FUNCTIONS.has(node.type)) nested--;
    },
  });
  return {
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

function isCaptured({ variable }: Use, scopes: Scopes): boolean {
  return variable !== null && !scopes.isTop(variable);
}

/** Whether code of a class runs when the class is made and never again: static blocks and static fields. */
function runsOnce(node: Node, root: Node, parents: ReadonlyMap<Node, Node>): boolean {
  if (!CLASSES.has(root.type)) return false;
  let inner = node;
  for (let at = parents.get(node); at && !FUNCTIONS.has(inner.type); inner = at, at = parents.get(at)) {
    const isStatic = at.type === "StaticBlock" || (at.type === "PropertyDefinition" && at.static && at.value === inner);
    if (isStatic && isMemberOf(at, root, parents)) return true;
    if (at === root) return false;
  }
  return false;
}

/** Whether a class may put private members on objects that are not its own, or has others do so. */
function privacy(root: Node): Trait[] {
  const elements = (root.body as Node).body as Node[];
  const hasPrivate = elements.some(({ key, static: isStatic }) => {
    return (key as Node | undefined)?.type === "PrivateIdentifier" && isStatic !== true;
  });
  const make = elements.find(({ kind }) => kind === "constructor")?.value as Node | undefined;
  let substitutes = false;
  if (make) {
    walk(make.body as never, {
      enter(estree) {
        const node = estree as unknown as Node;
        if (FUNCTIONS.has(node.type)) this.skip();
        else if (node.type === "ReturnStatement" && node.argument) substitutes = true;
      },
    });
  }
  const found: Trait[] = hasPrivate && root.superClass ? ["stamps"] : [];
  return substitutes ? [...found, "substitutes"] : found;
}

function isMemberOf(element: Node, root: Node, parents: ReadonlyMap<Node, Node>): boolean {
  return parents.get(parents.get(element) as Node) === root;
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

/** `const { stack } = error` */
function isReadAs(node: Node, names: ReadonlySet<string>, parents: ReadonlyMap<Node, Node>): boolean {
  const key = node.key as Node;
  const name = (node.computed ? null : (key.name ?? key.value)) as string;
  return parents.get(node)?.type === "ObjectPattern" && names.has(name);
}

function judge(use: Use, scopes: Scopes, blame: (text: string, node: Node) => void): void {
  if (use.write) return blame(`writes \`${use.name}\``, use.node);
  if (use.variable) {
    const written = writtenMember(use.node, scopes.parents);
    if (written) blame(`writes to \`${use.name}\``, written);
    return;
  }
  if (MODULE_NAMES.has(use.name)) {
    if (writtenMember(use.node, scopes.parents)) blame(`writes to \`${use.name}\``, use.node);
    return;
  }
  const { path, outer } = memberPath(use.node, scopes.parents);
  if (writtenMember(use.node, scopes.parents)) return blame(`writes to \`${use.name}\``, use.node);
  const name = impureGlobal(use.name, path);
  // Whether there is such a global, and of which type, is state (loader/analyse/bindings.ts).
  if (name !== null && isAskedForType(use.node, scopes.parents)) return;
  if (name !== null) return blame(`uses ${name}`, use.node);
  if (use.name === "process" && path[1] === "write" && !isCallWithoutResult(outer, scopes.parents)) {
    return blame(`looks at what process.${path[0]}.write returns`, use.node);
  }
  if (outer === use.node && hasImpureMembers(use.name) && !isPlainUse(use.node, scopes.parents)) {
    return blame(`hands on ${use.name}, not all of which is pure`, use.node);
  }
  if (use.name === "Date" && isClockRead(use.node, outer, scopes.parents)) blame("reads the clock (Date)", use.node);
}

/** Called as a statement: nobody looks at what comes back. */
function isCallWithoutResult(callee: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const call = parents.get(callee) as Node;
  return call.type === "CallExpression" && call.callee === callee && parents.get(call)?.type === "ExpressionStatement";
}

/** Called, constructed, extended or asked about: what is done with a global that does not hand it on. */
export function isPlainUse(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(node);
  switch (parent?.type) {
    case "CallExpression":
    case "NewExpression":
      return parent.callee === node;
    case "ClassDeclaration":
    case "ClassExpression":
      return parent.superClass === node;
    case "BinaryExpression":
      return true;
    case "UnaryExpression":
      return parent.operator === "typeof";
    default:
      return false;
  }
}

/** `typeof window`: asks for no more than whether there is such a thing. */
export function isAskedForType(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(node);
  return parent?.type === "UnaryExpression" && parent.operator === "typeof";
}

/** `Date()`, `new Date()` and `new Date` are now; so may `new Date(...list)` be, and a Date that is handed on. */
function isClockRead(date: Node, outer: Node, parents: ReadonlyMap<Node, Node>): boolean {
  if (outer !== date) return false;
  const parent = parents.get(date);
  if (parent?.type === "NewExpression" && parent.callee === date) {
    const first = (parent.arguments as Node[])[0];
    return first === undefined || first.type === "SpreadElement";
  }
  return parent?.type !== "BinaryExpression";
}
