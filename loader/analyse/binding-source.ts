/** Where a module-level binding comes from: the module that an import or a `require` names, or what initialises it. */
import type { Variable } from "eslint-scope";
import { FUNCTIONS, type Node, type Scopes } from "../../audit/scan/syntax.ts";
import { soleInitialiser } from "./constants.ts";
import { isWrittenAgain } from "./written-again.ts";

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
  if (scopes.variableAt(callee)) return null;
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

/** Whether a binding always holds what `createRequire` of `node:module` has made of it. */
export function isMadeRequire(variable: Variable, scopes: Scopes): boolean {
  const init = soleInitialiser(variable, scopes);
  if (init?.type !== "CallExpression") return false;
  const callee = init.callee as Node;
  const isMember = callee.type === "MemberExpression" && !callee.computed;
  const root = isMember ? (callee.object as Node) : callee;
  const found = root.type === "Identifier" ? scopes.variableAt(root) : null;
  const source = found && found !== variable ? sourceOf(found, scopes) : null;
  if (source === null || (source.from !== "module" && source.from !== "node:module")) return false;
  if (!isMember) return source.imported === MAKER;
  return WHOLE.has(source.imported) && (callee.property as Node).name === MAKER;
}

const MAKER = "createRequire";
/** Names under which a module's namespace, or the default export that has the same functions, is imported. */
const WHOLE: ReadonlySet<string> = new Set(["*", "default"]);

/** Whether anything but the declaration itself gives a binding its value. */
export function isReassigned(variable: Variable, scopes: Scopes): boolean {
  return variable.defs.length !== 1 || isMapped(variable) || isWrittenAgain(variable, scopes);
}

/** In sloppy code, `arguments` writes to parameters. */
function isMapped({ defs, scope }: Variable): boolean {
  return defs[0]?.type === "Parameter" && (scope.set.get("arguments")?.references.length ?? 0) > 0;
}

const ASSIGNABLE = new Set(["var", "let"]);
/** Parameters of the function around a CommonJS module: sloppy code may see them change through `arguments`. */
const PARAMETERS = new Set(["exports", "require", "module", "__filename", "__dirname"]);

/** Whether functions assign to a binding, and an assignment from elsewhere in its scope does the same. */
export function isAssignedByFunctions(variable: Variable, scopes: Scopes): boolean {
  const isAssignable = variable.defs.every(({ type, parent }) => {
    if (type === "FunctionName" || type === "ClassName") return true;
    return type === "Variable" && ASSIGNABLE.has((parent as unknown as { kind: string } | null)?.kind ?? "");
  });
  // Nothing assigns to the name that a function expression has for itself.
  if (variable.scope.type === "function-expression-name") return false;
  if (!isAssignable || variable.defs.length === 0 || PARAMETERS.has(variable.name)) return false;
  const around = variable.scope.block as unknown as Node;
  return scopes.of(variable).some((use) => use.write && !use.init && isInFunction(use.node, around, scopes));
}

/** Whether code is in a function within the one, or within the module, that has the binding. */
function isInFunction(node: Node, around: Node, { parents }: Scopes): boolean {
  for (let at = parents.get(node); at && at !== around; at = parents.get(at)) if (FUNCTIONS.has(at.type)) return true;
  return false;
}

const EXPORTS = new Set(["ExportNamedDeclaration", "ExportDefaultDeclaration"]);

/** Of bindings that were asked for: an answer takes a look at all uses, and each use asks. */
const exported = new WeakMap<Variable, boolean>();

export function isExported(variable: Variable, scopes: Scopes): boolean {
  let known = exported.get(variable);
  if (known === undefined) {
    known = standsInExport(variable, scopes);
    exported.set(variable, known);
  }
  return known;
}

function standsInExport(variable: Variable, scopes: Scopes): boolean {
  const parentType = (node: unknown) => scopes.parents.get(node as Node)?.type ?? "";
  const isListed = scopes.of(variable).some(({ node }) => {
    const type = parentType(node);
    return type === "ExportSpecifier" || type === "ExportDefaultDeclaration";
  });
  // A function or class is exported itself, a variable by its declaration.
  return isListed || variable.defs.some(({ node, parent }) => EXPORTS.has(parentType(parent ?? node)));
}
