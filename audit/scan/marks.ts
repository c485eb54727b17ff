/**
 * Marks: the nodes that scans look at. A module is walked once to collect them, and each function and class has a range of that list.
 * Without it, a scan of each function would walk all functions in it again.
 */
import { STACK_PROPERTIES } from "./allow-list.ts";
import { FOLLOWING } from "./floating-promises.ts";
import { isFieldValue, isLookedInto, LOOPS, type Node, propertyName } from "./syntax.ts";

const TYPES: ReadonlySet<string> = new Set([
  ...LOOPS,
  "ArrowFunctionExpression",
  "AwaitExpression",
  "CallExpression",
  "CatchClause",
  "ClassDeclaration",
  "ClassExpression",
  "FunctionDeclaration",
  "FunctionExpression",
  "ImportExpression",
  "MetaProperty",
  "NewExpression",
  "PrivateIdentifier",
  "Property",
  "PropertyDefinition",
  "ReturnStatement",
  "SpreadElement",
  "StaticBlock",
  "Super",
  "TaggedTemplateExpression",
  "ThisExpression",
  "YieldExpression",
]);

/** Functions of `assert` that call another function and look at the error that it throws. */
export const CATCHING: ReadonlySet<string> = new Set(["throws", "doesNotThrow", "rejects", "doesNotReject"]);
export const BUFFER_NAMES: ReadonlySet<string> = new Set(["buffer", "byteOffset", "offset", "parent"]);
/** Members that forbid caching, depending on the object of which they are read. */
const DECISIVE: ReadonlySet<string> = new Set(["constructor", "arguments", ...STACK_PROPERTIES]);

/** Whether a scan looks at a node. */
export function isMarked(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  return isOfInterest(node, parents) || isFieldValue(node, parents);
}

function isOfInterest(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  switch (node.type) {
    case "Identifier":
      return isMarkedName(node.name as string);
    case "MemberExpression": {
      const name = propertyName(node);
      return name !== null && (DECISIVE.has(name) || isLookedInto(node, parents));
    }
    case "Property":
      return parents.get(node)?.type === "ObjectPattern";
    case "VariableDeclaration":
      return node.kind === "await using";
    default:
      return TYPES.has(node.type);
  }
}

/** Names of methods by which code goes on later, without an `await`. */
export const LATER: ReadonlySet<string> = new Set([...FOLLOWING, "fromAsync"]);

/** Whether code waits by a marked node, or may go on later because of it. */
export function mayWait(node: Node): boolean {
  return isWait(node) || (node.type === "Identifier" && LATER.has(node.name as string));
}

export function isWait(node: Node): boolean {
  switch (node.type) {
    case "AwaitExpression":
    case "YieldExpression":
      return true;
    case "VariableDeclaration":
      return node.kind === "await using";
    case "ForOfStatement":
      return node.await === true;
    default:
      return false;
  }
}

const names = new Map<string, boolean>();

function isMarkedName(name: string): boolean {
  const known = names.get(name);
  if (known !== undefined) return known;
  const isMarked =
    name === "arguments" || name === "Promise" || LATER.has(name) || CATCHING.has(name) || BUFFER_NAMES.has(name);
  if (names.size < 10_000) names.set(name, isMarked);
  return isMarked;
}
