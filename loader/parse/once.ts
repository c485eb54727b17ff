/**
 * Finds the functions whose bindings count as the module's: those that the module's own code calls while it is evaluated, and that seem to run
 * once, like a UMD factory, an IIFE, or the module functions of a bundle. They may run twice all the same. So each run tells dumbo that it
 * begins, and after a second one, nothing that relies on these bindings is cached (src/code/once-scopes.ts). A function that a run has
 * seen run again counts no more in later runs (src/policy/repeated-runs.ts).
 */
import type { Scope, Variable } from "eslint-scope";
import { CLASSES, FUNCTIONS, LOOPS, type Node, type OnceFunction, propertyName } from "../../audit/scan/syntax.ts";
import { mayAllRun } from "./branches.ts";

/** The parts of {@link Scopes} that exist before it is known which functions run once. */
export interface NamedCode {
  readonly parents: ReadonlyMap<Node, Node>;
  /** The scope of a function's parameters and body. */
  scopeOf(node: Node): Scope | undefined;
  variableAt(identifier: Node): Variable | null;
}

export interface OnceOptions {
  /** Whether other modules may call hoisted functions before the module's first statement runs, as cyclic imports allow. */
  readonly isHoisted: boolean;
  /**
   * Whether functions that are called by their names may count. Not in the program's own modules, where such a function gets a guard like any
   * other.
   */
  readonly followsNames: boolean;
  /** Where functions begin that earlier runs of the module have seen run again. */
  readonly repeated: ReadonlySet<number>;
}

const APPLYING = new Set(["call", "apply"]);
const VALUES = new Set([...FUNCTIONS, ...CLASSES]);
const LITERALS = new Set(["ObjectExpression", "ArrayExpression", "Property"]);

/** @returns the functions that seem to run once, each before those in it */
export function onceFunctions(code: NamedCode, options: OnceOptions): OnceFunction[] {
  const found: OnceFunction[] = [];
  const running = new Set<Node>();
  const isImmediate = (node: Node) => {
    const around = aroundOf(node, code.parents);
    return around !== null && (around.type === "Program" || running.has(around));
  };
  for (const node of code.parents.keys()) {
    if (!FUNCTIONS.has(node.type) || !isPlain(node) || options.repeated.has(node.start)) continue;
    const call = callOf(node, code, options);
    if (call === null || !isImmediate(call)) continue;
    running.add(node);
    const scope = code.scopeOf(node);
    if (scope && holdsFunctions(scope)) found.push({ node, scope });
  }
  return found;
}

/** The function or program that evaluates a node once while it runs itself; null if a run may evaluate it many times, or later. */
function aroundOf(node: Node, parents: ReadonlyMap<Node, Node>): Node | null {
  for (let at = parents.get(node); at; at = parents.get(at)) {
    if (at.type === "Program" || FUNCTIONS.has(at.type)) return at;
    if (LOOPS.has(at.type) || at.type === "ClassBody") return null;
  }
  return null;
}

/** Whether a function runs to its end without a pause, and its parameters and body are one scope. */
function isPlain(node: Node): boolean {
  const body = node.body as Node;
  if (node.async === true || node.generator === true || body.type !== "BlockStatement") return false;
  // V8 compiles asm.js only if its text is left as it is.
  if ((body.body as Node[]).some(({ directive }) => directive === "use asm")) return false;
  return (node.params as Node[]).every((one) => one.type === "Identifier");
}

/** Whether a binding of a scope holds a function or class, or is used by an inner function: otherwise to know it gains nothing. */
function holdsFunctions(scope: Scope): boolean {
  return scope.variables.some(({ defs, references }) => {
    const [definition] = defs;
    if (definition?.type === "FunctionName" || definition?.type === "ClassName") return true;
    const value = definition?.type === "Variable" ? (definition.node as unknown as { init: Node | null }).init : null;
    return VALUES.has(value?.type ?? "") || references.some(({ from }) => from.variableScope !== scope);
  });
}

/** The expression that calls a function, or hands it on to what seems to call it once; null if there is no such expression. */
function callOf(node: Node, code: NamedCode, options: OnceOptions): Node | null {
  const parent = code.parents.get(node);
  if (!parent) return null;
  if (node.type === "FunctionDeclaration") return calledByName(node.id as Node, node, code, options);
  const call = calling(node, code.parents);
  if (call) return call;
  const holder = literalAround(node, code.parents);
  if (isArgument(holder, code.parents)) {
    const given = code.parents.get(holder) as Node;
    return isRunByCallee(node, holder, given, code) || isModuleFunction(node, code) ? given : null;
  }
  if (parent.type === "VariableDeclarator" && parent.init === node && (parent.id as Node).type === "Identifier")
    return calledByName(parent.id as Node, node, code, options);
  const declarator = code.parents.get(holder);
  const isTable = holder !== node && declarator?.type === "VariableDeclarator" && declarator.init === holder;
  return isTable && isModuleFunction(node, code) ? declarator : null;
}

/** The call of a function where it stands, or of what a name leads to: `(function () {})()`, `(function () {}).call(this)`. */
function calling(node: Node, parents: ReadonlyMap<Node, Node>): Node | null {
  const parent = parents.get(node) as Node;
  if (parent.type === "CallExpression" && parent.callee === node) return parent;
  if (parent.type !== "MemberExpression" || parent.object !== node || !APPLYING.has(propertyName(parent) ?? "")) {
    return null;
  }
  const call = parents.get(parent);
  return call?.type === "CallExpression" && call.callee === parent ? call : null;
}

/**
 * Whether a call is one of a function where it stands, and that runs once what it is given: it has it in a table of modules, or
 * calls it once itself, or hands it on to who does.
 */
function isRunByCallee(node: Node, holder: Node, call: Node, code: NamedCode): boolean {
  const callee = calledFunction(call, code.parents);
  if (callee === null) return false;
  if (holder !== node) return isKeyedByPath(node, code.parents);
  const parameter = parameterFor(holder, call, callee);
  const variable = parameter && code.scopeOf(callee)?.set.get(parameter.name as string);
  if (!variable) return true;
  const identifiers = variable.references.map(({ identifier }) => identifier as unknown as Node);
  return areOne(callsOf(identifiers, code.parents), callee, code.parents);
}

/** The function that a call calls where it stands. */
function calledFunction(call: Node, parents: ReadonlyMap<Node, Node>): Node | null {
  let callee = call.callee as Node;
  if (callee.type === "MemberExpression") callee = callee.object as Node;
  return FUNCTIONS.has(callee.type) && calling(callee, parents) === call ? callee : null;
}

/** The parameter of a function by which it has what it is given in its call; undefined where only running it tells. */
function parameterFor(given: Node, call: Node, callee: Node): Node | undefined {
  const list = call.arguments as Node[];
  const at = list.indexOf(given) - (call.callee === callee ? 0 : 1);
  const isPlaced = list.slice(0, at + 1).every(({ type }) => type !== "SpreadElement");
  const parameter = isPlaced ? (callee.params as Node[])[at] : undefined;
  return parameter?.type === "Identifier" ? parameter : undefined;
}

/** The calls among the uses of a name. */
function callsOf(identifiers: readonly Node[], parents: ReadonlyMap<Node, Node>): Node[] {
  return identifiers.map((identifier) => calling(identifier, parents)).filter((call) => call !== null);
}

/** Whether calls are of the code that sets up a function or module, and no two of them are made in one run of that. */
function areOne(calls: readonly Node[], home: Node, parents: ReadonlyMap<Node, Node>): boolean {
  return calls.every((call) => isOfSetUp(call, home, parents)) && !mayAllRun(calls, parents);
}

/** The outermost literal of objects and arrays that a function stands in as a value, or the function itself. */
function literalAround(node: Node, parents: ReadonlyMap<Node, Node>): Node {
  let at = node;
  for (let parent = parents.get(at); parent && LITERALS.has(parent.type); parent = parents.get(at)) {
    if (parent.type === "Property" && (parent.value !== at || parent.kind !== "init")) break;
    at = parent;
  }
  return at;
}

function isArgument(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(node);
  return parent?.type === "CallExpression" && (parent.arguments as Node[]).includes(node);
}

const EXPORTS = /^(__webpack_)?exports(_?\d+)?$/;

/**
 * Whether a function is a module as bundlers write one: it has a parameter `exports`, or one of its own statements assigns to the member `exports`
 * of a parameter, or marks a parameter as the exports. In a table of modules by number or path, it may assign to any member of a parameter;
 * elsewhere, that is what event handlers do as well.
 */
function isModuleFunction(node: Node, { variableAt, scopeOf, parents }: NamedCode): boolean {
  if ((node.params as Node[]).some(({ name }) => EXPORTS.test(name as string))) return true;
  const isInTable = isKeyedByPath(node, parents);
  const scope = scopeOf(node);
  const isGiven = (at: Node | undefined): boolean => {
    const variable = at?.type === "Identifier" ? variableAt(at) : null;
    return variable?.scope === scope && variable?.defs[0]?.type === "Parameter";
  };
  const setsUp = (expression: Node): boolean => {
    switch (expression.type) {
      case "SequenceExpression":
        return (expression.expressions as Node[]).some(setsUp);
      case "AssignmentExpression": {
        const left = expression.left as Node;
        const isMember = left.type === "MemberExpression" && isGiven(left.object as Node);
        return (isMember && (isInTable || propertyName(left) === "exports")) || setsUp(expression.right as Node);
      }
      case "CallExpression":
        return marksExports(expression, isGiven, node.params as Node[]);
      default:
        return false;
    }
  };
  const statements = (node.body as Node).body as Node[];
  return statements.some(({ type, expression }) => type === "ExpressionStatement" && setsUp(expression as Node));
}

/** What webpack calls its functions that put getters on exports and mark them. */
const WEBPACK_MARKS = new Set(["d", "r"]);

/**
 * `Object.defineProperty(exports, "__esModule", ...)`; and what webpack writes in a function of a module, its exports and its
 * `require`, whatever these are called: `require.r(exports)`, `require.d(exports, ...)`.
 */
function marksExports(call: Node, isGiven: (node: Node | undefined) => boolean, params: readonly Node[]): boolean {
  const callee = call.callee as Node;
  const [target, name] = call.arguments as Node[];
  if (callee.type !== "MemberExpression" || !isGiven(target)) return false;
  if (name?.value === "__esModule") return true;
  const [, exports, require] = params;
  const owner = callee.object as Node;
  const isOfWebpack = isGiven(owner) && owner.name === require?.name && target?.name === exports?.name;
  return isOfWebpack && WEBPACK_MARKS.has(propertyName(callee) ?? "");
}

/** Whether a function stands in a table of modules by number or path: `{ 1: [function () {}, ...] }`, `{ "./a.js": () => {} }`. */
function isKeyedByPath(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  for (let at = parents.get(node); at && LITERALS.has(at.type); at = parents.get(at)) {
    const { value } = (at.key ?? {}) as { value?: unknown };
    if (typeof value === "number" || (typeof value === "string" && /[/.]/.test(value))) return true;
    const around = parents.get(at);
    if (at.type === "ArrayExpression" && around && !LITERALS.has(around.type)) return true;
  }
  return false;
}

/**
 * A function that is called by its name counts as a module if it has at least so many functions. One with fewer is a helper, which is called
 * again and again.
 */
const FUNCTIONS_OF_MODULE = 8;

/** The call of a function by its name, or one of those of which a run makes one, if no other function can have the name. */
function calledByName(id: Node, node: Node, code: NamedCode, options: OnceOptions): Node | null {
  if (!options.followsNames || !isLikeModule(node)) return null;
  const around = code.scopeOf(node)?.upper;
  const declaring = around?.type === "function-expression-name" ? around.upper : around;
  const variable = declaring?.set.get(id.name as string);
  if (variable?.defs.length !== 1) return null;
  const isTop = variable.scope.upper?.type === "global";
  if (options.isHoisted && isTop && node.type === "FunctionDeclaration") return null;
  if (variable.references.some((reference) => reference.isWrite() && reference.init !== true)) return null;
  const identifiers = variable.references.map(({ identifier }) => identifier as unknown as Node);
  const calls = callsOf(identifiers, code.parents);
  return areOne(calls, variable.scope.block as unknown as Node, code.parents) ? (calls[0] ?? null) : null;
}

/** Whether a call stands in the own code of a function or module, or in that of a function which it passes to a call (`define(function () {})`). */
function isOfSetUp(call: Node, home: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const around = aroundOf(call, parents);
  if (around === null || around === home || around.type === "Program") return around !== null;
  const parent = parents.get(around) as Node;
  return parent.type === "CallExpression" && aroundOf(parent, parents) === home;
}

function isLikeModule(node: Node): boolean {
  const isFunction = (one: Node | null | undefined) => FUNCTIONS.has(one?.type ?? "");
  let count = 0;
  for (const statement of (node.body as Node).body as Node[]) {
    if (isFunction(statement)) count++;
    if (statement.type !== "VariableDeclaration") continue;
    count += (statement.declarations as Node[]).filter(({ init }) => isFunction(init as Node | null)).length;
  }
  return count >= FUNCTIONS_OF_MODULE;
}
