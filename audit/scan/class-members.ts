/** What the scan asks about the members of a class: which run once, and which objects get its private members. */
import { walk } from "estree-walker";
import type { Trait } from "../../src/code/manifest.ts";
import { privateNames } from "./private-names.ts";
import { CLASSES, FUNCTIONS, type Node } from "./syntax.ts";

/** Whether code of a class runs when the class is made and never again: static blocks and static fields. */
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

/** Whether a class puts private members on its instances, may put them on objects that are not its own, or has others do so. */
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

/** Whether an element stands in the body of this class, and not of a class inside it. */
export function isMemberOf(element: Node, root: Node | undefined, parents: ReadonlyMap<Node, Node>): boolean {
  return root !== undefined && parents.get(parents.get(element) as Node) === root;
}
