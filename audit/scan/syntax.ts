/** The shapes in which the loader shows code to the static scan. */
import type { Scope, Variable } from "eslint-scope";

/** An ESTree node with acorn's offsets. */
export type Node = { type: string; start: number; end: number; [field: string]: unknown };

/** A use of a name, with what stands around it. */
export interface Use {
  readonly node: Node;
  readonly name: string;
  readonly write: boolean;
  /** It reads the value, too: `a++`, `a += 1`. Of what writes nothing, always. */
  readonly reads: boolean;
  /** The write that a declaration makes of its own initialiser. */
  readonly init: boolean;
  /** The binding, or null for a global. */
  readonly variable: Variable | null;
}

/** Places in a list: from one on, and before another. */
export type Range = readonly [from: number, to: number];

export interface Scopes {
  readonly parents: ReadonlyMap<Node, Node>;
  /** The scope of the module's own bindings. */
  readonly top: Scope;
  /** Functions whose bindings are taken for the module's as well, because they run once with it; an outer one before those in it. */
  readonly once: readonly OnceFunction[];
  /** All uses in source order. */
  readonly uses: readonly Use[];
  /** All uses inside a node, in source order. */
  within(node: Node): Use[];
  /** The uses inside a node of what is declared outside of it. */
  free(node: Node): Use[];
  /** The uses of the name that a function or class expression has for itself: nothing outside of it knows that name. */
  own(node: Node): readonly Use[];
  /** The binding that an identifier names, or null for a global. */
  variableAt(identifier: Node): Variable | null;
  /** The same, also of an identifier that declares one. */
  namedBy(identifier: Node): Variable | null;
  /** The nodes that scans look at (marks.ts), an outer one before those in it. */
  readonly marks: readonly Node[];
  /** Where those of a function, class or other code begin and end, itself first. */
  marksOf(root: Node): Range;
  /** Those of a function, class or other code. */
  inside(root: Node): readonly Node[];
  /** Those of them by which code waits, or goes on later. */
  waitsIn(root: Node): readonly Node[];
  /** Whether code is strict: of a function or class, that which is in it. */
  isStrict(node: Node): boolean;
  /** All uses of a binding in the module, and for each function that calls `eval` one for what the text may do to it. */
  of(variable: Variable): readonly Use[];
  /** Whether a binding is of the module, or of a function that runs once with it. */
  isTop(variable: Variable): boolean;
  /** Where such a binding is: 0 for the module, else the number of the function in `once`, counted from 1; null for any other. */
  homeOf(variable: Variable): number | null;
  /** Functions that call `eval`: what names in them mean is not known. None is in another one. */
  readonly evaluators: ReadonlySet<Node>;
  /** Whether the module's own code calls `eval`, or that of a function that runs once with it. */
  readonly isEvaluating: boolean;
}

/** A function that the module's own code calls while it is evaluated, and that runs once by the look of it (loader/parse/once.ts). */
export interface OnceFunction {
  readonly node: Node;
  readonly scope: Scope;
}

/** The uses that stand between two offsets, of a list that is sorted by place: two binary searches. */
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

/** Whether a call, perhaps awaited, stands alone as a statement, so that its result is dropped. */
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

/** The name that a member expression reads, where the code tells. */
export function propertyName(member: Node): string | null {
  const property = member.property as Node;
  if (!member.computed) return property.type === "Identifier" ? (property.name as string) : null;
  return property.type === "Literal" && typeof property.value === "string" ? property.value : null;
}

export const CLASSES = new Set(["ClassDeclaration", "ClassExpression"]);

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

/** Whether the innermost function that code stands in is async. */
export function isInAsync(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  for (let at: Node | undefined = node; at; at = parents.get(at)) if (FUNCTIONS.has(at.type)) return at.async === true;
  return false;
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

/** `const { stack } = error` */
export function isReadAs(node: Node, names: ReadonlySet<string>, parents: ReadonlyMap<Node, Node>): boolean {
  const key = node.key as Node;
  const name = (node.computed ? null : (key.name ?? key.value)) as string;
  return parents.get(node)?.type === "ObjectPattern" && names.has(name);
}

/** Whether a global is called, constructed, extended, compared or asked for its type: nothing else gets hold of it. */
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

/** Whether a value decides only by its type, or by whether it is there: it is tested, or compared with nothing. */
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
      // What is taken for false is the value of the whole.
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

/** Whether code may look at the function that it reads as at an object: it is neither called on the spot, nor tested, nor compared. */
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

/** Whether a node is what a field of a class is initialised with. */
export function isFieldValue(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(node);
  return parent?.type === "PropertyDefinition" && parent.value === node;
}
