/**
 * The functions and classes of a module that have a name dumbo can find them by at run time: module-level
 * declarations, constants, members of module-level objects, exports, and methods of module-level classes. The same of functions
 * that run once with the module (loader/parse/once.ts).
 */
import type { Variable } from "eslint-scope";
import type { Program } from "estree";
import { FUNCTIONS, type Node, type OnceFunction, propertyName, type Scopes } from "../../audit/scan/syntax.ts";
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
  /** Where the root is, as {@link Scopes.homeOf} counts. */
  readonly home: number;
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
  const statements = program.body as unknown as Node[];
  const module: Container = { scopes, home: 0, exported: exportedNames(statements, scopes), found };
  for (const statement of statements) {
    if (isAnonymousDefault(statement)) visitDefault(statement, heldDefault(statement, program, text), module);
    else visitStatement(statement, module);
  }
  scopes.once.forEach(({ node }, index) => {
    const inside = (node.body as Node).body as Node[];
    const container: Container = { scopes, home: index + 1, exported: exportedNames(inside, scopes), found };
    for (const statement of inside) visitStatement(statement, container);
  });
  return found;
}

/** The code that statements stand in: the module's, or that of a function that runs once with it. */
interface Container {
  readonly scopes: Scopes;
  readonly home: number;
  /** Names of its bindings that it exports. */
  readonly exported: ReadonlySet<string>;
  readonly found: Candidates;
}

function isAnonymousDefault({ type, declaration }: Node): boolean {
  if (type !== "ExportDefaultDeclaration") return false;
  const node = declaration as Node;
  return (isFunction(node) || isClass(node)) && !(node.id && /Declaration$/.test(node.type));
}

function visitDefault({ declaration }: Node, held: ReturnType<typeof heldDefault>, container: Container): void {
  const node = declaration as Node;
  if ("refuse" in held) {
    container.found.unreachable.push({ node, name: ownName(node) ?? "default", reason: held.refuse });
    return;
  }
  container.found.held = held;
  add({ node, name: ownName(node) ?? "default", root: HELD, path: [] }, true, container);
}

function visitStatement(statement: Node, container: Container): void {
  switch (statement.type) {
    case "ExportNamedDeclaration":
      if (statement.declaration) visitStatement(statement.declaration as Node, container);
      return;
    case "ExportDefaultDeclaration":
      if (/Declaration$/.test((statement.declaration as Node).type)) {
        visitStatement(statement.declaration as Node, container);
      }
      return;
    case "FunctionDeclaration":
    case "ClassDeclaration": {
      const name = (statement.id as Node).name as string;
      add({ node: statement, name, root: name, path: [] }, container.exported.has(name), container);
      return;
    }
    case "VariableDeclaration":
      for (const { id, init } of statement.declarations as { id: Node; init: Node | null }[]) {
        if (id.type !== "Identifier" || !init) continue;
        const name = id.name as string;
        visitValue(init, { name, root: name, path: [] }, container.exported.has(name), container);
      }
      return;
    case "ExpressionStatement":
      visitExpression(statement.expression as Node, container);
  }
}

function visitExpression(expression: Node, container: Container): void {
  if (expression.type === "SequenceExpression") {
    for (const one of expression.expressions as Node[]) visitExpression(one, container);
  } else if (expression.type === "CallExpression") {
    visitAssign(expression, container);
  } else {
    visitAssignment(expression, container);
  }
}

/** `exports.a = exports.b = function () {}`, `Old.prototype.run = function () {}`, `api.run = () => {}`. */
function visitAssignment(expression: Node, container: Container): void {
  if (expression.type !== "AssignmentExpression" || expression.operator !== "=") return;
  let value = expression.right as Node;
  while (value.type === "AssignmentExpression" && value.operator === "=") value = value.right as Node;
  visitPlace(expression.left as Node, value, container);
}

/** `Object.assign(Old.prototype, { run() {} })` */
function visitAssign(call: Node, container: Container): void {
  const callee = call.callee as Node;
  const [target, ...sources] = call.arguments as Node[];
  if (callee.type !== "MemberExpression" || propertyName(callee) !== "assign" || !target) return;
  if (!isGlobal(callee.object as Node, "Object", container.scopes)) return;
  for (const source of sources) if (source.type === "ObjectExpression") visitPlace(target, source, container, true);
}

/** @param isMerged whether the value's members are put there, one by one */
function visitPlace(place: Node, value: Node, container: Container, isMerged = false): void {
  const ofExports = exportsPath(place, container.scopes);
  if (ofExports) return visitValue(value, exportSpot(ofExports, value), true, container);
  const ofBinding = declaredPath(place, container.scopes);
  if (!ofBinding || (ofBinding.path.length === 0 && !isMerged)) return;
  const { variable, ...target } = ofBinding;
  // A module function is given its exports, a factory what it is to put its functions on.
  if (variable.defs[0]?.type === "Parameter") return visitValue(value, exportSpot(target, value), true, container);
  visitValue(value, named(target), container.exported.has(target.root), container);
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

interface DeclaredPath {
  readonly root: string;
  readonly path: string[];
  readonly home: number;
  readonly variable: Variable;
}

/** `Old.prototype.run` of a binding of the module, as root and path. */
function declaredPath(node: Node, scopes: Scopes): DeclaredPath | null {
  const path: string[] = [];
  let at = node;
  for (; at.type === "MemberExpression"; at = at.object as Node) {
    const name = propertyName(at);
    if (name === null || name === "__proto__") return null;
    path.unshift(name);
  }
  if (at.type !== "Identifier" || path.length > 3) return null;
  const variable = scopes.variableAt(at);
  const home = variable && scopes.homeOf(variable);
  return home === null ? null : { root: at.name as string, path, home, variable: variable as Variable };
}

/** The name that a function or class expression has for itself. */
function ownName({ id }: Node): string | null {
  return ((id as Node | null | undefined)?.name as string | undefined) ?? null;
}

/** `module.exports`, `module.exports.x` and `exports.x`, as root and path. */
export function exportsPath(node: Node, scopes: Scopes): { root: string; path: string[]; home: 0 } | null {
  if (node.type === "Identifier")
    return node.name === "exports" && !scopes.variableAt(node) ? { root: "exports", path: [], home: 0 } : null;
  if (node.type !== "MemberExpression" || node.computed) return null;
  const object = node.object as Node;
  const name = (node.property as Node).name as string;
  if (object.type === "Identifier" && object.name === "module" && name === "exports" && !scopes.variableAt(object)) {
    return { root: "module.exports", path: [], home: 0 };
  }
  const inner = exportsPath(object, scopes);
  return inner ? { ...inner, path: [...inner.path, name] } : null;
}

/** Its root is in the code around it, if nothing else is said. */
type Spot = Pick<Candidate, "name" | "root" | "path"> & { readonly home?: number; readonly assigned?: true };

function visitValue(value: Node, spot: Spot, exported: boolean, container: Container): void {
  if (isFunction(value) || isClass(value)) {
    add({ node: value, ...spot }, exported, container);
  } else if (value.type === "ObjectExpression" && spot.path.length < 3) {
    for (const property of value.properties as Node[]) {
      if (property.type !== "Property" || property.computed || property.kind !== "init") continue;
      const key = keyName(property.key as Node);
      if (key === null || key === "__proto__") continue;
      const inner = { ...spot, name: `${spot.name}.${key}`, path: [...spot.path, key] };
      const node = property.value as Node;
      if (property.method) add({ node, ...inner }, exported, container, property);
      else visitValue(node, inner, exported, container);
    }
  }
}

function add(spot: Spot & { node: Node }, exported: boolean, container: Container, text: Node = spot.node): void {
  const { scopes, found } = container;
  const { node, name, root, path, home = container.home, assigned = false } = spot;
  const scope = home === 0 ? scopes.top : (scopes.once[home - 1] as OnceFunction).scope;
  const variable = path.length === 0 ? (scope.set.get(root) ?? null) : null;
  const candidate: Candidate = { node, name, root, path, home, variable, exported, assigned, owner: null, text };
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
      home,
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

/**
 * Names of module-level bindings that the module exports, in ECMAScript's or in CommonJS's way. A function that runs once with
 * it exports what it returns, and what it puts on what it was given.
 */
function exportedNames(statements: readonly Node[], scopes: Scopes): Set<string> {
  const names = new Set<string>();
  for (const statement of statements) {
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
    } else if (statement.type === "ReturnStatement" && statement.argument) {
      addValue(statement.argument as Node, names);
    }
  }
  return names;
}

function addCommonJsExports(expression: Node, scopes: Scopes, names: Set<string>): void {
  if (expression.type === "SequenceExpression") {
    for (const one of expression.expressions as Node[]) addCommonJsExports(one, scopes, names);
    return;
  }
  if (expression.type !== "AssignmentExpression") return;
  const left = expression.left as Node;
  const isGiven = declaredPath(left, scopes)?.variable.defs[0]?.type === "Parameter";
  if (!exportsPath(left, scopes) && !isGiven) return;
  const value = expression.right as Node;
  if (value.type === "AssignmentExpression") addCommonJsExports(value, scopes, names);
  else addValue(value, names);
}

/** A name that is exported, or the names in an object that is. */
function addValue(value: Node, names: Set<string>): void {
  if (value.type === "Identifier") names.add(value.name as string);
  else if (value.type === "SequenceExpression") addValue((value.expressions as Node[]).at(-1) as Node, names);
  else if (value.type === "ObjectExpression") {
    for (const property of value.properties as Node[]) {
      const member = property.value as Node | undefined;
      if (member?.type === "Identifier") names.add(member.name as string);
    }
  }
}
