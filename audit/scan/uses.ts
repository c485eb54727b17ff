/** How a use of a global, of a CommonJS name or of an outer binding is judged: by what the code does with it. */
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

/** Names that Node gives to a CommonJS module. What code reads of them is part of its key, so they are no globals here. */
export const MODULE_NAMES = new Set(["module", "exports", "__filename", "__dirname"]);

/** A use of a global by its own name, or as a member of the global object. */
export interface GlobalUse {
  readonly name: string;
  /** What stands for the global. */
  readonly node: Node;
  /** Names read from it, and the outermost of the members that read them. */
  readonly path: readonly string[];
  readonly outer: Node;
}

/**
 * What a use of a global is a use of: `globalThis.Math.max` is one of `Math`. Of what nobody judges by its name, and of what is only
 * tested, it is one of the global object.
 */
export function globalUse({ name, node }: Pick<Use, "name" | "node">, scopes: Scopes): GlobalUse {
  const { path, outer } = memberPath(node, scopes.parents);
  const [member, ...more] = path;
  const isMembers = name !== "globalThis" || member === undefined || !isJudgedGlobal(member);
  if (isMembers || (more.length === 0 && isTested(outer, scopes))) return { name, node, path, outer };
  return { name: member, node: scopes.parents.get(node) as Node, path: more, outer };
}

/** Whether a use of a global reads a member of the global object, which is state like any other. */
export function isMemberRead({ name, path, node }: GlobalUse, parents: ReadonlyMap<Node, Node>): boolean {
  const member = parents.get(node) as Node;
  return GLOBAL_OBJECTS.has(name) && path.length > 0 && path[0] !== "__proto__" && !isTarget(member, parents);
}

const GLOBAL_OBJECTS: ReadonlySet<string> = new Set(["globalThis", "global"]);

/**
 * Judges one use of a name that is declared outside of the scanned code.
 * @param blame is told why the use forbids caching, and the node that does
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
  // Whether there is such a global, and of which type, is state (loader/analyse/bindings.ts).
  if (name !== null && isAskedForType(node, scopes.parents)) return;
  if (path.join() === "prototype" && hasPrototype(global.name) && isHarmlessPrototype(outer, scopes)) return;
  if (name === "console" && path.length === 0) {
    const around = scopes.parents.get(node);
    // A member by a name that is put together may be one without a tap.
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
 * Whether code only asks if something is a prototype, takes methods from it that are pure, or makes an object of it. As a
 * value for anything else, a prototype could be written to, or lead to what is not pure.
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

/** Whether a call stands alone as a statement, so that its result is dropped. */
function isCallWithoutResult(callee: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const call = parents.get(callee) as Node;
  return call.type === "CallExpression" && call.callee === callee && parents.get(call)?.type === "ExpressionStatement";
}

/** `Date()`, `new Date()` and `new Date` are now; so may `new Date(...list)` be. Of a Date that is handed on, the tap notices each call. */
function isClockRead(date: Node, outer: Node, parents: ReadonlyMap<Node, Node>): boolean {
  if (outer !== date) return false;
  const parent = parents.get(date);
  if (parent?.type === "NewExpression" && parent.callee === date) {
    const first = (parent.arguments as Node[])[0];
    return first === undefined || first.type === "SpreadElement";
  }
  return parent?.type === "CallExpression" && parent.callee === date;
}
