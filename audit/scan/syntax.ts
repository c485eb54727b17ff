/** The shapes in which the loader shows code to the static scan. */
import type { Scope, Variable } from "eslint-scope";

/** An ESTree node with acorn's offsets. */
export type Node = { type: string; start: number; end: number; [field: string]: unknown };

/** A use of a name, with what stands around it. */
export interface Use {
  readonly node: Node;
  readonly name: string;
  readonly write: boolean;
  /** The write that a declaration makes of its own initialiser. */
  readonly init: boolean;
  /** The binding, or null for a global. */
  readonly variable: Variable | null;
}

export interface Scopes {
  readonly parents: ReadonlyMap<Node, Node>;
  /** The scope of the module's own bindings. */
  readonly top: Scope;
  /** All uses in source order. */
  readonly uses: readonly Use[];
  /** The uses inside a node of what is declared outside of it. */
  free(node: Node): Use[];
  /** The uses of the name that a function or class expression has for itself: nothing outside of it knows that name. */
  own(node: Node): readonly Use[];
  /** The binding that an identifier names, or null for a global. */
  variableAt(identifier: Node): Variable | null;
  /** The same, also of an identifier that declares one. */
  namedBy(identifier: Node): Variable | null;
  /** All uses of a binding in the module. */
  of(variable: Variable): readonly Use[];
  isTop(variable: Variable): boolean;
}

/** Called, perhaps awaited, as a statement: nobody looks at what comes of it. */
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

/** The name that a member expression reads, where the code tells. */
export function propertyName(member: Node): string | null {
  const property = member.property as Node;
  if (!member.computed) return property.type === "Identifier" ? (property.name as string) : null;
  return property.type === "Literal" && typeof property.value === "string" ? property.value : null;
}
