/**
 * Constants that need no look at run time, because their source already says all that they will ever be: literals,
 * regular expressions without a position, and tables of these that nothing in the module can change or hand on.
 * They belong to the code of whoever reads them.
 */
import type { Variable } from "eslint-scope";
import { FUNCTIONS, type Node, type Scopes } from "../../audit/scan/syntax.ts";
import { isGlobalNamed, isOnlyRead, PRIMITIVE, type Shape, TOLD_APART } from "./only-read.ts";
import { isWrittenAgain } from "./written-again.ts";

/** The initialiser of a binding that is static in this sense, or null. */
export function staticInitialiser(variable: Variable, exported: boolean, scopes: Scopes): Node | null {
  const init = soleInitialiser(variable, scopes) ?? hoistedInitialiser(variable, scopes);
  if (!init) return null;
  const shape = shapeOf(init, scopes);
  if (shape === null) return null;
  if (shape === PRIMITIVE) return init;
  if (exported) return null;
  const reads = scopes.of(variable).filter((use) => !use.init);
  return reads.every((use) => isOnlyRead(use.node, shape, scopes)) ? init : null;
}

/** The initialiser of a simple declaration that is never assigned to again. */
export function soleInitialiser(variable: Variable, scopes: Scopes): Node | null {
  // A `var` can be read before its initialiser has run.
  return isHoisted(variable) ? null : (soleDeclaration(variable, scopes)?.init ?? null);
}

/** The same for a `var` that is undefined until its initialiser has run, and never afterwards. */
export function hoistedInitialiser(variable: Variable, scopes: Scopes): Node | null {
  const declared = soleDeclaration(variable, scopes);
  if (declared === null) return null;
  const { declaration, init } = declared;
  const around = scopes.parents.get(declaration);
  const isInBody = around?.type === "Program" || FUNCTIONS.has((around && scopes.parents.get(around)?.type) ?? "");
  return isInBody && !(init.type === "UnaryExpression" && init.operator === "void") ? init : null;
}

export function isHoisted({ defs }: Variable): boolean {
  return (defs[0]?.parent as { readonly kind?: string } | null | undefined)?.kind === "var";
}

function soleDeclaration(
  variable: Variable,
  scopes: Scopes,
): { readonly declaration: Node; readonly init: Node } | null {
  const definition = variable.defs[0];
  if (variable.defs.length !== 1 || definition?.type !== "Variable" || !definition.parent) return null;
  const { id, init } = definition.node as unknown as { id: Node; init: Node | null };
  if (id.type !== "Identifier" || !init) return null;
  if (isWrittenAgain(variable, scopes)) return null;
  return { declaration: definition.parent as unknown as Node, init };
}

/** The same, as it is being made. */
interface Draft {
  isRegExp: boolean;
  table: { readonly all: Draft; readonly members: Map<string, Draft> } | null;
}

/** What an expression of literals makes; null where it may hold anything else. */
function shapeOf(node: Node, scopes: Scopes): Shape | null {
  return isStaticPrimitive(node, scopes) ? PRIMITIVE : (draftOf(node, scopes) ?? collectionOf(node, scopes));
}

function draftOf(node: Node, scopes: Scopes): Draft | null {
  if (isStaticPrimitive(node, scopes)) return { isRegExp: false, table: null };
  if (isPlainRegExp(node)) return { isRegExp: true, table: null };
  if (node.type !== "ArrayExpression" && node.type !== "ObjectExpression") return null;
  const all: Draft = { isRegExp: false, table: null };
  const members = new Map<string, Draft>();
  const add = (name: string | null, value: Node): boolean => {
    const draft = draftOf(value, scopes);
    if (draft === null) return false;
    merge(draft, all);
    const known = name === null ? undefined : members.get(name);
    if (known) merge(draft, known);
    else if (name !== null) members.set(name, draft);
    return true;
  };
  const isTable =
    node.type === "ArrayExpression"
      ? (node.elements as (Node | null)[]).every((value, i) => value && add(i < TOLD_APART ? String(i) : null, value))
      : (node.properties as Node[]).every((item) => {
          const name = memberName(item);
          return name !== null && add(name, item.value as Node);
        });
  return isTable ? { isRegExp: false, table: { all, members } } : null;
}

/** The name of a plain property; null for an accessor, a method of a computed name, a spread, and for a table that would be the prototype. */
function memberName(item: Node): string | null {
  if (item.type !== "Property" || item.computed || item.kind !== "init") return null;
  const { name, value } = item.key as Node;
  const isPrototype = (name ?? value) === "__proto__" && (item.value as Node).type !== "Literal";
  return isPrototype ? null : String(name ?? value);
}

/** Adds what one value may be to what another may be. Nothing of the first becomes a part of the second. */
function merge(from: Draft, to: Draft): void {
  if (from.isRegExp) to.isRegExp = true;
  if (from.table === null) return;
  to.table ??= { all: { isRegExp: false, table: null }, members: new Map() };
  merge(from.table.all, to.table.all);
  for (const [name, member] of from.table.members) {
    let known = to.table.members.get(name);
    if (known === undefined) {
      known = { isRegExp: false, table: null };
      to.table.members.set(name, known);
    }
    merge(member, known);
  }
}

/** `new Set(["a", "b"])` and `new Map([["a", 1]])`, of primitive values. */
function collectionOf(node: Node, scopes: Scopes): Shape | null {
  if (node.type !== "NewExpression") return null;
  const [table, ...rest] = node.arguments as Node[];
  if (rest.length > 0 || table?.type !== "ArrayExpression") return null;
  const items = table.elements as (Node | null)[];
  const isPrimitive = (item: Node | null) => item !== null && isStaticPrimitive(item, scopes);
  const isPair = (item: Node | null) => {
    const pair = item?.type === "ArrayExpression" ? (item.elements as (Node | null)[]) : [];
    return pair.length === 2 && pair.every(isPrimitive);
  };
  const callee = node.callee as Node;
  const isSet = isGlobalNamed(callee, "Set", scopes) && items.every(isPrimitive);
  const isMap = isGlobalNamed(callee, "Map", scopes) && items.every(isPair);
  return isSet || isMap ? { isRegExp: false, table: { all: PRIMITIVE, members: new Map() } } : null;
}

function isStaticPrimitive(node: Node, scopes: Scopes): boolean {
  switch (node.type) {
    case "Literal":
      return !node.regex;
    case "TemplateLiteral":
      return (node.expressions as Node[]).length === 0;
    case "UnaryExpression":
      return node.operator !== "delete" && isStaticPrimitive(node.argument as Node, scopes);
    case "BinaryExpression":
      return isStaticPrimitive(node.left as Node, scopes) && isStaticPrimitive(node.right as Node, scopes);
    default:
      return false;
  }
}

function isPlainRegExp(node: Node): boolean {
  const regex = node.regex as { flags: string } | undefined;
  return node.type === "Literal" && regex !== undefined && !/[gy]/.test(regex.flags);
}
