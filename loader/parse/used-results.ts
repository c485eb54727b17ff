/** What a program does with what its calls of a function return. */
import type { Node, ObjectPattern } from "estree";
import { walk } from "estree-walker";
import { parseUndecided } from "./parse.ts";

type Placed = Node & { readonly start: number };
type Parents = Map<Node, Node | null>;

/**
 * The names of the members that a program reads of what its calls of functions with some names on a line return, perhaps after `await`: none where all
 * of them are statements of their own, so that nothing depends on what they return. Null where more may depend on it, where there is no such call, and where
 * the file may give one of the functions another name, or call it by a value.
 * @param line counted from 1
 * @throws SyntaxError as {@link parseUndecided} does
 */
export function usesOfResults(text: string, line: number, names: ReadonlySet<string>): ReadonlySet<string> | null {
  const [start, end] = linesAt(text, line);
  const used = new Set<string>();
  /** Names of variables that hold a result. */
  const variables = new Set<string>();
  let isCalled = false;
  let isUnknown = false;
  const parents: Parents = new Map();
  walk(parseUndecided(text).program as Parameters<typeof walk>[0], {
    enter(walked, above) {
      const node = walked as Placed;
      const parent = above as Node | null;
      parents.set(node, parent);
      const isOnLine = node.start >= start && node.start < end;
      if (node.type === "Literal" && names.has(String(node.value))) isUnknown = true;
      if (isOnLine && node.type === "CallExpression" && nameOf(node.callee) === null) isUnknown = true;
      if (node.type !== "Identifier" || !names.has(node.name) || isTakenByName(node, parent)) return;
      const call = callOf(node, parents);
      const uses = call && (isOnLine ? usesOf(call, parents) : NO_USE);
      if (uses === null) isUnknown = true;
      else if (isOnLine) isCalled = true;
      for (const name of uses?.members ?? []) used.add(name);
      if (uses?.variable) variables.add(uses.variable);
    },
  });
  const ofVariables = membersOfVariables(variables, parents);
  if (!isCalled || isUnknown || ofVariables === null) return null;
  return new Set([...used, ...ofVariables]);
}

/** The names of the members that are read of variables, whatever variables have these names; null where one is used otherwise. */
function membersOfVariables(names: ReadonlySet<string>, parents: Parents): readonly string[] | null {
  const members: string[] = [];
  for (const [node, parent] of parents) {
    if (node.type !== "Identifier" || !names.has(node.name) || parent === null) continue;
    switch (parent.type) {
      case "MemberExpression":
        if (parent.object === node && !parent.computed && parent.property.type === "Identifier")
          members.push(parent.property.name);
        else if (parent.property !== node || parent.computed) return null;
        break;
      case "VariableDeclarator":
        if (parent.id !== node) return null;
        break;
      case "Property":
        if (parent.key !== node || parent.computed || parent.shorthand) return null;
        break;
      default:
        return null;
    }
  }
  return members;
}

/** Whether a function only comes into the file under its own name: `import { a }`, `const { a } = b`. */
function isTakenByName(identifier: Node, parent: Node | null): boolean {
  if (parent?.type === "ImportSpecifier")
    return isNamed(parent.imported, identifier) && isNamed(parent.local, identifier);
  return parent?.type === "Property" && parent.shorthand;
}

function isNamed(one: Node, other: Node): boolean {
  return one.type === "Identifier" && other.type === "Identifier" && one.name === other.name;
}

/** The call of what an identifier names; null where it is not called at once. */
function callOf(identifier: Node, parents: Parents): Node | null {
  let callee = identifier;
  let call = parents.get(callee);
  if (call?.type === "MemberExpression" && call.property === callee && !call.computed) {
    callee = call;
    call = parents.get(callee);
  }
  return call?.type === "CallExpression" && call.callee === callee ? call : null;
}

/** What is done with a result: members are read of it, and it is put into a variable. */
interface Uses {
  readonly members: readonly string[];
  readonly variable?: string;
}

const NO_USE: Uses = { members: [] };

/** What is done with what a call returns; null where nobody can tell. */
function usesOf(call: Node, parents: Parents): Uses | null {
  let result = call;
  let around = parents.get(result);
  if (around?.type === "AwaitExpression") {
    result = around;
    around = parents.get(result);
  }
  switch (around?.type) {
    case "ExpressionStatement":
      return NO_USE;
    case "MemberExpression": {
      const { property, computed, object } = around;
      return object === result && !computed && property.type === "Identifier" ? { members: [property.name] } : null;
    }
    case "VariableDeclarator": {
      const { id, init } = around;
      const declaration = parents.get(around) as Node;
      if (init !== result || parents.get(declaration)?.type === "ExportNamedDeclaration") return null;
      if (id.type === "Identifier") return { members: [], variable: id.name };
      const members = id.type === "ObjectPattern" ? namesIn(id) : null;
      return members && { members };
    }
    default:
      return null;
  }
}

function namesIn({ properties }: ObjectPattern): readonly string[] | null {
  const names: string[] = [];
  for (const one of properties) {
    if (one.type !== "Property" || one.computed || one.key.type !== "Identifier") return null;
    names.push(one.key.name);
  }
  return names;
}

/** What a call calls by name; null where only the value tells. */
function nameOf(callee: Node): string | null {
  if (callee.type === "Identifier") return callee.name;
  if (callee.type === "MemberExpression" && !callee.computed && callee.property.type === "Identifier")
    return callee.property.name;
  return callee.type === "Super" || callee.type === "FunctionExpression" || callee.type === "ArrowFunctionExpression"
    ? ""
    : null;
}

/** Where a line begins and ends. */
function linesAt(text: string, line: number): [start: number, end: number] {
  let start = 0;
  for (let at = 1; at < line; at++) {
    const next = text.indexOf("\n", start);
    if (next === -1) return [text.length, text.length];
    start = next + 1;
  }
  const end = text.indexOf("\n", start);
  return [start, end === -1 ? text.length : end];
}
