/**
 * Whether code can do nothing with a table of literals but read it: no use of it changes it, or hands it or a table in it to code
 * that may. What a use yields is followed into local variables that stand for it, patterns and callbacks.
 */
import { isTarget, type Node, type Scopes } from "../../audit/scan/syntax.ts";

/** What a value may be: a primitive, and what else. */
export interface Shape {
  readonly isRegExp: boolean;
  readonly table: Table | null;
}

/** What is in the tables that a value may be. */
export interface Table {
  /** Any of the elements. */
  readonly all: Shape;
  /** Those under a name, and the first ones under an index; null where only an index means anything, and any element may be there. */
  readonly members: ReadonlyMap<string, Shape> | null;
}

export const PRIMITIVE: Shape = { isRegExp: false, table: null };
/** So many elements of an array are told apart. */
export const TOLD_APART = 8;
const INDEX = /^(?:0|[1-9]\d*)$/;

/** What is read of a table, by the name of the method: an element, or a new table of some of its elements, or a primitive. */
const METHODS: ReadonlyMap<string, "element" | "table" | "pairs" | "primitive"> = new Map([
  ...(["includes", "indexOf", "lastIndexOf", "join", "has", "hasOwnProperty", "toString", "keys"] as const).map(
    (name) => [name, "primitive"] as const,
  ),
  ...(["slice", "concat", "values"] as const).map((name) => [name, "table"] as const),
  ...(["at", "get"] as const).map((name) => [name, "element"] as const),
  ["entries", "pairs"] as const,
]);
/** The same for methods that call a function with an element, its name and the table. */
const CALLING: ReadonlyMap<string, "element" | "table" | "primitive"> = new Map([
  ...(["forEach", "some", "every", "findIndex", "findLastIndex"] as const).map((name) => [name, "primitive"] as const),
  ...(["find", "findLast"] as const).map((name) => [name, "element"] as const),
  ["filter", "table"] as const,
  // What the function returns is followed where it returns it.
  ["map", "primitive"] as const,
  ["flatMap", "primitive"] as const,
]);
const REGEXP_METHODS = new Set(["test", "exec"]);
const TAKES_REGEXP = new Set(["replace", "replaceAll", "match", "matchAll", "split", "search"]);
const READING_STATICS: ReadonlyMap<string, "table" | "pairs" | "primitive"> = new Map([
  ["keys", "primitive"] as const,
  ["values", "table"] as const,
  ["entries", "pairs"] as const,
  ["hasOwn", "primitive"] as const,
]);
const EQUALITY = new Set(["===", "!==", "==", "!="]);

/** Whether what an expression yields is only read, wherever it leads. */
export function isOnlyRead(node: Node, shape: Shape, scopes: Scopes): boolean {
  if (isPrimitive(shape)) return true;
  const parent = scopes.parents.get(node);
  switch (parent?.type) {
    case "MemberExpression":
      return parent.object === node ? isMemberRead(parent, shape, scopes) : false;
    case "ChainExpression":
      return isOnlyRead(parent, shape, scopes);
    case "CallExpression":
      return (parent.arguments as Node[])[0] === node && isArgumentRead(parent, shape, scopes);
    case "NewExpression":
      return (
        (parent.arguments as Node[])[0] === node &&
        isGlobalNamed(parent.callee as Node, "Set", scopes) &&
        isOnlyRead(parent, yieldOf("table", shape), scopes)
      );
    case "ForOfStatement":
      return parent.right === node && isDeclaredRead(parent.left as Node, elementOf(shape, null), scopes);
    case "ForInStatement":
      return parent.right === node;
    case "SpreadElement":
      return isPrimitive(elementOf(shape, null));
    case "VariableDeclarator":
      return parent.init === node && isPatternRead(parent.id as Node, shape, scopes);
    case "BinaryExpression":
      return EQUALITY.has(parent.operator as string) || (parent.operator === "in" && parent.right === node);
    case "UnaryExpression":
      return parent.operator === "!" || parent.operator === "typeof";
    case "LogicalExpression":
      // A table on the left of `&&` is no value of it: only what is false there is.
      return (parent.operator === "&&" && parent.left === node) || isOnlyRead(parent, shape, scopes);
    case "ConditionalExpression":
      return parent.test === node || isOnlyRead(parent, shape, scopes);
    case "IfStatement":
    case "WhileStatement":
    case "ExpressionStatement":
      return true;
    default:
      return false;
  }
}

export function isGlobalNamed(node: Node, name: string, scopes: Scopes): boolean {
  return node.type === "Identifier" && node.name === name && scopes.namedBy(node) === null;
}

function isPrimitive({ isRegExp, table }: Shape): boolean {
  return !isRegExp && table === null;
}

/** @param name null where it is not known */
function elementOf({ table }: Shape, name: string | null): Shape {
  if (table === null) return PRIMITIVE;
  const { all, members } = table;
  if (name === null) return all;
  if (INDEX.test(name) && (members === null || Number(name) >= TOLD_APART)) return all;
  return members?.get(name) ?? PRIMITIVE;
}

function listOf(all: Shape): Shape {
  return { isRegExp: false, table: { all, members: null } };
}

function pairOf(value: Shape): Shape {
  const members = new Map([
    ["0", PRIMITIVE],
    ["1", value],
  ]);
  return { isRegExp: false, table: { all: value, members } };
}

/** What a reading method of a table yields. A new table of primitives may be changed. */
function yieldOf(what: "element" | "table" | "pairs" | "primitive", shape: Shape): Shape {
  const element = elementOf(shape, null);
  if (what === "primitive" || isPrimitive(element)) return PRIMITIVE;
  if (what === "element") return element;
  return listOf(what === "table" ? element : pairOf(element));
}

/** The name under which an expression or a pattern looks for a member, where it is known. */
function nameOf(key: Node, computed: boolean): string | null {
  if (!computed && key.type === "Identifier") return key.name as string;
  return key.type === "Literal" && !key.regex ? String(key.value) : null;
}

function isMemberRead(member: Node, shape: Shape, scopes: Scopes): boolean {
  if (isTarget(member, scopes.parents)) return false;
  const parent = scopes.parents.get(member);
  if (parent?.type === "TaggedTemplateExpression") return false;
  // What is called may be a method of a table, whatever the elements are.
  if (parent?.type !== "CallExpression" || parent.callee !== member) {
    const name = nameOf(member.property as Node, member.computed as boolean);
    return isOnlyRead(member, elementOf(shape, name), scopes);
  }
  if (member.computed) return false;
  const name = (member.property as Node).name as string;
  if (shape.table === null) return REGEXP_METHODS.has(name);
  const method = METHODS.get(name);
  if (method !== undefined) return isOnlyRead(parent, yieldOf(method, shape), scopes);
  const calling = CALLING.get(name);
  const [callback] = parent.arguments as Node[];
  if (calling === undefined || !callback || !isCallbackRead(callback, shape, scopes)) return false;
  return isOnlyRead(parent, yieldOf(calling, shape), scopes);
}

/** Whether a function that is called with each element only reads it, and gets no hold of the table. */
function isCallbackRead(callback: Node, shape: Shape, scopes: Scopes): boolean {
  const isArrow = callback.type === "ArrowFunctionExpression";
  if (!isArrow && callback.type !== "FunctionExpression") return false;
  const params = callback.params as Node[];
  if (params.length > 2 || params.some(({ type }) => type === "RestElement")) return false;
  if (!isArrow && scopes.within(callback).some(({ name }) => name === "arguments")) return false;
  // A Set calls it with the element twice.
  return params.every((param) => isPatternRead(param, elementOf(shape, null), scopes));
}

/** `Object.keys(table)`, `text.replace(expression, "")`. */
function isArgumentRead(call: Node, shape: Shape, scopes: Scopes): boolean {
  const callee = call.callee as Node;
  if (callee.type !== "MemberExpression" || callee.computed) return false;
  const name = (callee.property as Node).name as string;
  if (shape.table === null) return TAKES_REGEXP.has(name);
  const what = READING_STATICS.get(name);
  if (what === undefined || !isGlobalNamed(callee.object as Node, "Object", scopes)) return false;
  return isOnlyRead(call, yieldOf(what, shape), scopes);
}

function isDeclaredRead(left: Node, shape: Shape, scopes: Scopes): boolean {
  if (isPrimitive(shape)) return true;
  const [declarator] = left.type === "VariableDeclaration" ? (left.declarations as { id: Node }[]) : [];
  return declarator !== undefined && isPatternRead(declarator.id, shape, scopes);
}

/** Whether what a pattern takes of a value is only read by the names that it declares. */
function isPatternRead(pattern: Node, shape: Shape, scopes: Scopes): boolean {
  if (isPrimitive(shape)) return true;
  switch (pattern.type) {
    case "Identifier":
      return isNameRead(pattern, shape, scopes);
    case "AssignmentPattern":
      return isPatternRead(pattern.left as Node, shape, scopes);
    case "ArrayPattern":
      return (pattern.elements as (Node | null)[]).every((item, i) => {
        if (item?.type === "RestElement") return isPatternRead(item.argument as Node, yieldOf("table", shape), scopes);
        return item === null || isPatternRead(item, elementOf(shape, String(i)), scopes);
      });
    case "ObjectPattern":
      return (pattern.properties as Node[]).every((item) => {
        if (item.type === "RestElement") return isPatternRead(item.argument as Node, shape, scopes);
        const name = nameOf(item.key as Node, item.computed as boolean);
        return isPatternRead(item.value as Node, elementOf(shape, name), scopes);
      });
    default:
      return false;
  }
}

/** A local variable that stands for the value: others than the code around it do not see it. */
function isNameRead(identifier: Node, shape: Shape, scopes: Scopes): boolean {
  const variable = scopes.namedBy(identifier);
  if (variable === null || variable.defs.length !== 1 || scopes.isTop(variable)) return false;
  if ((variable.scope.set.get("arguments")?.references.length ?? 0) > 0) return false;
  return scopes.of(variable).every((use) => use.init || (!use.write && isOnlyRead(use.node, shape, scopes)));
}
