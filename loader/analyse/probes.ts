/**
 * Where a probe stands: the innermost place of the code that is evaluated before a finding whenever the finding is.
 * While a call is being recorded, a probe that runs marks it, as a tap does; code that the call never enters does not
 * count. Nothing may get to the finding past its probe, or a call that must not be kept would be kept.
 */
import type { Variable } from "eslint-scope";
import { STACK_PROPERTIES } from "../../audit/scan/allow-list.ts";
import { isMemberOf } from "../../audit/scan/class-members.ts";
import type { Finding } from "../../audit/scan/scan.ts";
import { FUNCTIONS, isInAsync, isWithin, type Node } from "../../audit/scan/syntax.ts";

export type ProbePlace =
  /** A statement put in front of the others of a block or case, which ends at `end`. */
  | {
      readonly kind: "first";
      readonly at: number;
      readonly end: number;
      readonly afterDirective: boolean;
      readonly isCase: boolean;
    }
  /** A statement that stands alone is put into a block with the probe in front of it. */
  | { readonly kind: "block"; readonly node: Node }
  /** An expression whose value alone is used is put behind the probe by a comma. */
  | { readonly kind: "comma"; readonly node: Node }
  /** An object that decides, or whose member does, is handed to the probe first. Its text is written a second time: {@link plainPath}. */
  | { readonly kind: "look"; readonly node: Node; readonly path: string; readonly startsStatement: boolean };

/** Where a piece may stand at the start of a function. */
export type MentionPlace = Extract<ProbePlace, { kind: "first" | "comma" }>;

export interface Probe {
  readonly place: ProbePlace;
  /** Its index in {@link Manifest.probes}. */
  readonly number: number;
  /** The function whose calls own the binding that is written, by its number among those. */
  readonly owner?: number;
  /** It tells nothing unless `this` is the global object. */
  readonly ifGlobalThis?: boolean;
}

/** The probes of a module: one for all findings that share a place. */
export class Probes {
  readonly list: Probe[] = [];
  /** What stands behind each probe. */
  readonly findings: Finding[][] = [];
  /** Functions that own bindings which functions in them write, by their numbers. */
  readonly owners: Node[] = [];
  readonly #parents: ReadonlyMap<Node, Node>;
  readonly #numbers = new Map<string, number>();
  readonly #added = new Map<Finding, boolean>();

  constructor(parents: ReadonlyMap<Node, Node>) {
    this.#parents = parents;
  }

  /** Puts a probe before a finding; false where none can stand. A finding is there for each function around it, and is added once. */
  add(finding: Finding): boolean {
    const known = this.#added.get(finding);
    if (known !== undefined) return known;
    const isAdded = this.#add(finding);
    this.#added.set(finding, isAdded);
    return isAdded;
  }

  #add(finding: Finding): boolean {
    const place = this.#placeOf(finding);
    if (place === null) return false;
    const owner = finding.captured ? this.#ownerOf(finding.captured, finding) : undefined;
    const at = place.kind === "first" ? `first ${place.at}` : `${place.kind} ${place.node.start} ${place.node.end}`;
    const ifGlobalThis = finding.ifGlobalThis === true;
    // What is recorded stands behind a probe of its own.
    const key = `${at} ${owner} ${ifGlobalThis} ${finding.isConsole === true}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) {
      this.findings[known]?.push(finding);
      return true;
    }
    const number = this.list.length;
    this.#numbers.set(key, number);
    this.list.push({
      place,
      number,
      ...(owner === undefined ? {} : { owner }),
      ...(ifGlobalThis ? { ifGlobalThis } : {}),
    });
    this.findings.push([finding]);
    return true;
  }

  /** The place of the probe before a finding; null where none was put. */
  placeOf(finding: Finding): ProbePlace | null {
    return this.#added.get(finding) === true ? this.#placeOf(finding) : null;
  }

  #placeOf(finding: Finding): ProbePlace | null {
    return this.#lookPlace(finding) ?? probePlace(finding.node, this.#parents);
  }

  /** Whether a finding forbids caching depends on the value that is met, and not only on whether the code runs. */
  isDecidedByValue(finding: Finding): boolean {
    return finding.ifGlobalThis === true || finding.isConsole === true || this.#lookPlace(finding) !== null;
  }

  /**
   * The function whose calls make a binding, or the next one around it that can keep something in its body for the code that
   * writes the binding. For want of one, whoever runs into the write is told.
   */
  #ownerOf({ scope }: Variable, { node, cause }: Finding): number | undefined {
    let owner = scope.block as unknown as Node | undefined;
    if (cause.kind === "hidden-binding") {
      // The name that a class has for itself. A call that runs one of its methods has all of the class in its key.
      if (scope.type === "class") owner = this.#methodAround(node, owner);
    } else if (scope.type === "function-expression-name") {
      // The name that a function has for itself is not made by its calls.
      owner = owner && this.#parents.get(owner);
    }
    while (owner && !canKeep(owner, node)) owner = this.#parents.get(owner);
    if (!owner) return undefined;
    const known = this.owners.indexOf(owner);
    return known >= 0 ? known : this.owners.push(owner) - 1;
  }

  #methodAround(node: Node, owner: Node | undefined): Node | undefined {
    for (let at: Node | undefined = node; at; at = this.#parents.get(at)) {
      const element = this.#parents.get(at);
      if (element?.type === "MethodDefinition" && element.value === at && isMemberOf(element, owner, this.#parents))
        return at;
    }
    return undefined;
  }

  #lookPlace({ member, node }: Finding): ProbePlace | null {
    if (member === undefined) return null;
    return member === "global-object" ? lookPlaceOfName(node, this.#parents) : lookPlace(node, this.#parents);
  }
}

/** The body of an async arrow function that is an expression has pieces of its own around it. */
function canKeep({ type, body, async }: Node, node: Node): boolean {
  if (!FUNCTIONS.has(type) || !isWithin(node, body as Node)) return false;
  return (body as Node).type === "BlockStatement" || async !== true;
}

/**
 * Where the object of a member expression can be looked at, or null: it is written twice, and evaluated once, so that it
 * has to be names and members alone.
 */
function lookPlace(member: Node, parents: ReadonlyMap<Node, Node>): ProbePlace | null {
  const node = member.object as Node | undefined;
  if (member.type !== "MemberExpression" || node === undefined) return null;
  const path = plainPath(node);
  return path === null ? null : lookAt(node, path, member, parents);
}

/** Where the value of a name can be looked at: its place takes an expression, and gives it no name and nothing to call it on. */
export function lookPlaceOfName(node: Node, parents: ReadonlyMap<Node, Node>): ProbePlace | null {
  const parent = parents.get(node);
  if (parent === undefined || !takesExpression(parent, node)) return null;
  return lookAt(node, node.name as string, node, parents);
}

function takesExpression(parent: Node, node: Node): boolean {
  switch (parent.type) {
    case "MemberExpression":
      return parent.object === node;
    case "CallExpression":
    case "NewExpression":
      return parent.callee !== node;
    case "AssignmentExpression":
      return parent.right === node;
    case "UnaryExpression":
      return parent.operator === "!";
    case "Property":
      return parent.value === node && parent.shorthand !== true;
    case "ConditionalExpression":
    case "LogicalExpression":
    case "BinaryExpression":
    case "ReturnStatement":
    case "ArrayExpression":
    case "SequenceExpression":
      return true;
    case "VariableDeclarator":
      return parent.init === node;
    default:
      return false;
  }
}

/** @param first the innermost node around it whose place decides */
function lookAt(node: Node, path: string, first: Node, parents: ReadonlyMap<Node, Node>): ProbePlace | null {
  const look = (startsStatement: boolean): ProbePlace => ({ kind: "look", node, path, startsStatement });
  let outer = first;
  for (let parent = parents.get(outer); parent; outer = parent, parent = parents.get(outer)) {
    if (FUNCTIONS.has(parent.type)) return outer === parent.body ? look(false) : null;
    if (parent.type === "PropertyDefinition" && outer === parent.value && !parent.static) return null;
    if (parent.type === "ExpressionStatement" && parent.start === node.start) {
      const around = parents.get(parent) as Node;
      if (around.type === "BlockStatement" || around.type === "SwitchCase") return look(true);
      // Behind a parenthesis or a word: nothing there could be called.
      return BODIES[around.type]?.some((field) => around[field] === parent) ? look(false) : null;
    }
    if (parent.type === "BlockStatement") return look(false);
  }
  return null;
}

const DECISIVE = new RegExp(`^(constructor|arguments|${[...STACK_PROPERTIES].join("|")})$`);

/**
 * Names, members and calls with such arguments as one line without parentheses or comments, whatever stands between them; null for
 * anything else.
 */
function plainPath(node: Node): string | null {
  switch (node.type) {
    case "CallExpression": {
      const callee = node.optional === true ? null : plainPath(node.callee as Node);
      const given = (node.arguments as Node[]).map((one) => plainLiteral(one) ?? plainPath(one));
      return callee === null || given.includes(null) ? null : `${callee}(${given.join(",")})`;
    }
    case "Identifier":
      return node.name as string;
    case "ThisExpression":
      return "this";
    case "MemberExpression": {
      const { type, name } = node.property as Node;
      // A `constructor` or `stack` in the path has a probe of its own, which the second writing of the path would pass by.
      if (node.optional === true) return null;
      const object = plainPath(node.object as Node);
      if (node.computed) {
        const index = plainIndex(node.property as Node);
        return object === null || index === null ? null : `${object}[${index}]`;
      }
      if (DECISIVE.test(name as string)) return null;
      return object === null ? null : `${object}.${type === "PrivateIdentifier" ? "#" : ""}${name as string}`;
    }
    default:
      return null;
  }
}

/** A number or a text; of any other node null. */
function plainLiteral({ type, value }: Node): string | null {
  const isPlain = type === "Literal" && (typeof value === "number" || typeof value === "string");
  return isPlain ? JSON.stringify(value) : null;
}

/** A number is the name of none of the members that have probes. */
function plainIndex({ type, value }: Node): string | null {
  return type === "Literal" && typeof value === "number" ? String(value) : null;
}

/** Statements with a body that may be one statement without a block. */
const BODIES: Readonly<Record<string, readonly string[]>> = {
  IfStatement: ["consequent", "alternate"],
  ForStatement: ["body"],
  ForInStatement: ["body"],
  ForOfStatement: ["body"],
  WhileStatement: ["body"],
  DoWhileStatement: ["body"],
};

/** Statements that mean something else in a block of their own, or may not stand there. */
const BOUND = new Set(["FunctionDeclaration", "LabeledStatement"]);

/** The place of a finding's probe, or null where none can stand: fields, names of members, code that runs with the module. */
export function probePlace(finding: Node, parents: ReadonlyMap<Node, Node>): ProbePlace | null {
  // Async functions that are recorded in their own frame have pieces around expressions (loader/transform/telling.ts).
  const isWhole = isInAsync(finding, parents);
  let child = finding;
  for (let parent = parents.get(child); parent; child = parent, parent = parents.get(child)) {
    switch (parent.type) {
      case "BlockStatement":
        return afterExits(parent, child) ?? inFront(parent, parent.body as Node[]);
      case "SwitchCase":
        if (child === parent.test) break;
        return {
          kind: "first",
          at: (parent.consequent as Node[])[0]?.start ?? parent.end,
          end: parent.end,
          afterDirective: false,
          isCase: true,
        };
      case "LogicalExpression":
        if (child === parent.right && !isWhole) return behindComma(child);
        break;
      case "ConditionalExpression":
        if (child !== parent.test && !isWhole) return behindComma(child);
        break;
      case "AssignmentPattern":
        if (child === parent.right && !isWhole) return behindComma(child);
        break;
      case "PropertyDefinition":
        // An instance's field is evaluated by a constructor that need not be in the text.
        if (child === parent.value && !parent.static) return null;
        break;
      default:
        if (FUNCTIONS.has(parent.type)) {
          // What is computed among the parameters is evaluated before anything in the body.
          return child === parent.body && !isWhole ? behindComma(child) : null;
        }
        if (!isWhole && BODIES[parent.type]?.some((field) => parent[field] === child) && !BOUND.has(child.type)) {
          return { kind: "block", node: child };
        }
    }
  }
  return null;
}

/** Nothing is put around a class: it is recognised by its text, which ends where the probe would. */
function behindComma(node: Node): ProbePlace | null {
  return /^Class/.test(node.type) ? null : { kind: "comma", node };
}

/** The start of the body of an arrow function; null for an async one's expression, which has pieces of its own around it. */
export function bodyPlace(arrow: Node): MentionPlace | null {
  const body = arrow.body as Node;
  if (body.type === "BlockStatement") return inFront(body, body.body as Node[]);
  return arrow.async === true || /^Class/.test(body.type) ? null : { kind: "comma", node: body };
}

function inFront(block: Node, body: readonly Node[]): MentionPlace {
  let at = block.start + 1;
  let afterDirective = false;
  for (const statement of body) {
    if (typeof statement.directive !== "string") break;
    at = statement.end;
    afterDirective = true;
  }
  return { kind: "first", at, end: block.end, afterDirective, isCase: false };
}

/** By block, where the statements end that may leave it for good. */
const exits = new WeakMap<Node, readonly number[]>();

/**
 * The place behind the last statement before `child` that may leave a block, or null: code behind a guard (`if (!a) return b;`) is not run by those
 * who leave there. The statements of a block run one after the other, so nothing gets to the later ones past it.
 */
function afterExits(block: Node, child: Node): ProbePlace | null {
  let ends = exits.get(block);
  if (ends === undefined) {
    ends = (block.body as Node[]).filter((one) => leaves(one, EXITS)).map(({ end }) => end);
    exits.set(block, ends);
  }
  const at = ends.findLast((end) => end <= child.start);
  return at === undefined ? null : { kind: "first", at, end: block.end, afterDirective: true, isCase: false };
}

const EXITS = new Set(["ReturnStatement", "BreakStatement", "ContinueStatement"]);
const RETURNS = new Set(["ReturnStatement", "YieldExpression"]);

/** What is evaluated whenever what it stands in is. */
const ALWAYS = new Set([
  "ArrayExpression",
  "AssignmentExpression",
  "AwaitExpression",
  "BinaryExpression",
  "CallExpression",
  "ExpressionStatement",
  "MemberExpression",
  "NewExpression",
  "ObjectExpression",
  "Property",
  "ReturnStatement",
  "SequenceExpression",
  "SpreadElement",
  "TemplateLiteral",
  "ThrowStatement",
  "UnaryExpression",
  "UpdateExpression",
  "VariableDeclaration",
  "VariableDeclarator",
]);

/**
 * Whether a call of a function that returns has evaluated a finding of its body: there is no branch, loop or function
 * around it, and no way out before it.
 */
export function isCertain(finding: Node, root: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const body = root.body as Node;
  let child = finding;
  for (let parent = parents.get(child); parent; child = parent, parent = parents.get(child)) {
    if (parent === root) return child === body;
    if (parent === body && parent.type === "BlockStatement") {
      return !(parent.body as Node[]).some((statement) => statement.end <= child.start && leaves(statement, RETURNS));
    }
    const isTest =
      /^(If|Switch|ConditionalExpression)/.test(parent.type) &&
      (child === parent.test || child === parent.discriminant);
    const isLeft = parent.type === "LogicalExpression" && child === parent.left;
    const isShort = parent.type === "AssignmentExpression" && /^(\|\||&&|\?\?)=$/.test(parent.operator as string);
    if (!(ALWAYS.has(parent.type) && !isShort) && !isTest && !isLeft) return false;
  }
  return false;
}

/** Whether a statement holds one of some types of nodes, other than in a function of its own. */
function leaves(statement: Node, types: ReadonlySet<string>): boolean {
  const stack: unknown[] = [statement];
  while (stack.length > 0) {
    const next = stack.pop();
    if (typeof next !== "object" || next === null) continue;
    const node = next as Node;
    if (types.has(node.type)) return true;
    if (FUNCTIONS.has(node.type)) continue;
    stack.push(...Object.values(node));
  }
  return false;
}
