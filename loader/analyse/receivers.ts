/**
 * Where arrow functions have `this` from. V8 shows no `this` that a closure has captured. So the function around the arrow
 * keeps it in a variable, and the arrow mentions that variable, which V8 shows like any other that is captured.
 */
import { FUNCTIONS, type Node, type Scopes } from "../../audit/scan/syntax.ts";
import { RECEIVER } from "../../src/code/guard-text.ts";
import type { Capture } from "../../src/code/manifest.ts";
import { bodyPlace, type MentionPlace } from "./probes.ts";

export class Receivers {
  /** Functions that keep their `this`, each with the statement after which it does; null where it is the first thing that it does. */
  readonly owners = new Map<Node, Node | null>();
  /** Where arrow functions mention it. */
  readonly mentions: MentionPlace[] = [];
  readonly #scopes: Scopes;

  constructor(scopes: Scopes) {
    this.#scopes = scopes;
  }

  /** Lets an arrow function show its `this`; null where that cannot be. */
  capture(arrow: Node): { owner: Node; capture: Capture } | null {
    const found = ownerOf(arrow, this.#scopes.parents);
    const place = found && bodyPlace(arrow);
    if (!found || !place) return null;
    const { owner, after } = found;
    this.owners.set(owner, after);
    this.mentions.push(place);
    return { owner, capture: { name: RECEIVER, constant: true, lexical: false } };
  }
}

interface Owner {
  readonly owner: Node;
  readonly after: Node | null;
}

/** The function whose `this` an arrow function has, if that is there from one statement of its body on, and the arrow stands behind it. */
function ownerOf(arrow: Node, parents: ReadonlyMap<Node, Node>): Owner | null {
  let child = arrow;
  for (let parent = parents.get(child); parent; child = parent, parent = parents.get(child)) {
    if (parent.type === "StaticBlock" || parent.type === "PropertyDefinition") return null;
    if (!FUNCTIONS.has(parent.type) || parent.type === "ArrowFunctionExpression") continue;
    if (child !== parent.body) return null;
    if (!isDerivedConstructor(parent, parents)) return { owner: parent, after: null };
    const after = (child.body as Node[]).find(isSuperCall);
    return after !== undefined && after.end <= arrow.start ? { owner: parent, after } : null;
  }
  return null;
}

/** A statement that does nothing but call `super(...)`: behind it there is a `this`, which never changes. */
function isSuperCall(statement: Node): boolean {
  const expression = statement.type === "ExpressionStatement" ? (statement.expression as Node) : null;
  return expression?.type === "CallExpression" && (expression.callee as Node).type === "Super";
}

/** Its `this` is not there before `super()` has returned. */
function isDerivedConstructor(fn: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const method = parents.get(fn);
  if (method?.type !== "MethodDefinition" || method.kind !== "constructor") return false;
  const owner = parents.get(parents.get(method) as Node) as Node;
  return owner.superClass !== null && owner.superClass !== undefined;
}
