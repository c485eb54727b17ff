/**
 * Descriptors that a function opens and keeps to itself. Their numbers are those of the process, and what is read by one
 * depends on who has read by it before: so the function may do nothing with one but read by it and close it.
 */
import type { Variable } from "eslint-scope";
import { isConfined, isOpener } from "../audit/allow.ts";
import { memberPath } from "../audit/scan.ts";
import type { Node, Scopes } from "../audit/syntax.ts";
import { sourceOf } from "./sources.ts";

const OWN_CODE = new Set([
  ...["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"],
  ...["StaticBlock", "PropertyDefinition"],
]);

/**
 * Whether a use of a function of Node's opens what is confined to the code around it, or reads by what is.
 * @param module without `node:`
 * @param path names of the function within its module
 * @param use the whole expression that names it
 */
export function isConfinedUse(module: string, path: readonly string[], use: Node, scopes: Scopes): boolean {
  if (!isConfined(module, path)) return false;
  const call = callOf(use, scopes);
  if (call === null) return false;
  if (isOpener(module, path)) return keeperOf(call, scopes) !== null;
  const [first] = call.arguments as Node[];
  const variable = first?.type === "Identifier" ? scopes.variableAt(first) : null;
  const opening = variable && openingOf(variable);
  return opening ? isOpening(opening, scopes) && keeperOf(opening, scopes) === variable : false;
}

/** The call that an expression is the callee of. */
function callOf(callee: Node, scopes: Scopes): Node | null {
  const parent = scopes.parents.get(callee);
  const isIt = parent?.type === "CallExpression" && parent.callee === callee && parent.optional !== true;
  return isIt && !(parent.arguments as Node[]).some(({ type }) => type === "SpreadElement") ? parent : null;
}

/** The call that gives a variable its value. */
function openingOf(variable: Variable): Node | null {
  const [definition] = variable.defs;
  if (variable.defs.length !== 1 || definition?.type !== "Variable") return null;
  const { init } = definition.node as unknown as { init: Node | null };
  return init?.type === "CallExpression" ? init : null;
}

function isOpening(call: Node, scopes: Scopes): boolean {
  const name = builtinOf(call.callee as Node, scopes);
  return name !== null && isOpener(name.module, name.path);
}

/** The constant that alone holds what a call opens, or null where it may get away. */
function keeperOf(call: Node, scopes: Scopes): Variable | null {
  const [, flags, ...more] = call.arguments as Node[];
  if (more.length > 0 || (flags && !(flags.type === "Literal" && flags.value === "r"))) return null;
  const declarator = scopes.parents.get(call);
  if (declarator?.type !== "VariableDeclarator" || (declarator.id as Node).type !== "Identifier") return null;
  if ((scopes.parents.get(declarator) as Node).kind !== "const") return null;
  const variable = scopes.namedBy(declarator.id as Node);
  if (variable === null || scopes.isTop(variable)) return null;
  const around = codeAround(call, scopes);
  const isKept = scopes.of(variable).every(({ node, init }) => {
    return init || (codeAround(node, scopes) === around && isReadBy(node, scopes));
  });
  return isKept ? variable : null;
}

/** Whether a name stands where a descriptor is read by, or closed. */
function isReadBy(name: Node, scopes: Scopes): boolean {
  const call = scopes.parents.get(name);
  if (call?.type !== "CallExpression" || (call.arguments as Node[])[0] !== name) return false;
  const callee = builtinOf(call.callee as Node, scopes);
  return callee !== null && isConfined(callee.module, callee.path) && !isOpener(callee.module, callee.path);
}

/** The export of a built-in module that an expression names. */
function builtinOf(callee: Node, scopes: Scopes): { module: string; path: readonly string[] } | null {
  let root = callee;
  while (root.type === "MemberExpression") root = root.object as Node;
  const variable = root.type === "Identifier" ? scopes.variableAt(root) : null;
  const source = variable && sourceOf(variable, scopes);
  const { path, outer } = memberPath(root, scopes.parents);
  if (!source || outer !== callee) return null;
  const isWhole = source.imported === "*" || source.imported === "default";
  return { module: source.from.replace(/^node:/, ""), path: isWhole ? path : [source.imported, ...path] };
}

/** The function, or the like, that a node stands in. */
function codeAround(node: Node, scopes: Scopes): Node | undefined {
  let at = scopes.parents.get(node);
  while (at && !OWN_CODE.has(at.type)) at = scopes.parents.get(at);
  return at;
}
