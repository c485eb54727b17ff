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
      const members = call && (isOnLine ? membersOf(call, parents) : []);
      if (members === null) isUnknown = true;
      else if (isOnLine) isCalled = true;
      for (const name of members ?? []) used.add(name);
    },
  });
  return isCalled && !isUnknown ? used : null;
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

/** The names of the members that are read of what a call returns; null where it is used otherwise. */
function membersOf(call: Node, parents: Parents): readonly string[] | null {
  let result = call;
  let around = parents.get(result);
  if (around?.type === "AwaitExpression") {
    result = around;
    around = parents.get(result);
  }
  switch (around?.type) {
    case "ExpressionStatement":
      return [];
    case "MemberExpression": {
      const { property, computed, object } = around;
      return object === result && !computed && property.type === "Identifier" ? [property.name] : null;
    }
    case "VariableDeclarator":
      return around.init === result && around.id.type === "ObjectPattern" ? namesIn(around.id) : null;
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
