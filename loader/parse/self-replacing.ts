/**
 * Functions that put another function in their own place when they are first called, as Babel writes its helpers:
 *
 *     function _typeof(o) { return _typeof = typeof Symbol === "function" ? function (o) { ... } : function (o) { ... }, _typeof(o); }
 *
 * No code can tell whether it has happened: it only calls the name, and both functions do the same. So the assignment does not count as a use
 * of the name, and the function counts as one that never changes. If a hit leaves the assignment out, the next call that runs makes it.
 */
import type { Variable } from "eslint-scope";
import type { Node, Use } from "../../audit/scan/syntax.ts";
import type { Parents } from "./parents.ts";

/** Objects of the language: dumbo notices if the program changes a member of theirs (audit/builtins/patched.ts). */
const LANGUAGE = new Set(["Object", "Reflect", "Symbol"]);
const PASSING_ON = new Set(["apply", "call"]);

interface Names {
  readonly parents: Parents;
  isGlobal(identifier: Node): boolean;
  /** The uses in a function of what is bound outside of it. */
  free(fn: Node): readonly Use[];
  isTop(variable: Variable): boolean;
}

/** Of the uses of a name, the one by which its function replaces itself, or null. */
export function replacementIn(variable: Variable, uses: readonly Use[], names: Names): Use | null {
  const [definition, ...others] = variable.defs;
  if (definition?.type !== "FunctionName" || others.length > 0 || !names.isTop(variable)) return null;
  const fn = definition.node as unknown as Node;
  if (fn.type !== "FunctionDeclaration" || fn.async || fn.generator) return null;
  const [write, ...writes] = uses.filter((use) => use.write);
  if (write === undefined || writes.length > 0) return null;
  const assignment = replacementOf(fn);
  if (assignment === null || assignment.left !== write.node) return null;
  const isOnlyCalled = uses.every((use) => use === write || isCallee(use.node, names.parents));
  return isOnlyCalled && isFunctionOfNothing(assignment.right as Node, names) ? write : null;
}

/** The assignment in `return name = ..., name(...)`, if that is a function's only statement; or null. */
function replacementOf(fn: Node): Node | null {
  const [statement, ...rest] = ((fn.body as Node).body as Node[]).filter(({ directive }) => directive === undefined);
  if (statement?.type !== "ReturnStatement" || rest.length > 0) return null;
  const result = statement.argument as Node | null;
  if (result?.type !== "SequenceExpression") return null;
  const [assignment, call, ...more] = result.expressions as Node[];
  const isAssignment = assignment?.type === "AssignmentExpression" && assignment.operator === "=";
  return isAssignment && call?.type === "CallExpression" && more.length === 0 ? assignment : null;
}

/** Whether the name is called, also by `apply` or `call`. */
function isCallee(name: Node, parents: Parents): boolean {
  const parent = parents.get(name);
  if (parent?.type === "CallExpression") return parent.callee === name;
  if (parent?.type !== "MemberExpression" || parent.object !== name || parent.computed) return false;
  const call = parents.get(parent);
  return (
    call?.type === "CallExpression" &&
    call.callee === parent &&
    PASSING_ON.has((parent.property as Node).name as string)
  );
}

/**
 * Whether an expression yields a function that captures no binding of a function around it, chooses it by asking only for members and types of the
 * language's objects, and does nothing else.
 */
function isFunctionOfNothing(node: Node, names: Names): boolean {
  if (node.type === "ConditionalExpression") {
    const { test, consequent, alternate } = node as unknown as Record<"test" | "consequent" | "alternate", Node>;
    return isAskedOfLanguage(test, names) && [consequent, alternate].every((one) => isFunctionOfNothing(one, names));
  }
  if (node.type === "LogicalExpression") {
    const { left, right } = node as unknown as Record<"left" | "right", Node>;
    return node.operator === "||" && isMember(left, names) && isFunctionOfNothing(right, names);
  }
  if (node.type === "FunctionExpression") return isClosed(node, names);
  return isMember(node, names) || isBoundToNothing(node, names);
}

/** Whether a function uses no binding of the functions around it, other than of those whose bindings count as the module's. */
function isClosed(fn: Node, names: Names): boolean {
  return names.free(fn).every(({ variable }) => variable === null || names.isTop(variable));
}

/** Whether an expression is like `Object.assign.bind()`. */
function isBoundToNothing(node: Node, names: Names): boolean {
  if (node.type !== "CallExpression" || (node.arguments as Node[]).length > 0) return false;
  const callee = node.callee as Node;
  return isNamedMember(callee) && (callee.property as Node).name === "bind" && isMember(callee.object as Node, names);
}

/** Whether an expression is like `Object.assign`. */
function isMember(node: Node, names: Names): boolean {
  if (!isNamedMember(node)) return false;
  const object = node.object as Node;
  return object.type === "Identifier" && LANGUAGE.has(object.name as string) && names.isGlobal(object);
}

function isNamedMember(node: Node): boolean {
  return (
    node.type === "MemberExpression" &&
    !node.computed &&
    !node.optional &&
    (node.property as Node).type === "Identifier"
  );
}

/** Whether a condition asks for nothing but members and types of objects of the language. */
function isAskedOfLanguage(node: Node, names: Names): boolean {
  switch (node.type) {
    case "Literal":
      return true;
    case "Identifier":
      return LANGUAGE.has(node.name as string) && names.isGlobal(node);
    case "UnaryExpression":
      return (node.operator === "typeof" || node.operator === "!") && isAskedOfLanguage(node.argument as Node, names);
    case "BinaryExpression":
    case "LogicalExpression":
      return isAskedOfLanguage(node.left as Node, names) && isAskedOfLanguage(node.right as Node, names);
    default:
      return isMember(node, names);
  }
}
