/**
 * Where arrow functions have `this` from. V8 shows no `this` that a closure has captured. So the function around the arrow
 * keeps it in a variable, and the arrow mentions that variable, which V8 shows like any other that is captured.
 */
import { FUNCTIONS, type Node, type Scopes } from "../../audit/scan/syntax.ts";
import { RECEIVER } from "../../src/code/guard-text.ts";
import type { Capture } from "../../src/code/manifest.ts";
import { bodyPlace, type MentionPlace } from "./probes.ts";

export class Receivers {
  /** Functions that keep their `this`. */
  readonly owners = new Set<Node>();
  /** Where arrow functions mention it. */
  readonly mentions: MentionPlace[] = [];
  readonly #scopes: Scopes;

  constructor(scopes: Scopes) {
    this.#scopes = scopes;
  }

  /** Lets an arrow function show its `this`; null where that cannot be. */
  capture(arrow: Node): { owner: Node; capture: Capture } | null {
    const owner = ownerOf(arrow, this.#scopes.parents);
    const place = owner && bodyPlace(arrow);
    if (!owner || !place) return null;
    this.owners.add(owner);
    this.mentions.push(place);
    return { owner, capture: { name: RECEIVER, constant: true, lexical: false } };
  }
}

/** The function whose `this` an arrow function has, if that is there from the first statement of its body on. */
function ownerOf(arrow: Node, parents: ReadonlyMap<Node, Node>): Node | null {
  let child = arrow;
  for (let parent = parents.get(child); parent; child = parent, parent = parents.get(child)) {
    if (parent.type === "StaticBlock" || parent.type === "PropertyDefinition") return null;
    if (!FUNCTIONS.has(parent.type) || parent.type === "ArrowFunctionExpression") continue;
    return child === parent.body && !isDerivedConstructor(parent, parents) ? parent : null;
  }
  return null;
}

/** Its `this` is not there before `super()` has returned. */
function isDerivedConstructor(fn: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const method = parents.get(fn);
  if (method?.type !== "MethodDefinition" || method.kind !== "constructor") return false;
  const owner = parents.get(parents.get(method) as Node) as Node;
  return owner.superClass !== null && owner.superClass !== undefined;
}
