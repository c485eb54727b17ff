/** Finds promises for which a function does not wait. Their work may be done after the call has ended, when nothing is recorded. */
import { FUNCTIONS, type Node, propertyName, type Scopes } from "./syntax.ts";

/** Methods of a promise that return another one. */
export const FOLLOWING: ReadonlySet<string> = new Set(["then", "catch", "finally"]);

/** Whether a call may begin work for which its code does not wait. */
export function mayFloat(call: Node, scopes: Scopes): boolean {
  return (startsWork(call, scopes) && isDropped(call, scopes.parents)) || mayStartWork(call, scopes);
}

/** Whether the code of this module shows that a call returns a promise. */
function startsWork(call: Node, scopes: Scopes): boolean {
  const callee = call.callee as Node;
  if (callee.type === "MemberExpression") return FOLLOWING.has(propertyName(callee) ?? "");
  if (FUNCTIONS.has(callee.type)) return callee.async === true;
  const definition = callee.type === "Identifier" ? scopes.variableAt(callee)?.defs[0] : undefined;
  const declared = definition?.node as { async?: boolean; init?: { async?: boolean } | null } | undefined;
  return declared?.async === true || declared?.init?.async === true;
}

/** Whether a call drops the result of a function that is imported or a parameter. That function may be async. */
function mayStartWork(call: Node, scopes: Scopes): boolean {
  const callee = call.callee as Node;
  const parent = scopes.parents.get(call);
  const isStatement =
    parent?.type === "ExpressionStatement" || (parent?.type === "UnaryExpression" && parent.operator === "void");
  if (!isStatement || callee.type !== "Identifier") return false;
  const definition = scopes.variableAt(callee)?.defs[0];
  if (definition?.type !== "ImportBinding") return definition?.type === "Parameter";
  const { source } = definition.parent as unknown as { source: { value: unknown } };
  // The taps of these functions wait for their callbacks.
  return source.value !== "fs" && source.value !== "node:fs";
}

/** Whether a promise, and each promise that is made of it, is neither awaited nor returned. */
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

/** Whether a call is `Promise.all` or the like: its promise waits for all of its arguments, unless one of them fails. */
function waitsForAll({ callee }: Node): boolean {
  const { type, object } = callee as Node;
  if (type !== "MemberExpression" || (object as Node).name !== "Promise") return false;
  return /^(all|allSettled|resolve)$/.test(propertyName(callee as Node) ?? "");
}
