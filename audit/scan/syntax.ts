/** The syntax tree and the scopes as the loader gives them to the static scan, and questions about nodes. */
import type { Scope, Variable } from "eslint-scope";

/** An ESTree node with acorn's offsets. */
export type Node = { type: string; start: number; end: number; [field: string]: unknown };

/** A use of a name. */
export interface Use {
  readonly node: Node;
  readonly name: string;
  readonly write: boolean;
  /** Whether it reads the value: always true if it does not write, and true for `a++` and `a += 1`. */
  readonly reads: boolean;
  /** Whether it is the write of a declaration's own initialiser. */
  readonly init: boolean;
  /** The binding, or null for a global. */
  readonly variable: Variable | null;
}

/** A range of indices in a list: `from` is in it, `to` is not. */
export type Range = readonly [from: number, to: number];

export interface Scopes {
  readonly parents: ReadonlyMap<Node, Node>;
  /** The scope of the module's own bindings. */
  readonly top: Scope;
  /** Whether the module is of a package. */
  readonly isPackage: boolean;
  /** Functions that run once with the module, so that their bindings count as the module's. An outer one comes before those in it. */
  readonly once: readonly OnceFunction[];
  /** All uses in source order. */
  readonly uses: readonly Use[];
  /** All uses inside a node, in source order. */
  within(node: Node): Use[];
  /** The uses in a node of names that are declared outside of it. */
  free(node: Node): Use[];
  /** The uses of the own name of a function or class expression, which only its own code can use. */
  own(node: Node): readonly Use[];
  /** The binding that an identifier names, or null for a global. */
  variableAt(identifier: Node): Variable | null;
  /** The same, and the binding that an identifier declares. */
  namedBy(identifier: Node): Variable | null;
  /** The marks of the module (marks.ts). An outer node comes before those in it. */
  readonly marks: readonly Node[];
  /** The range of marks of a function, class or other code. Its own mark is the first. */
  marksOf(root: Node): Range;
  /** The marks of a function, class or other code. */
  inside(root: Node): readonly Node[];
  /** The marks of some code by which it waits, or may go on later. */
  waitsIn(root: Node): readonly Node[];
  /** Whether code is strict; for a function or class, whether the code in it is. */
  isStrict(node: Node): boolean;
  /** All uses of a binding in the module, and for each function that calls `eval` one for what the text may do to it. */
  of(variable: Variable): readonly Use[];
  /** Whether a binding belongs to the module, or to a function that runs once with it. */
  isTop(variable: Variable): boolean;
  /** The home of such a binding: 0 for the module, else the number of the function in `once`, counted from 1; null for other bindings. */
  homeOf(variable: Variable): number | null;
  /** Functions that call `eval`: what names in them mean is not known. None is in another one. */
  readonly evaluators: ReadonlySet<Node>;
  /** Whether the module's own code calls `eval`, or that of a function that runs once with it. */
  readonly isEvaluating: boolean;
}

/** A function that seems to run once, when the module is evaluated (loader/parse/once.ts). */
export interface OnceFunction {
  readonly node: Node;
  readonly scope: Scope;
}

/** The uses between two offsets, of a list in source order. */
export function usesBetween(uses: readonly Use[], start: number, end: number): Use[] {
  return uses.slice(lowerBound(uses, start), lowerBound(uses, end));
}

function lowerBound(uses: readonly Use[], offset: number): number {
  let low = 0;
  let high = uses.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((uses[middle] as Use).node.start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a call is a statement of its own, awaited or not, so that its result is dropped. */
export function isDropping(callee: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const call = parents.get(callee) as Node;
  if (call.type !== "CallExpression" || call.callee !== callee) return false;
  const around = parents.get(call) as Node;
  return (around.type === "AwaitExpression" ? parents.get(around) : around)?.type === "ExpressionStatement";
}

/** Types of nodes that are functions. */
export const FUNCTIONS: ReadonlySet<string> = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
]);

/** Types of statements that are loops. */
export const LOOPS: ReadonlySet<string> = new Set([
  "ForStatement",
  "ForInStatement",
  "ForOfStatement",
  "WhileStatement",
  "DoWhileStatement",
]);

/** The name of the property that a member expression reads; null if it is computed. */
export function propertyName(member: Node): string | null {
  const property = member.property as Node;
  if (!member.computed) return property.type === "Identifier" ? (property.name as string) : null;
  return property.type === "Literal" && typeof property.value === "string" ? property.value : null;
}

export const CLASSES = new Set(["ClassDeclaration", "ClassExpression"]);

/** The names that the members around an expression read of it: for `a` in `a.b.c`, they are `["b", "c"]`. `outer`: the last member. */
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

/** Whether an assignment, an update, a `delete` or the head of a loop writes to an expression. */
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
    // In a pattern on the left of an assignment.
    case "Property":
      return parent.value === node && parents.get(parent)?.type === "ObjectPattern";
    case "ArrayPattern":
    case "RestElement":
      return true;
    default:
      return false;
  }
}

/** Whether the innermost function around a node is async. */
export function isInAsync(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  for (let at: Node | undefined = node; at; at = parents.get(at)) if (FUNCTIONS.has(at.type)) return at.async === true;
  return false;
}

/** The chain of members that begins with a node and is written to: of `a` in `a.b[c] = 1`, it is `a.b[c]`. */
export function writtenMember(node: Node, parents: ReadonlyMap<Node, Node>): Node | null {
  let outer = node;
  for (;;) {
    const parent = parents.get(outer);
    if (parent?.type !== "MemberExpression" || parent.object !== outer) break;
    outer = parent;
  }
  return outer !== node && isTarget(outer, parents) ? outer : null;
}

/** Whether a property of a pattern reads one of some names, as `const { stack } = error` does. */
export function isReadAs(node: Node, names: ReadonlySet<string>, parents: ReadonlyMap<Node, Node>): boolean {
  const key = node.key as Node;
  const name = (node.computed ? null : (key.name ?? key.value)) as string;
  return parents.get(node)?.type === "ObjectPattern" && names.has(name);
}

/** Whether code only calls, constructs, extends or compares a global, or asks for its type, so that no other code gets it as a value. */
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

/** Whether the code only asks for the type of a name, as `typeof window` does. */
export function isAskedForType(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(node);
  return parent?.type === "UnaryExpression" && parent.operator === "typeof";
}

/** Whether only the type or the truth of a value matters: it is tested, or compared with null or undefined. */
export function isTested(node: Node, scopes: Scopes): boolean {
  const parent = scopes.parents.get(node);
  switch (parent?.type) {
    case "ChainExpression":
      return isTested(parent, scopes);
    case "IfStatement":
    case "ConditionalExpression":
    case "WhileStatement":
    case "DoWhileStatement":
    case "ForStatement":
      return parent.test === node;
    case "UnaryExpression":
      return parent.operator === "!" || parent.operator === "typeof";
    case "LogicalExpression":
      // On the left of `||` and `??`, the value may be the result.
      return parent.operator === "&&" && parent.left === node;
    case "BinaryExpression":
      if (!/^[!=]==?$/.test(parent.operator as string)) return false;
      return isNothing((parent.left === node ? parent.right : parent.left) as Node, scopes);
    default:
      return false;
  }
}

/** Whether the code only asks whether a value is another one. */
export function isCompared(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(node);
  return parent?.type === "BinaryExpression" && /^[!=]==$/.test(parent.operator as string);
}

/** `null`, `void 0` and `undefined`. */
function isNothing(node: Node, scopes: Scopes): boolean {
  if (node.type === "Identifier") return node.name === "undefined" && scopes.variableAt(node) === null;
  if (node.type === "UnaryExpression") return node.operator === "void" && (node.argument as Node).type === "Literal";
  return node.type === "Literal" && node.value === null && node.regex === undefined && node.bigint === undefined;
}

/** Whether a node is another one, or stands in it. */
export function isWithin(node: Node, outer: Node): boolean {
  return node.start >= outer.start && node.end <= outer.end;
}

/** Whether code may read properties of a function that it reads: it does not just call, test or compare it. */
export function isLookedInto(read: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(read);
  switch (parent?.type) {
    case "CallExpression":
    case "NewExpression":
      return parent.callee !== read;
    case "TaggedTemplateExpression":
      return parent.tag !== read;
    case "AssignmentExpression":
      return parent.left !== read || parent.operator !== "=";
    case "UnaryExpression":
      return parent.operator !== "typeof" && parent.operator !== "!";
    case "BinaryExpression":
      return parent.operator !== "===" && parent.operator !== "!==";
    default:
      return true;
  }
}

/** Whether a node is the initial value of a field. */
export function isFieldValue(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(node);
  return parent?.type === "PropertyDefinition" && parent.value === node;
}
