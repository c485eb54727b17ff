/** Private names: those that instances of a class have, and the class to which a name belongs. */
import type { PrivateNames } from "../../src/code/guard-text.ts";
import { CLASSES, FUNCTIONS, type Node, propertyName, type Scopes } from "./syntax.ts";

/** The private members that a class puts on its instances; null if it has none. */
export function privateNames(root: Node): Omit<PrivateNames, "areLent"> | null {
  const fields: string[] = [];
  const methods: string[] = [];
  let brand: string | null = null;
  for (const { type, key, kind, static: isStatic } of elementsOf(root)) {
    if (isStatic === true || (key as Node | undefined)?.type !== "PrivateIdentifier") continue;
    const name = (key as Node).name as string;
    if (type === "PropertyDefinition") fields.push(name);
    else {
      brand ??= name;
      if (kind === "method") methods.push(name);
    }
  }
  const first = brand ?? fields[0];
  return first === undefined ? null : { fields, methods, first, last: fields.at(-1) ?? first };
}

/** Whether functions or classes in a class's body that are not its methods use private names, of this class or another. */
export function areLent(root: Node, { parents, inside }: Scopes): boolean {
  return inside(root).some((node) => {
    if (node.type !== "PrivateIdentifier") return false;
    for (let at = parents.get(node); at && at !== root; at = parents.get(at)) {
      const isMethod =
        parents.get(at)?.type === "MethodDefinition" && parents.get(parents.get(at) as Node) === root.body;
      if ((FUNCTIONS.has(at.type) || CLASSES.has(at.type)) && !isMethod) return true;
    }
    return false;
  });
}

/** Whether a private name in a function or class belongs to a class around that. */
export function isOuterName(identifier: Node, root: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const owner = ownerOf(identifier, parents);
  for (let at: Node | undefined = owner ?? undefined; at; at = parents.get(at)) if (at === root) return false;
  return true;
}

/** Whether code reads a private method for more than to call it. Reading an accessor does not give its function. */
export function isMethodAsValue(identifier: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const member = parents.get(identifier);
  if (member?.type !== "MemberExpression" || member.property !== identifier) return false;
  const owner = ownerOf(identifier, parents);
  const element = owner === null ? undefined : elementOf(owner, identifier.name as string);
  return element?.type !== "PropertyDefinition" && element?.kind === "method" && !isCalled(member, parents);
}

function isCalled(member: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(member);
  if (parent?.type === "CallExpression") return parent.callee === member;
  if (parent?.type !== "MemberExpression" || parent.object !== member) return false;
  const outer = parents.get(parent);
  return CALLING.has(propertyName(parent) ?? "") && outer?.type === "CallExpression" && outer.callee === parent;
}

/** Methods of functions that only call or bind them. A bound function does not hand out the function of which it was made. */
const CALLING: ReadonlySet<string> = new Set(["call", "apply", "bind"]);

/** The class that a private name belongs to. */
function ownerOf(identifier: Node, parents: ReadonlyMap<Node, Node>): Node | null {
  let child = identifier;
  for (let at = parents.get(child); at; child = at, at = parents.get(at)) {
    // The base of a class is evaluated outside of the class.
    if (CLASSES.has(at.type) && at.superClass !== child && elementOf(at, identifier.name as string)) return at;
  }
  return null;
}

/** The element of a class with a private name; of a getter and a setter of one name, the first. */
function elementOf(root: Node, name: string): Node | undefined {
  return elementsOf(root).find((element) => {
    const key = element.key as Node | undefined;
    return key?.type === "PrivateIdentifier" && key.name === name;
  });
}

function elementsOf(root: Node): readonly Node[] {
  return (root.body as Node).body as Node[];
}
