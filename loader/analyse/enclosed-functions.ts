/**
 * Functions of code that runs once, inside of a function that is called where it stands: an IIFE, a UMD factory, what
 * TypeScript makes of a `namespace`. No binding of the module leads to them, so they have no guard; they are listed, so
 * that whoever asks for one is told why.
 */
import { walk } from "estree-walker";
import { FUNCTIONS, type Node, propertyName, type Scopes } from "../../audit/scan/syntax.ts";

export interface EnclosedFunction {
  readonly node: Node;
  readonly name: string;
}

const APPLYING = new Set(["call", "apply"]);

/** The named functions directly inside of the functions that a top-level statement calls where they stand. */
export function enclosedFunctions(statement: Node, scopes: Scopes): EnclosedFunction[] {
  const found: EnclosedFunction[] = [];
  for (const outer of calledInPlace(statement)) {
    walk(outer.body as never, {
      enter(estree) {
        const node = estree as unknown as Node;
        if (!FUNCTIONS.has(node.type)) return;
        const name = nameOf(node, scopes);
        if (name !== null) found.push({ node, name });
        this.skip();
      },
    });
  }
  return found;
}

/** Functions that are called where they stand, and those that they are given to call, also inside of one another. */
function calledInPlace(statement: Node): Node[] {
  const found: Node[] = [];
  walk(statement as never, {
    enter(estree) {
      const node = estree as unknown as Node;
      if (FUNCTIONS.has(node.type)) {
        if (!found.includes(node)) this.skip();
        return;
      }
      if (node.type !== "CallExpression") return;
      const callee = appliedFunction(node.callee as Node);
      if (!FUNCTIONS.has(callee.type)) return;
      found.push(callee, ...(node.arguments as Node[]).filter(({ type }) => FUNCTIONS.has(type)));
    },
  });
  return found;
}

/** `f` in `f.call(this)`. */
function appliedFunction(callee: Node): Node {
  const isApplied = callee.type === "MemberExpression" && APPLYING.has(propertyName(callee) ?? "");
  return isApplied ? (callee.object as Node) : callee;
}

/** What a function is called where it stands, or null for one that is only handed on. */
function nameOf(node: Node, scopes: Scopes): string | null {
  const own = ((node.id as Node | null | undefined)?.name as string | undefined) ?? null;
  const parent = scopes.parents.get(node) as Node;
  switch (parent.type) {
    case "VariableDeclarator":
      return ((parent.id as Node).name as string | undefined) ?? own;
    case "AssignmentExpression":
      return pathText(parent.left as Node) ?? own;
    case "Property":
      return parent.kind === "init" ? keyText(parent) : null;
    case "MethodDefinition": {
      const key = parent.kind === "method" ? keyText(parent) : null;
      const holder = scopes.parents.get(scopes.parents.get(parent) as Node) as Node;
      const declared = (holder.id ?? (scopes.parents.get(holder) as Node).id) as Node | null | undefined;
      return key !== null && declared?.type === "Identifier" ? `${declared.name as string}.${key}` : key;
    }
    default:
      return own;
  }
}

function keyText(property: Node): string | null {
  const key = property.key as Node;
  return property.computed || key.type !== "Identifier" ? null : (key.name as string);
}

function pathText(node: Node): string | null {
  if (node.type === "Identifier") return node.name as string;
  if (node.type !== "MemberExpression") return null;
  const [object, name] = [pathText(node.object as Node), propertyName(node)];
  return object === null || name === null ? name : `${object}.${name}`;
}
