/** In whose runs code is evaluated. */
import { FUNCTIONS, type Node } from "../../audit/scan/syntax.ts";

/** The function in whose runs code is evaluated; null for code of the module, and for fields, evaluated when an instance is made. */
export function runOf(code: Node, parents: ReadonlyMap<Node, Node>): Node | null {
  for (let at = parents.get(code); at; at = parents.get(at)) {
    if (FUNCTIONS.has(at.type)) return at;
    if (at.type === "PropertyDefinition" && at.static !== true) return null;
  }
  return null;
}

/** Whether a run of a function goes from its beginning to its end with the same recorded calls around it: others leave it and come back. */
export function isUnbroken(fn: Node): boolean {
  return fn.async !== true && fn.generator !== true;
}
