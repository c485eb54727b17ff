/** Whether a program looks at what its calls of a function return. */
import type { Node } from "estree";
import { walk } from "estree-walker";
import { parseUndecided } from "./parse.ts";

type Placed = Node & { readonly start: number };

/**
 * Whether all calls of functions with some names on a line are statements of their own, perhaps with `await`: then nothing depends on what they
 * return. False also where the file may give one of them another name, or call it by a value.
 * @param line counted from 1
 * @throws SyntaxError as {@link parseUndecided} does
 */
export function dropsResults(text: string, line: number, names: ReadonlySet<string>): boolean {
  const [start, end] = linesAt(text, line);
  let isDropped = false;
  let isUsed = false;
  const parents = new Map<Node, Node | null>();
  walk(parseUndecided(text).program as Parameters<typeof walk>[0], {
    enter(walked, above) {
      const node = walked as Placed;
      const parent = above as Node | null;
      parents.set(node, parent);
      const isOnLine = node.start >= start && node.start < end;
      if (node.type === "Literal" && names.has(String(node.value))) isUsed = true;
      if (isOnLine && node.type === "CallExpression" && nameOf(node.callee) === null) isUsed = true;
      if (node.type !== "Identifier" || !names.has(node.name) || isTakenByName(node, parent)) return;
      const call = callOf(node, parents);
      if (call === null) isUsed = true;
      else if (isOnLine && isStatement(call, parents)) isDropped = true;
      else if (isOnLine) isUsed = true;
    },
  });
  return isDropped && !isUsed;
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
function callOf(identifier: Node, parents: ReadonlyMap<Node, Node | null>): Node | null {
  let callee = identifier;
  let call = parents.get(callee);
  if (call?.type === "MemberExpression" && call.property === callee && !call.computed) {
    callee = call;
    call = parents.get(callee);
  }
  return call?.type === "CallExpression" && call.callee === callee ? call : null;
}

function isStatement(call: Node, parents: ReadonlyMap<Node, Node | null>): boolean {
  let around = parents.get(call);
  if (around?.type === "AwaitExpression") around = parents.get(around);
  return around?.type === "ExpressionStatement";
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
