/**
 * Constants that need no look at run time, because their source already says all that they will ever be: literals,
 * regular expressions without a position, and flat tables of literals that nothing in the module can change or hand on.
 * They belong to the code of whoever reads them.
 */
import type { Variable } from "eslint-scope";
import { isTarget, type Node, type Scopes } from "../../audit/scan/syntax.ts";

const READING_METHODS = new Set([
  ...["includes", "indexOf", "lastIndexOf", "join", "slice", "concat", "at", "has", "get", "keys", "values", "entries"],
  ...["hasOwnProperty", "toString"],
]);
const REGEXP_METHODS = new Set(["test", "exec"]);
const TAKES_REGEXP = new Set(["replace", "replaceAll", "match", "matchAll", "split", "search"]);
const READING_STATICS = new Set(["keys", "values", "entries", "hasOwn"]);

/** The initialiser of a binding that is static in this sense, or null. */
export function staticInitialiser(variable: Variable, exported: boolean, scopes: Scopes): Node | null {
  const init = soleInitialiser(variable, scopes);
  if (!init) return null;
  if (isStaticPrimitive(init, scopes)) return init;
  if (exported) return null;
  const reads = scopes.of(variable).filter((use) => !use.init);
  if (isPlainRegExp(init)) return reads.every((use) => isRegExpRead(use.node, scopes)) ? init : null;
  return isFlatTable(init, scopes) && reads.every((use) => isTableRead(use.node, scopes)) ? init : null;
}

/** The initialiser of a simple declaration that is never assigned to again. */
export function soleInitialiser(variable: Variable, scopes: Scopes): Node | null {
  const definition = variable.defs[0];
  if (variable.defs.length !== 1 || definition?.type !== "Variable") return null;
  const declarator = definition.node as unknown as { id: Node; init: Node | null };
  if (declarator.id.type !== "Identifier" || !declarator.init) return null;
  // A `var` can be read before its initialiser has run.
  const declaration = definition.parent as unknown as { kind?: string } | null;
  if (declaration?.kind === "var") return null;
  return scopes.of(variable).some((use) => use.write && !use.init) ? null : declarator.init;
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

function isFlatTable(node: Node, scopes: Scopes): boolean {
  if (node.type === "ArrayExpression") {
    return (node.elements as (Node | null)[]).every((item) => item !== null && isStaticPrimitive(item, scopes));
  }
  if (node.type === "ObjectExpression") {
    return (node.properties as Node[]).every(
      (item) =>
        item.type === "Property" &&
        !item.computed &&
        item.kind === "init" &&
        isStaticPrimitive(item.value as Node, scopes),
    );
  }
  return isNewSet(node, scopes);
}

/** `new Set(["a", "b"])` of the global Set. */
function isNewSet(node: Node, scopes: Scopes): boolean {
  if (node.type !== "NewExpression") return false;
  const callee = node.callee as Node;
  const [table, ...rest] = node.arguments as Node[];
  const isGlobal = scopes.uses.some((use) => use.node === callee && use.name === "Set" && !use.variable);
  return isGlobal && rest.length === 0 && table?.type === "ArrayExpression" && isFlatTable(table, scopes);
}

function isRegExpRead(use: Node, scopes: Scopes): boolean {
  const parent = scopes.parents.get(use);
  if (parent?.type === "MemberExpression" && parent.object === use) return isCalled(parent, REGEXP_METHODS, scopes);
  if (parent?.type !== "CallExpression" || (parent.arguments as Node[])[0] !== use) return false;
  const callee = parent.callee as Node;
  return (
    callee.type === "MemberExpression" && !callee.computed && TAKES_REGEXP.has((callee.property as Node).name as string)
  );
}

function isTableRead(use: Node, scopes: Scopes): boolean {
  const parent = scopes.parents.get(use);
  switch (parent?.type) {
    case "MemberExpression": {
      if (parent.object !== use) return false;
      if (isTarget(parent, scopes.parents)) return false;
      const grandparent = scopes.parents.get(parent);
      if (grandparent?.type === "TaggedTemplateExpression") return false;
      const isCallee = grandparent?.type === "CallExpression" && grandparent.callee === parent;
      // Elements are primitive: read, they cannot lead back to the table.
      return isCallee ? isCalled(parent, READING_METHODS, scopes) : true;
    }
    case "ForOfStatement":
      return parent.right === use;
    case "SpreadElement":
      return true;
    case "BinaryExpression":
      return parent.operator === "in" && parent.right === use;
    case "CallExpression": {
      const callee = parent.callee as Node;
      if ((parent.arguments as Node[])[0] !== use || callee.type !== "MemberExpression" || callee.computed)
        return false;
      const object = callee.object as Node;
      const isObject = scopes.uses.some(
        ({ node, name, variable }) => node === object && name === "Object" && !variable,
      );
      return isObject && READING_STATICS.has((callee.property as Node).name as string);
    }
    default:
      return false;
  }
}

function isCalled(member: Node, methods: ReadonlySet<string>, scopes: Scopes): boolean {
  const call = scopes.parents.get(member);
  if (call?.type !== "CallExpression" || call.callee !== member || member.computed) return false;
  return methods.has((member.property as Node).name as string);
}
