/**
 * The functions and classes of a module that have a name dumbo can find them by at run time: module-level
 * declarations, constants, members of module-level objects, exports, and methods of module-level classes.
 */
import type { Variable } from "eslint-scope";
import type { Program } from "estree";
import { FUNCTIONS, type Node, propertyName, type Scopes } from "../../audit/scan/syntax.ts";
import { HELD } from "../../src/code/guard-text.ts";
import type { FormCause } from "../../src/reason/reason.ts";
import { type HeldDefault, heldDefault } from "./default-export.ts";

export interface Candidate {
  /** The function or class. */
  readonly node: Node;
  readonly name: string;
  /** JavaScript that yields the root of {@link path} within the module. */
  readonly root: string;
  readonly path: readonly string[];
  /** The binding, when the candidate is what it was declared with. */
  readonly variable: Variable | null;
  readonly exported: boolean;
  /** It was put on an object of the module by a statement of its own, and others may be put there, too. */
  readonly assigned: boolean;
  /** For a method: its class. */
  readonly owner: Candidate | null;
  /** What `Function.prototype.toString` shows: the method with its name, not the function alone. */
  readonly text: Node;
}

/** What a class's body puts on the class or its prototype. */
export interface ClassElement {
  /** Null where only running the class tells. */
  readonly key: string | null;
  readonly kind: "method" | "get" | "set";
  readonly static: boolean;
  readonly text: Node;
}

/** A function that is left alone because nothing leads to it. */
export interface Unreachable {
  readonly node: Node;
  readonly name: string;
  readonly reason: FormCause;
}

export interface Candidates {
  readonly list: Candidate[];
  readonly unreachable: Unreachable[];
  /** The anonymous default export among them. */
  held: HeldDefault | null;
}

const isFunction = (node: Node) => FUNCTIONS.has(node.type);
const isClass = (node: Node) => node.type === "ClassDeclaration" || node.type === "ClassExpression";

/** @param text the module's source */
export function findCandidates(program: Program, text: string, scopes: Scopes): Candidates {
  const found: Candidates = { list: [], unreachable: [], held: null };
  const exported = exportedNames(program, scopes);
  for (const statement of program.body as unknown as Node[]) {
    if (isAnonymousDefault(statement)) visitDefault(statement, heldDefault(statement, program, text), scopes, found);
    else visitStatement(statement, scopes, exported, found);
  }
  return found;
}

function isAnonymousDefault({ type, declaration }: Node): boolean {
  if (type !== "ExportDefaultDeclaration") return false;
  const node = declaration as Node;
  return (isFunction(node) || isClass(node)) && !(node.id && /Declaration$/.test(node.type));
}

function visitDefault(
  { declaration }: Node,
  held: ReturnType<typeof heldDefault>,
  scopes: Scopes,
  found: Candidates,
): void {
  const node = declaration as Node;
  if ("refuse" in held) {
    found.unreachable.push({ node, name: ownName(node) ?? "default", reason: held.refuse });
    return;
  }
  found.held = held;
  add({ node, name: ownName(node) ?? "default", root: HELD, path: [] }, true, scopes, found);
}

function visitStatement(statement: Node, scopes: Scopes, exported: ReadonlySet<string>, found: Candidates): void {
  switch (statement.type) {
    case "ExportNamedDeclaration":
      if (statement.declaration) visitStatement(statement.declaration as Node, scopes, exported, found);
      return;
    case "ExportDefaultDeclaration":
      if (/Declaration$/.test((statement.declaration as Node).type)) {
        visitStatement(statement.declaration as Node, scopes, exported, found);
      }
      return;
    case "FunctionDeclaration":
    case "ClassDeclaration": {
      const name = (statement.id as Node).name as string;
      add({ node: statement, name, root: name, path: [] }, exported.has(name), scopes, found);
      return;
    }
    case "VariableDeclaration":
      for (const { id, init } of statement.declarations as { id: Node; init: Node | null }[]) {
        if (id.type !== "Identifier" || !init) continue;
        const name = id.name as string;
        visitValue(init, { name, root: name, path: [] }, exported.has(name), scopes, found);
      }
      return;
    case "ExpressionStatement": {
      const expression = statement.expression as Node;
      if (expression.type === "CallExpression") visitAssign(expression, scopes, exported, found);
      else visitAssignment(expression, scopes, exported, found);
    }
  }
}

/** `exports.a = exports.b = function () {}`, `Old.prototype.run = function () {}`, `api.run = () => {}`. */
function visitAssignment(expression: Node, scopes: Scopes, exported: ReadonlySet<string>, found: Candidates): void {
  if (expression.type !== "AssignmentExpression" || expression.operator !== "=") return;
  let value = expression.right as Node;
  while (value.type === "AssignmentExpression" && value.operator === "=") value = value.right as Node;
  const target = exportsPath(expression.left as Node, scopes);
  if (target) {
    visitValue(value, exportSpot(target, value), true, scopes, found);
    return;
  }
  const ofBinding = declaredPath(expression.left as Node, scopes);
  if (ofBinding && ofBinding.path.length > 0)
    visitValue(value, named(ofBinding), exported.has(ofBinding.root), scopes, found);
}

/** `Object.assign(Old.prototype, { run() {} })` */
function visitAssign(call: Node, scopes: Scopes, exported: ReadonlySet<string>, found: Candidates): void {
  const callee = call.callee as Node;
  const [target, ...sources] = call.arguments as Node[];
  if (callee.type !== "MemberExpression" || propertyName(callee) !== "assign" || !target) return;
  if (!isGlobal(callee.object as Node, "Object", scopes)) return;
  const ofExports = exportsPath(target, scopes);
  const ofBinding = declaredPath(target, scopes);
  for (const source of sources) {
    if (source.type !== "ObjectExpression") continue;
    if (ofExports) visitValue(source, exportSpot(ofExports, source), true, scopes, found);
    else if (ofBinding) visitValue(source, named(ofBinding), exported.has(ofBinding.root), scopes, found);
  }
}

function exportSpot(target: Omit<Spot, "name">, value: Node): Spot {
  return { ...target, name: target.path.at(-1) ?? ownName(value) ?? "exports" };
}

function named(target: Omit<Spot, "name">): Spot {
  return { ...target, name: [target.root, ...target.path].join("."), assigned: true };
}

function isGlobal(node: Node, name: string, scopes: Scopes): boolean {
  return node.type === "Identifier" && node.name === name && !scopes.variableAt(node);
}

/** `Old.prototype.run` of a binding of the module, as root and path. */
function declaredPath(node: Node, scopes: Scopes): { root: string; path: string[] } | null {
  const path: string[] = [];
  let at = node;
  for (; at.type === "MemberExpression"; at = at.object as Node) {
    const name = propertyName(at);
    if (name === null || name === "__proto__") return null;
    path.unshift(name);
  }
  if (at.type !== "Identifier" || path.length > 3) return null;
  const variable = scopes.variableAt(at);
  return variable && scopes.isTop(variable) ? { root: at.name as string, path } : null;
}

/** The name that a function or class expression has for itself. */
function ownName({ id }: Node): string | null {
  return ((id as Node | null | undefined)?.name as string | undefined) ?? null;
}

/** `module.exports`, `module.exports.x` and `exports.x`, as root and path. */
export function exportsPath(node: Node, scopes: Scopes): { root: string; path: string[] } | null {
  if (node.type === "Identifier")
    return node.name === "exports" && !declared("exports", scopes) ? { root: "exports", path: [] } : null;
  if (node.type !== "MemberExpression" || node.computed) return null;
  const object = node.object as Node;
  const name = (node.property as Node).name as string;
  if (object.type === "Identifier" && object.name === "module" && name === "exports" && !declared("module", scopes)) {
    return { root: "module.exports", path: [] };
  }
  const inner = exportsPath(object, scopes);
  return inner ? { root: inner.root, path: [...inner.path, name] } : null;
}

function declared(name: string, scopes: Scopes): boolean {
  return (scopes.top.set.get(name)?.defs.length ?? 0) > 0;
}

type Spot = Pick<Candidate, "name" | "root" | "path"> & { readonly assigned?: true };

function visitValue(value: Node, spot: Spot, exported: boolean, scopes: Scopes, found: Candidates): void {
  if (isFunction(value) || isClass(value)) {
    add({ node: value, ...spot }, exported, scopes, found);
  } else if (value.type === "ObjectExpression" && spot.path.length < 3) {
    for (const property of value.properties as Node[]) {
      if (property.type !== "Property" || property.computed || property.kind !== "init") continue;
      const key = keyName(property.key as Node);
      if (key === null || key === "__proto__") continue;
      const inner = { ...spot, name: `${spot.name}.${key}`, path: [...spot.path, key] };
      const node = property.value as Node;
      if (property.method) add({ node, ...inner }, exported, scopes, found, property);
      else visitValue(node, inner, exported, scopes, found);
    }
  }
}

function add(
  spot: Spot & { node: Node },
  exported: boolean,
  scopes: Scopes,
  found: Candidates,
  text: Node = spot.node,
): void {
  const { node, name, root, path, assigned = false } = spot;
  const variable = path.length === 0 ? (scopes.top.set.get(root) ?? null) : null;
  const candidate: Candidate = { node, name, root, path, variable, exported, assigned, owner: null, text };
  found.list.push(candidate);
  if (!isClass(node)) return;
  for (const element of (node.body as Node).body as Node[]) {
    if (element.type !== "MethodDefinition" || element.computed || element.kind !== "method") continue;
    const key = keyName(element.key as Node);
    if (key === null) continue;
    found.list.push({
      node: element.value as Node,
      name: `${name}.${key}`,
      root,
      path: element.static ? [...path, key] : [...path, "prototype", key],
      variable: null,
      exported,
      assigned,
      owner: candidate,
      text: element,
    });
  }
}

/** Methods and accessors of a class, all but the private ones and the constructor. */
export function classElements(node: Node): ClassElement[] {
  const elements = (node.body as Node).body as Node[];
  return elements
    .filter((item) => item.type === "MethodDefinition" && item.kind !== "constructor")
    .filter((item) => (item.key as Node).type !== "PrivateIdentifier")
    .map((item) => ({
      key: item.computed ? null : keyName(item.key as Node),
      kind: item.kind as ClassElement["kind"],
      static: item.static === true,
      text: item,
    }));
}

function keyName(key: Node): string | null {
  if (key.type === "Identifier") return key.name as string;
  return key.type === "Literal" && typeof key.value === "string" ? key.value : null;
}

/** Names of module-level bindings that the module exports, in ECMAScript's or in CommonJS's way. */
function exportedNames(program: Program, scopes: Scopes): Set<string> {
  const names = new Set<string>();
  for (const statement of program.body as unknown as Node[]) {
    if (statement.type === "ExportNamedDeclaration") {
      const declaration = statement.declaration as Node | null;
      if (declaration?.id) names.add((declaration.id as Node).name as string);
      for (const { id } of (declaration?.declarations ?? []) as { id: Node }[]) {
        if (id.type === "Identifier") names.add(id.name as string);
      }
      for (const specifier of statement.specifiers as Node[]) names.add((specifier.local as Node).name as string);
    } else if (statement.type === "ExportDefaultDeclaration") {
      const declaration = statement.declaration as Node;
      if (declaration.type === "Identifier") names.add(declaration.name as string);
      else if (declaration.id) names.add((declaration.id as Node).name as string);
    } else if (statement.type === "ExpressionStatement") {
      addCommonJsExports(statement.expression as Node, scopes, names);
    }
  }
  return names;
}

function addCommonJsExports(expression: Node, scopes: Scopes, names: Set<string>): void {
  if (expression.type !== "AssignmentExpression" || !exportsPath(expression.left as Node, scopes)) return;
  const value = expression.right as Node;
  if (value.type === "Identifier") names.add(value.name as string);
  else if (value.type === "AssignmentExpression") addCommonJsExports(value, scopes, names);
  else if (value.type === "ObjectExpression") {
    for (const property of value.properties as Node[]) {
      const member = property.value as Node | undefined;
      if (member?.type === "Identifier") names.add(member.name as string);
    }
  }
}
