/** Where a module-level binding comes from: the module that an import or a `require` names, or what initialises it. */
import type { Variable } from "eslint-scope";
import type { Node, Scopes } from "../../audit/scan/syntax.ts";
import { soleInitialiser } from "./constants.ts";

/** A module specifier and the exported name: `default`, `*` for the namespace. */
export interface Source {
  readonly from: string;
  readonly imported: string;
}

/** The module that an import or a `require` brings a binding from, or null. */
export function sourceOf(variable: Variable, scopes: Scopes): Source | null {
  const definition = variable.defs[0];
  if (definition?.type === "ImportBinding") {
    const from = (definition.parent as unknown as { source: { value: string } }).source.value;
    const specifier = definition.node as unknown as Node;
    if (specifier.type === "ImportNamespaceSpecifier") return { from, imported: "*" };
    if (specifier.type === "ImportDefaultSpecifier") return { from, imported: "default" };
    const imported = specifier.imported as Node;
    return { from, imported: (imported.name ?? imported.value) as string };
  }
  if (definition?.type !== "Variable" || isReassigned(variable, scopes)) return null;
  const { id, init } = definition.node as unknown as { id: Node; init: Node | null };
  return requireOf(id, init, variable, scopes);
}

function requireOf(id: Node, init: Node | null, variable: Variable, scopes: Scopes): Source | null {
  if (init?.type === "MemberExpression" && !init.computed && id.type === "Identifier") {
    const inner = requireOf(id, init.object as Node, variable, scopes);
    return inner?.imported === "*" ? { from: inner.from, imported: (init.property as Node).name as string } : null;
  }
  if (init?.type !== "CallExpression") return null;
  const callee = init.callee as Node;
  const argument = (init.arguments as Node[])[0];
  if (callee.type !== "Identifier" || callee.name !== "require" || typeof argument?.value !== "string") return null;
  if (scopes.top.set.get("require")?.defs.length) return null;
  if (id.type === "Identifier") return { from: argument.value, imported: "*" };
  if (id.type !== "ObjectPattern") return null;
  for (const property of id.properties as Node[]) {
    const value = property.value as Node | undefined;
    const key = property.key as Node | undefined;
    if (value?.type === "Identifier" && value.name === variable.name && key?.type === "Identifier") {
      return { from: argument.value, imported: key.name as string };
    }
  }
  return null;
}

/** For `const md = new Marked(...)`: where `Marked` comes from. */
export function makerOf(variable: Variable, scopes: Scopes): Node | null {
  const init = soleInitialiser(variable, scopes);
  if (init?.type !== "NewExpression" && init?.type !== "CallExpression") return null;
  let callee = init.callee as Node;
  while (callee.type === "MemberExpression") callee = callee.object as Node;
  return callee;
}

/** Whether anything but the declaration itself gives a binding its value. */
export function isReassigned(variable: Variable, scopes: Scopes): boolean {
  return variable.defs.length !== 1 || scopes.of(variable).some((use) => use.write && !use.init);
}

export function isExported(variable: Variable, scopes: Scopes): boolean {
  return (
    scopes.of(variable).some(({ node }) => {
      const parent = scopes.parents.get(node);
      return parent?.type === "ExportSpecifier" || parent?.type === "ExportDefaultDeclaration";
    }) || scopes.parents.get((variable.defs[0]?.parent ?? {}) as unknown as Node)?.type === "ExportNamedDeclaration"
  );
}
