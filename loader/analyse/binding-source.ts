/** Where a module-level binding comes from: the module that an import or a `require` names, or what initialises it. */
import { isBuiltin } from "node:module";
import type { Variable } from "eslint-scope";
import { FUNCTIONS, type Node, type Scopes } from "../../audit/scan/syntax.ts";
import { soleInitialiser } from "./constants.ts";
import { isWrittenAgain } from "./written-again.ts";

/** A module specifier and the exported name: `default`, `*` for the namespace. */
export interface Source {
  readonly from: string;
  readonly imported: string;
  /** Imported as the namespace of the module. */
  readonly isNamespace?: true;
}

/** Of bindings that were asked for: an answer takes a look at all uses, and each use asks. */
const sources = new WeakMap<Variable, Source | null>();

/** The module that an import or a `require` brings a binding from, or null. */
export function sourceOf(variable: Variable, scopes: Scopes): Source | null {
  let known = sources.get(variable);
  if (known === undefined) {
    known = sourceBeside(variable, scopes, []);
    sources.set(variable, known);
  }
  return known;
}

/** @param asked bindings whose sources wait for this one: two that are set to each other have none */
function sourceBeside(variable: Variable, scopes: Scopes, asked: readonly Variable[]): Source | null {
  const definition = variable.defs[0];
  if (definition?.type === "ImportBinding") {
    const from = (definition.parent as unknown as { source: { value: string } }).source.value;
    const specifier = definition.node as unknown as Node;
    if (specifier.type === "ImportNamespaceSpecifier") return { from, imported: "*", isNamespace: true };
    if (specifier.type === "ImportDefaultSpecifier") return { from, imported: "default" };
    const imported = specifier.imported as Node;
    return { from, imported: (imported.name ?? imported.value) as string };
  }
  const given = asked.includes(variable) ? null : valueGiven(variable, scopes);
  return given && sourceGiven(given, variable, scopes, [...asked, variable]);
}

/** What a binding gets its only value from: `id = value`, where `id` may be a pattern. */
interface Given {
  readonly id: Node;
  readonly value: Node;
}

/** The initialiser of a binding that nothing else is assigned to, or the only assignment to one that has none. */
function valueGiven(variable: Variable, scopes: Scopes): Given | null {
  const [definition] = variable.defs;
  if (definition?.type !== "Variable") return null;
  const { id, init } = definition.node as unknown as { id: Node; init: Node | null };
  if (init !== null) return isReassigned(variable, scopes) ? null : { id, value: init };
  return id.type === "Identifier" && variable.defs.length === 1 ? soleAssignment(variable, scopes) : null;
}

/** `x = value;` among the statements of the module, which runs once: `var x, y; x = require("x");`, as compilers write it. */
function soleAssignment(variable: Variable, scopes: Scopes): Given | null {
  if (!scopes.isTop(variable)) return null;
  const writes = scopes.of(variable).filter(({ write }) => write);
  const [only] = writes;
  if (only === undefined || writes.length > 1) return null;
  let node = scopes.parents.get(only.node);
  while (node && PATTERNS.has(node.type)) node = scopes.parents.get(node);
  if (node?.type !== "AssignmentExpression" || node.operator !== "=") return null;
  let around = scopes.parents.get(node);
  if (around?.type === "SequenceExpression") around = scopes.parents.get(around);
  if (around?.type !== "ExpressionStatement" || scopes.parents.get(around) !== bodyOf(variable)) return null;
  return { id: node.left as Node, value: node.right as Node };
}

/** Of what stands between a name in a pattern and the assignment. */
const PATTERNS = new Set(["Property", "ObjectPattern"]);

/** The program or the block whose statements are those of the code that has a binding. */
function bodyOf({ scope }: Variable): Node {
  const block = scope.block as unknown as Node;
  return FUNCTIONS.has(block.type) ? (block.body as Node) : block;
}

function sourceGiven(
  { id, value }: Given,
  variable: Variable,
  scopes: Scopes,
  asked: readonly Variable[],
): Source | null {
  const source = sourceOfValue(value, scopes, asked);
  if (source === null || id.type === "Identifier") return source;
  if (id.type !== "ObjectPattern" || !isWhole(source)) return null;
  for (const property of id.properties as Node[]) {
    const target = property.value as Node | undefined;
    const key = property.key as Node | undefined;
    if (
      target?.type === "Identifier" &&
      target.name === variable.name &&
      key?.type === "Identifier" &&
      !property.computed
    ) {
      return { from: source.from, imported: key.name as string };
    }
  }
  return null;
}

/** What an expression holds: a module, one of its exports, or what a binding holds that comes from a built-in module. */
function sourceOfValue(value: Node, scopes: Scopes, asked: readonly Variable[]): Source | null {
  if (value.type === "MemberExpression") {
    const property = value.property as Node;
    const inner = value.computed ? null : sourceOfValue(value.object as Node, scopes, asked);
    return inner && isWhole(inner) ? { from: inner.from, imported: property.name as string } : null;
  }
  if (value.type === "Identifier") {
    const other = scopes.variableAt(value);
    const source = other && sourceBeside(other, scopes, asked);
    // What a program's modules and packages export may be changed between the two.
    return source && isBuiltin(source.from) ? source : null;
  }
  if (value.type !== "CallExpression") return null;
  const callee = value.callee as Node;
  const argument = (value.arguments as Node[])[0];
  if (callee.type !== "Identifier" || callee.name !== "require" || typeof argument?.value !== "string") return null;
  return scopes.variableAt(callee) ? null : { from: argument.value, imported: "*" };
}

/** Whether a source is a module as a whole: the default export of a built-in module has the same members. */
function isWhole({ from, imported }: Source): boolean {
  return imported === "*" || (imported === "default" && isBuiltin(from));
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

/** As {@link sources}. */
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
