/** Questions of the scan about the members of a class: which of them run once, and which objects get its private members. */
import { walk } from "estree-walker";
import type { Trait } from "../../src/code/manifest.ts";
import { privateNames } from "./private-names.ts";
import { CLASSES, FUNCTIONS, type Node } from "./syntax.ts";

/** Whether code of a class runs only when the class is made: it is in a static block or a static field. */
export function runsOnce(node: Node, root: Node, parents: ReadonlyMap<Node, Node>): boolean {
  if (!CLASSES.has(root.type)) return false;
  let inner = node;
  for (let at = parents.get(node); at && !FUNCTIONS.has(inner.type); inner = at, at = parents.get(at)) {
    const isStatic = at.type === "StaticBlock" || (at.type === "PropertyDefinition" && at.static && at.value === inner);
    if (isStatic && isMemberOf(at, root, parents)) return true;
    if (at === root) return false;
  }
  return false;
}

/**
 * The traits of a class that have to do with private members. `private`: it puts them on its instances; `stamps`: it may put them on an
 * object that its base class has returned; `substitutes`: its constructor may return another object, on which a subclass would put them.
 */
export function privacy(root: Node): Trait[] {
  const elements = (root.body as Node).body as Node[];
  const make = elements.find(({ kind }) => kind === "constructor")?.value as Node | undefined;
  let substitutes = false;
  if (make) {
    walk(make.body as never, {
      enter(estree) {
        const node = estree as unknown as Node;
        if (FUNCTIONS.has(node.type)) this.skip();
        else if (node.type === "ReturnStatement" && node.argument) substitutes = true;
      },
    });
  }
  const found: Trait[] = privateNames(root) === null ? [] : root.superClass ? ["private", "stamps"] : ["private"];
  return substitutes ? [...found, "substitutes"] : found;
}

/** Whether an element is in the body of this class, and not in that of a class inside it. */
export function isMemberOf(element: Node, root: Node | undefined, parents: ReadonlyMap<Node, Node>): boolean {
  return root !== undefined && parents.get(parents.get(element) as Node) === root;
}
