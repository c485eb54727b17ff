/**
 * Functions and classes that stand inside of others, or where nothing at module level leads to them: closures,
 * callbacks, methods of objects that are made. The run time meets them as values.
 */
import type { Variable } from "eslint-scope";
import { FUNCTIONS, isWithin, type Node, propertyName, type Scopes } from "../../audit/scan/syntax.ts";
import type { Capture } from "../../src/code/manifest.ts";
import type { CodeCause } from "../../src/reason/reason.ts";
import { type ClassElement, classElements } from "./candidates.ts";

/** A function or class that no binding or path leads to. */
export interface InnerNode {
  readonly node: Node;
  /** What `Function.prototype.toString` shows. */
  readonly text: Node;
  readonly methods: ClassElement[] | null;
}

const CLASSES = new Set(["ClassExpression", "ClassDeclaration"]);
/** Scopes whose variables V8 shows; the name of a function expression is in none of them. */
const SHOWN = new Set(["function", "block", "for", "catch", "switch"]);
const LOOP = /^(For|While|DoWhile)/;

/** @param isKnown whether something leads to a function or class, so that it needs no looking for */
export function* innerNodes(scopes: Scopes, isKnown: (node: Node) => boolean): Generator<InnerNode> {
  for (const node of scopes.marks) {
    if (!FUNCTIONS.has(node.type) && !CLASSES.has(node.type)) continue;
    if (isKnown(node)) continue;
    if (FUNCTIONS.has(node.type)) {
      const parent = scopes.parents.get(node) as Node;
      // A method shows with its class.
      if (parent.type === "MethodDefinition") continue;
      const isMethod = parent.type === "Property" && (parent.method === true || parent.kind !== "init");
      yield { node, text: isMethod ? parent : node, methods: null };
    } else {
      yield { node, text: node, methods: classElements(node) };
    }
  }
}

/** Where V8 says that a function or class starts: at its parameters, or at the class without a constructor. */
export function startOf(node: Node, text: string): number {
  if (node.type === "ArrowFunctionExpression") return node.start;
  if (CLASSES.has(node.type)) {
    const constructor = ((node.body as Node).body as Node[]).find((item) => item.kind === "constructor");
    return constructor ? (constructor.value as Node).start : node.start;
  }
  return text.indexOf("(", (node.id as Node | null)?.end ?? node.start);
}

/**
 * Whether code of a class runs only once, when the class is made, and shows in what it is: its base and the names of its
 * members.
 */
export function isDefinition(offset: number, { superClass, body }: Node): boolean {
  const holds = (node: Node | null) => node !== null && node.start <= offset && offset < node.end;
  const elements = (body as Node).body as Node[];
  const named = elements.filter((item) => item.computed && (item.static || item.type === "MethodDefinition"));
  return holds(superClass as Node | null) || named.some((item) => holds(item.key as Node));
}

/**
 * How the run time can read a binding that a function or class has captured.
 * @returns why it cannot, where V8 does not show it
 */
export function captureOf(variable: Variable, by: Node, scopes: Scopes): Capture | CodeCause {
  const { name, scope } = variable;
  const definition = variable.defs[0];
  if (!definition || !SHOWN.has(scope.type)) return { kind: "hidden-binding", name };
  const declaration = definition.parent as unknown as (Node & { kind?: string }) | null;
  const isVar = definition.type === "Variable" && declaration?.kind === "var";
  const isParameter = definition.type === "Parameter";
  const block = scope.block as unknown as Node;
  const isSet = scopes.of(variable).some((use) => use.write && !use.init);
  // Through `arguments`, parameters can be written to in sloppy code.
  const isMapped = isParameter && !scope.isStrict && (scope.set.get("arguments")?.references.length ?? 0) > 0;
  const isRepeated = isVar && isInLoop(declaration, block, scopes);
  const hasDefaults = isParameter && ((block.params ?? []) as Node[]).some(({ type }) => type !== "Identifier");
  const hasDeadZone = (definition.type === "Variable" && !isVar) || definition.type === "ClassName" || hasDefaults;
  return {
    name,
    constant: variable.defs.length === 1 && !isSet && !isMapped && !isRepeated,
    lexical: hasDeadZone && !isMadeLater(by, variable, scopes),
  };
}

/**
 * Whether a function or class is only made when a binding of the code around it has got its value: it stands behind the declaration, in
 * statements that nothing leads to but those before them.
 */
function isMadeLater(made: Node, { defs, scope }: Variable, scopes: Scopes): boolean {
  const { parents } = scopes;
  const block = scope.block as unknown as Node;
  const definition = defs[0];
  if (definition === undefined || defs.length !== 1 || block.type === "SwitchStatement") return false;
  // A function declaration is made where its block begins.
  let outermost = made;
  let at: Node | undefined = made;
  for (; at && at !== block; at = parents.get(at)) if (FUNCTIONS.has(at.type) || CLASSES.has(at.type)) outermost = at;
  if (at === undefined) return false;
  if (definition.type === "Parameter") return isWithin(made, block.body as Node);
  const declared = definition.node as unknown as Node;
  const declaration = definition.parent as unknown as Node | null;
  const loop = declaration && parents.get(declaration);
  if (loop && LOOP.test(loop.type)) return isWithin(made, loop.body as Node);
  let from = outermost;
  if (from.type === "FunctionDeclaration") while (!HOISTING.has(from.type)) from = parents.get(from) as Node;
  if (from !== block && from.start >= declared.end) return true;
  const isOfBody = declaration !== null && FUNCTIONS.has(block.type) && parents.get(declaration) === block.body;
  return isOfBody && isMetLater(outermost, declared.end, block, scopes);
}

/**
 * Whether nothing can have a function declaration before a place in the body of the function around it: its name stands behind the place,
 * or in functions that are made there, or in other declarations that nothing can have before.
 * @param visited those that are being asked
 */
function isMetLater(
  declared: Node,
  place: number,
  block: Node,
  scopes: Scopes,
  visited: ReadonlySet<Node> = new Set(),
): boolean {
  const { parents } = scopes;
  if (visited.has(declared)) return true;
  if (declared.type !== "FunctionDeclaration" || parents.get(declared) !== block.body) return declared.start >= place;
  const variable = scopes.namedBy(declared.id as Node);
  if (variable === null || variable.defs.length !== 1) return false;
  const asked = new Set([...visited, declared]);
  return scopes.of(variable).every(({ node }) => {
    if (isGivenPrototype(node, parents)) return true;
    let outermost = node;
    for (let at: Node | undefined = node; at && at !== block.body; at = parents.get(at)) {
      if (HOISTED.has(at.type)) outermost = at;
    }
    return isMetLater(outermost, place, block, scopes, asked);
  });
}

/** `F.prototype = ...` hands the function to nobody: the property is its own. */
function isGivenPrototype(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const member = parents.get(node);
  const around = member && parents.get(member);
  const isPlain = member?.type === "MemberExpression" && member.object === node && propertyName(member) === "prototype";
  return isPlain && around?.type === "AssignmentExpression" && around.left === member && around.operator === "=";
}

/** What is made, or makes functions, where it stands or before that. */
const HOISTED = new Set([...FUNCTIONS, ...CLASSES, "BlockStatement", "SwitchStatement"]);

/** What has the function declarations in it made when it begins. */
const HOISTING = new Set(["BlockStatement", "Program", "StaticBlock", "SwitchStatement"]);

function isInLoop(node: Node | null, within: Node, scopes: Scopes): boolean {
  for (let at = node; at && at !== within; at = scopes.parents.get(at) ?? null) if (LOOP.test(at.type)) return true;
  return false;
}
