/**
 * Descriptors, handles and streams that a function opens and keeps to itself. Their numbers are facts of the process, and
 * what they read next was settled by whoever has read by them before: so the function may do nothing with them but read by
 * them and close them.
 */
import type { Variable } from "eslint-scope";
import { isConfined, type Opener, openerOf } from "../../audit/scan/recorded.ts";
import { FUNCTIONS, memberPath, type Node, type Scopes } from "../../audit/scan/syntax.ts";
import { sourceOf } from "./binding-source.ts";

const OWN_CODE = new Set([...FUNCTIONS, "StaticBlock", "PropertyDefinition"]);
const HANDLE_METHODS = new Set(["close", "read", "readFile", "stat"]);

/**
 * Whether a use of a function of Node's opens what is confined to the code around it, or reads by what is.
 * @param module without `node:`
 * @param path names of the function within its module
 * @param use the whole expression that names it
 */
export function isConfinedUse(module: string, path: readonly string[], use: Node, scopes: Scopes): boolean {
  const call = callOf(use, scopes);
  if (call === null || !isConfined(module, path)) return false;
  const opener = openerOf(module, path);
  if (opener !== null) return isKept(call, opener, scopes) && isPlainOpening(call, opener, scopes);
  const [first] = call.arguments as Node[];
  return first !== undefined && isOwn(first, "descriptor", scopes);
}

/** The call that an expression is the callee of. */
function callOf(callee: Node, scopes: Scopes): Node | null {
  const parent = scopes.parents.get(callee);
  const isIt = parent?.type === "CallExpression" && parent.callee === callee && parent.optional !== true;
  return isIt && !(parent.arguments as Node[]).some(({ type }) => type === "SpreadElement") ? parent : null;
}

/** Whether what opens something is told nothing that depends on others. */
function isPlainOpening(call: Node, opener: Opener, scopes: Scopes): boolean {
  const [first, second, ...more] = call.arguments as Node[];
  if (first === undefined || more.length > 0) return false;
  // What its options are is looked at when it is called.
  if (opener === "stream") return true;
  if (opener !== "lines") return second === undefined || (second.type === "Literal" && second.value === "r");
  if (second !== undefined || first.type !== "ObjectExpression") return false;
  const properties = first.properties as Node[];
  const input = properties.find((property) => nameOf(property) === "input");
  const isKnown = properties.every((property) => /^(input|crlfDelay)$/.test(nameOf(property) ?? ""));
  return input !== undefined && isKnown && isOwn(input.value as Node, "stream", scopes);
}

/** What a property of an object literal is called; null for a method, an accessor and what is not written out. */
function nameOf({ type, computed, kind, method, key }: Node): string | null {
  if (type !== "Property" || computed || kind !== "init" || method) return null;
  return ((key as Node).name ?? (key as Node).value) as string;
}

/** Whether an expression is something that the code around it has opened and keeps to itself. */
function isOwn(expression: Node, opener: Opener, scopes: Scopes): boolean {
  const variable = expression.type === "Identifier" ? scopes.variableAt(expression) : null;
  const value = variable ? initialiserOf(variable) : expression;
  const call = value?.type === "AwaitExpression" ? (value.argument as Node) : value;
  if (call?.type !== "CallExpression") return false;
  const callee = builtinOf(call.callee as Node, scopes);
  return callee !== null && openerOf(callee.module, callee.path) === opener && isKept(call, opener, scopes);
}

function initialiserOf(variable: Variable): Node | null {
  const [definition] = variable.defs;
  if (variable.defs.length !== 1 || definition?.type !== "Variable") return null;
  return (definition.node as unknown as { init: Node | null }).init;
}

/** Whether what a call opens is read by where it is opened, or held by a constant and read by there. */
function isKept(call: Node, opener: Opener, scopes: Scopes): boolean {
  const parent = scopes.parents.get(call);
  if (opener === "handle" && parent?.type !== "AwaitExpression") return false;
  const opened = opener === "handle" ? (parent as Node) : call;
  if (isReadBy(opened, opener, scopes)) return true;
  const declarator = scopes.parents.get(opened);
  if (declarator?.type !== "VariableDeclarator" || (declarator.id as Node).type !== "Identifier") return false;
  if ((scopes.parents.get(declarator) as Node).kind !== "const") return false;
  const variable = scopes.namedBy(declarator.id as Node);
  if (variable === null || scopes.isTop(variable)) return false;
  const around = codeAround(call, scopes);
  return scopes.of(variable).every(({ node, init }) => {
    return init || (codeAround(node, scopes) === around && isReadBy(node, opener, scopes));
  });
}

/** Whether an expression stands where it is read by, or closed, and goes nowhere else. */
function isReadBy(expression: Node, opener: Opener, scopes: Scopes): boolean {
  const parent = scopes.parents.get(expression) as Node;
  const isLooped = parent.type === "ForOfStatement" && parent.await === true && parent.right === expression;
  switch (opener) {
    case "descriptor": {
      const callee = parent.type === "CallExpression" ? builtinOf(parent.callee as Node, scopes) : null;
      const isReader = callee && isConfined(callee.module, callee.path) && !openerOf(callee.module, callee.path);
      return isReader === true && (parent.arguments as Node[])[0] === expression;
    }
    case "handle": {
      const isMember = parent.type === "MemberExpression" && parent.object === expression && !parent.computed;
      return (
        isMember && HANDLE_METHODS.has((parent.property as Node).name as string) && callOf(parent, scopes) !== null
      );
    }
    case "lines":
      return isLooped;
    case "stream": {
      if (isLooped) return true;
      const call = nameOf(parent) === "input" ? scopes.parents.get(scopes.parents.get(parent) as Node) : undefined;
      const reader = call?.type === "CallExpression" ? builtinOf(call.callee as Node, scopes) : null;
      return (
        reader !== null && openerOf(reader.module, reader.path) === "lines" && isKept(call as Node, "lines", scopes)
      );
    }
  }
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
