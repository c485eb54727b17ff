/** Promises that a function begins and does not wait for. Their work may happen after the call, when nothing is recorded any more. */
import { FUNCTIONS, type Node, propertyName, type Scopes } from "./syntax.ts";

/** Methods of a promise that lead to another one. */
export const FOLLOWING: ReadonlySet<string> = new Set(["then", "catch", "finally"]);

/** Whether a call begins work that its code waits for nowhere, as far as that shows. */
export function mayFloat(call: Node, scopes: Scopes): boolean {
  return (startsWork(call, scopes) && isDropped(call, scopes.parents)) || mayStartWork(call, scopes);
}

/** Whether a call yields a promise, as far as the code in this module shows. */
function startsWork(call: Node, scopes: Scopes): boolean {
  const callee = call.callee as Node;
  if (callee.type === "MemberExpression") return FOLLOWING.has(propertyName(callee) ?? "");
  if (FUNCTIONS.has(callee.type)) return callee.async === true;
  const definition = callee.type === "Identifier" ? scopes.variableAt(callee)?.defs[0] : undefined;
  const declared = definition?.node as { async?: boolean; init?: { async?: boolean } | null } | undefined;
  return declared?.async === true || declared?.init?.async === true;
}

/** Whether a call drops the value of a function from elsewhere, which may be async. */
function mayStartWork(call: Node, scopes: Scopes): boolean {
  const callee = call.callee as Node;
  const parent = scopes.parents.get(call);
  const isStatement =
    parent?.type === "ExpressionStatement" || (parent?.type === "UnaryExpression" && parent.operator === "void");
  if (!isStatement || callee.type !== "Identifier") return false;
  const definition = scopes.variableAt(callee)?.defs[0];
  if (definition?.type !== "ImportBinding") return definition?.type === "Parameter";
  const { source } = definition.parent as unknown as { source: { value: unknown } };
  // What these are given to call is waited for by their taps.
  return source.value !== "fs" && source.value !== "node:fs";
}

/** Whether a promise is neither awaited nor returned, directly or through others that are made of it. */
function isDropped(promise: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(promise);
  switch (parent?.type) {
    case "AwaitExpression":
    case "ReturnStatement":
    case "YieldExpression":
      return false;
    case "ArrowFunctionExpression":
      return parent.body !== promise;
    case "MemberExpression":
      return !FOLLOWING.has(propertyName(parent) ?? "") || isDropped(parent, parents);
    case "CallExpression":
      return !(parent.callee === promise || waitsForAll(parent)) || isDropped(parent, parents);
    case "ArrayExpression": {
      const call = parents.get(parent);
      return call?.type !== "CallExpression" || !waitsForAll(call) || isDropped(call, parents);
    }
    case "ConditionalExpression":
      return parent.test === promise || isDropped(parent, parents);
    case "LogicalExpression":
      return (parent.left === promise && parent.operator === "&&") || isDropped(parent, parents);
    case "ChainExpression":
      return isDropped(parent, parents);
    default:
      return true;
  }
}

/** `Promise.all` and its like, whose promise is over when all of its arguments' are, unless one of them fails. */
function waitsForAll({ callee }: Node): boolean {
  const { type, object } = callee as Node;
  if (type !== "MemberExpression" || (object as Node).name !== "Promise") return false;
  return /^(all|allSettled|resolve)$/.test(propertyName(callee as Node) ?? "");
}
