/** Judges uses of globals, of CommonJS names and of outer bindings, by what the code does with them. */
import type { Variable } from "eslint-scope";
import type { CodeCause } from "../../src/reason/reason.ts";
import { hasImpureMembers, hasPrototype, impureGlobal, isJudgedGlobal } from "./allow-list.ts";
import {
  isAskedForType,
  isPlainUse,
  isTarget,
  isTested,
  memberPath,
  type Node,
  propertyName,
  type Scopes,
  type Use,
  writtenMember,
} from "./syntax.ts";

/** Names that Node gives to a CommonJS module. Reads of them are part of the key, so they are not judged as globals. */
export const MODULE_NAMES = new Set(["module", "exports", "__filename", "__dirname"]);

/** A use of a global by its own name, or as a member of the global object. */
export interface GlobalUse {
  readonly name: string;
  /** The expression that is the global. */
  readonly node: Node;
  /** The members that are read of it. */
  readonly path: readonly string[];
  /** The last of these members. */
  readonly outer: Node;
}

/**
 * Resolves a use of the global object: `globalThis.Math.max` is a use of `Math`. If the member is not judged by its name, or is only
 * tested, it stays a use of `globalThis`.
 */
export function globalUse({ name, node }: Pick<Use, "name" | "node">, scopes: Scopes): GlobalUse {
  const { path, outer } = memberPath(node, scopes.parents);
  const [member, ...more] = path;
  const isMembers = name !== "globalThis" || member === undefined || !isJudgedGlobal(member);
  if (isMembers || (more.length === 0 && isTested(outer, scopes))) return { name, node, path, outer };
  return { name: member, node: scopes.parents.get(node) as Node, path: more, outer };
}

/** Whether a use reads a member of the global object, which is state. */
export function isMemberRead({ name, path, node }: GlobalUse, parents: ReadonlyMap<Node, Node>): boolean {
  const member = parents.get(node) as Node;
  return GLOBAL_OBJECTS.has(name) && path.length > 0 && path[0] !== "__proto__" && !isTarget(member, parents);
}

const GLOBAL_OBJECTS: ReadonlySet<string> = new Set(["globalThis", "global"]);

/**
 * Judges one use of a name that is declared outside of the scanned code.
 * @param blame is told why the use forbids caching, and at which node
 */
export function judge(
  use: Use,
  scopes: Scopes,
  blame: (
    cause: CodeCause,
    node: Node,
    more?: { readonly writesTo: Variable } | { readonly assigns: Variable } | { readonly isConsole: true },
  ) => void,
): void {
  if (use.write) {
    const assigned = use.variable ? { assigns: use.variable } : undefined;
    return blame({ kind: "writes-binding", name: use.name }, use.node, assigned);
  }
  if (use.variable) {
    const written = writtenMember(use.node, scopes.parents);
    if (written) blame({ kind: "writes-object", name: use.name }, written, { writesTo: use.variable });
    return;
  }
  if (MODULE_NAMES.has(use.name)) {
    if (writtenMember(use.node, scopes.parents)) blame({ kind: "writes-object", name: use.name }, use.node);
    return;
  }
  if (writtenMember(use.node, scopes.parents)) return blame({ kind: "writes-object", name: use.name }, use.node);
  const global = globalUse(use, scopes);
  const { node, path, outer } = global;
  if (isMemberRead(global, scopes.parents)) return;
  const name = impureGlobal(global.name, path);
  // The type of a global that may be absent is state (loader/analyse/bindings.ts).
  if (name !== null && isAskedForType(node, scopes.parents)) return;
  if (path.join() === "prototype" && hasPrototype(global.name) && isHarmlessPrototype(outer, scopes)) return;
  if (name === "console" && path.length === 0) {
    const around = scopes.parents.get(node);
    // A computed name may be that of a member without a tap.
    const isComputed = around?.type === "MemberExpression" && around.object === node;
    return blame({ kind: "uses-api", api: name }, node, isComputed ? undefined : { isConsole: true });
  }
  if (name !== null) return blame({ kind: "uses-api", api: name }, node);
  if (global.name === "process" && path[1] === "write" && !isCallWithoutResult(outer, scopes.parents)) {
    return blame({ kind: "api-result", api: `process.${path[0]}.write` }, node);
  }
  if (outer === node && hasImpureMembers(global.name) && !isPlainUse(node, scopes.parents)) {
    return blame({ kind: "api-as-value", api: global.name }, node);
  }
  if (global.name === "Date" && isClockRead(node, outer, scopes.parents)) blame({ kind: "clock", api: "Date" }, node);
}

/**
 * Whether code only compares a prototype with something, or makes an object that inherits from it. In any other use as a value, it could be
 * written to, or lead to functions that are not pure.
 */
function isHarmlessPrototype(prototype: Node, scopes: Scopes): boolean {
  const parent = scopes.parents.get(prototype);
  switch (parent?.type) {
    case "BinaryExpression":
      return /^[!=]==?$/.test(parent.operator as string);
    case "CallExpression": {
      const at = (parent.arguments as Node[]).indexOf(prototype);
      return at >= 0 && (isCallOf(parent, "is", scopes) || (at === 0 && isCallOf(parent, "create", scopes)));
    }
    default:
      return false;
  }
}

/** Whether a call is `Object.method(...)`, of the global. */
function isCallOf({ callee }: Node, method: string, scopes: Scopes): boolean {
  const { type, object } = callee as Node;
  if (type !== "MemberExpression" || propertyName(callee as Node) !== method) return false;
  const holder = object as Node;
  return holder.type === "Identifier" && holder.name === "Object" && scopes.variableAt(holder) === null;
}

/** Whether a call is a statement of its own, so that its result is dropped. */
function isCallWithoutResult(callee: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const call = parents.get(callee) as Node;
  return call.type === "CallExpression" && call.callee === callee && parents.get(call)?.type === "ExpressionStatement";
}

/**
 * Whether code reads the clock by `Date`: `Date()`, `new Date()`, `new Date`, and perhaps `new Date(...list)`. If code hands `Date` on as
 * a value, the tap notices each call.
 */
function isClockRead(date: Node, outer: Node, parents: ReadonlyMap<Node, Node>): boolean {
  if (outer !== date) return false;
  const parent = parents.get(date);
  if (parent?.type === "NewExpression" && parent.callee === date) {
    const first = (parent.arguments as Node[])[0];
    return first === undefined || first.type === "SpreadElement";
  }
  return parent?.type === "CallExpression" && parent.callee === date;
}
