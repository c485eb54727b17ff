/**
 * What becomes of the present time that code reads. Much code reads the clock for its own ends: to see how often it is called, to measure a step and tell
 * nobody, to know the year. Where the value goes nowhere else, nothing of it is in what the program does, or only what can be asked again.
 *
 * Values are followed through local variables, arithmetic and parameters of functions of the file. It is a question of where they may go, whatever
 * the code does when it runs: so a way that is never taken counts, but for one that cannot have been taken without another reading of the clock.
 */
import type { Variable } from "eslint-scope";
import { DATE_PARTS, DATE_TEXTS, ISO, textPart } from "../../audit/replay/date-parts.ts";
import { isTarget, type Node, propertyName, type Scopes } from "../../audit/scan/syntax.ts";
import { alwaysIn } from "./always-evaluated.ts";
import { type CallsByLine, type CallsOfFile, callsOfFile } from "./calls-by-line.ts";
import { hoistedInitialiser, soleInitialiser } from "./constants.ts";
import { functionOf } from "./named-function.ts";
import { isSetBeforeUse } from "./scratch-dates.ts";
import { isShared } from "./shared-bindings.ts";

/** Methods that give the whole of it, as a number. */
const WHOLE: ReadonlySet<string> = new Set(["getTime", "valueOf"]);
const COMPARISONS: ReadonlySet<string> = new Set(["<", ">", "<=", ">="]);
/** Milliseconds: code that compares with so little asks how fast it is called. A result may depend on longer ones, as of a search that is broken off. */
const SHORT = 1000;

export interface Trust {
  /** Whether code may ask how fast it is called. What a program does itself may be about that. */
  readonly mayCompare: boolean;
  /** Lines on which one date was made, and the clock was not read otherwise. */
  readonly made: ReadonlySet<number>;
  /** Whether `Date.now()` on other lines cannot have been called. It can where the program has put another function there, of which no tap tells. */
  readonly isAllTold: boolean;
}

/** A number of milliseconds, or a Date. */
type Kind = "number" | "date";

/**
 * @param lines on which the file has read the clock, counted from 1: all others have not
 * @returns the parts of the date that count; null where more of the time may
 * @throws SyntaxError where the file cannot be parsed
 */
export function clockUses(text: string, lines: ReadonlySet<number>, trust: Trust): ReadonlySet<string> | null {
  const file = callsOfFile(text, mayRead);
  if (file === null) return null;
  const flow = new Flow(file, lines, trust);
  for (const line of lines) {
    const onLine = file.calls.on(line);
    const found = trust.made.has(line) ? onLine.filter(mayMake) : onLine;
    if (found.length === 0 || !found.every((one) => flow.isContained(one, kindOf(one)))) return null;
  }
  return flow.parts;
}

/** A function of the file reads the clock on lines of its own. */
function mayRead(node: Node, scopes: Scopes): boolean {
  if (node.type === "TaggedTemplateExpression") return true;
  if (node.type === "NewExpression") return (node.arguments as Node[]).length === 0;
  if (node.type !== "CallExpression") return false;
  const callee = node.callee as Node;
  if (callee.type === "Identifier") return functionOf(callee, scopes) === null;
  // Methods of dates only tell of a clock that was read before.
  const name = callee.type === "MemberExpression" ? propertyName(callee) : null;
  if (name === null) return true;
  return !(WHOLE.has(name) || DATE_PARTS.has(name) || DATE_TEXTS.has(name) || cutOf(node) !== null);
}

/** Whether a node may make a date: functions of the language that do are given the class, and none is called as a method without arguments. */
function mayMake({ type, callee, arguments: given }: Node): boolean {
  return type !== "CallExpression" || (callee as Node).type !== "MemberExpression" || (given as Node[]).length > 0;
}

/** Methods that cut a text where they are called with 0 and a number. */
const CUTTING: ReadonlySet<string> = new Set(["slice", "substr", "substring"]);
/** Characters of what `toISOString` makes, up to the hour. */
const DAY = "2000-01-01".length;

/** How many characters a call leaves of what `toISOString` makes; null where it is none that cuts that. */
function cutOf(call: Node): number | null {
  const callee = call.type === "CallExpression" ? (call.callee as Node) : null;
  if (callee?.type !== "MemberExpression" || !isIso(callee.object as Node)) return null;
  const name = propertyName(callee) ?? "";
  const [first, end, ...others] = (call.arguments as Node[]).map((one) => one.type === "Literal" && one.value);
  if (name === "split") return first === "T" && end === undefined ? DAY : null;
  const isCut = CUTTING.has(name) && others.length === 0 && first === 0 && Number.isInteger(end) && (end as number) > 0;
  return isCut ? (end as number) : null;
}

function isIso({ type, callee, arguments: given }: Node): boolean {
  const isMethod = type === "CallExpression" && (callee as Node).type === "MemberExpression";
  return isMethod && (given as Node[]).length === 0 && propertyName(callee as Node) === ISO;
}

function kindOf({ type }: Node): Kind {
  return type === "NewExpression" ? "date" : "number";
}

class Flow {
  readonly parts = new Set<string>();
  readonly #scopes: Scopes;
  readonly #calls: CallsByLine;
  readonly #lines: ReadonlySet<number>;
  readonly #trust: Trust;
  /** Bindings that are followed, and those that are looked at: what leads back to one is as contained as all else. */
  readonly #followed = new Set<Variable>();
  readonly #plain = new Set<Variable>();

  constructor({ scopes, calls }: CallsOfFile, lines: ReadonlySet<number>, trust: Trust) {
    this.#scopes = scopes;
    this.#calls = calls;
    this.#lines = lines;
    this.#trust = trust;
  }

  /** Whether a value goes nowhere from an expression. */
  isContained(node: Node, kind: Kind): boolean {
    const parent = this.#scopes.parents.get(node) as Node;
    if (kind === "date" && isOfAnyDate(node, parent, this.#scopes)) return true;
    switch (parent.type) {
      case "ExpressionStatement":
        return true;
      case "BinaryExpression":
        if (COMPARISONS.has(parent.operator as string)) return this.#isTestOfSpeed(parent);
        return /^[-+*/]$/.test(parent.operator as string) && this.isContained(parent, "number");
      case "UnaryExpression":
        return /^[-+]$/.test(parent.operator as string) && this.isContained(parent, "number");
      case "VariableDeclarator":
        return parent.init === node && this.#isHeld(parent.id as Node, kind);
      case "AssignmentExpression": {
        const isPlain = parent.operator === "=" && parent.right === node;
        return isPlain && this.#isHeld(parent.left as Node, kind) && this.isContained(parent, kind);
      }
      case "CallExpression":
        return this.#isContainedBy(parent, node, kind) || this.#wasNeverMade(parent);
      case "MemberExpression":
        return parent.object === node && kind === "date" && this.#isPart(parent);
      default:
        return false;
    }
  }

  #isHeld(target: Node, kind: Kind): boolean {
    const variable = target.type === "Identifier" ? this.#scopes.namedBy(target) : null;
    return variable !== null && this.#isContainedIn(variable, kind);
  }

  /** Whether a value goes nowhere from a binding of the file that nobody else sees. */
  #isContainedIn(variable: Variable, kind: Kind): boolean {
    if (this.#followed.has(variable)) return true;
    this.#followed.add(variable);
    const [definition] = variable.defs;
    const isOwn = variable.defs.length === 1 && /^(Variable|Parameter)$/.test(definition?.type ?? "");
    if (!isOwn || isShared(variable, this.#scopes)) return false;
    if (kind === "date" && definition?.type === "Variable" && isSetBeforeUse(variable, this.#scopes)) return true;
    if (definition?.type === "Parameter" && this.#asksForAll(definition.node as unknown as Node)) return false;
    return this.#scopes.of(variable).every(({ node, reads, write }) => {
      if (!reads) return true;
      // `a += 1` and `a++` make another number of it, and keep it where it is.
      return !write && this.isContained(node, kind);
    });
  }

  /** Whether a call of a function of the file keeps an argument to itself. */
  #isContainedBy(call: Node, argument: Node, kind: Kind): boolean {
    const at = (call.arguments as Node[]).indexOf(argument);
    const callee = call.callee as Node;
    const called = callee.type === "Identifier" ? functionOf(callee, this.#scopes) : null;
    if (at < 0 || called === null || (call.arguments as Node[]).some(({ type }) => type === "SpreadElement"))
      return false;
    const params = called.params as Node[];
    if (params.some(({ type }) => type === "RestElement") || this.#asksForAll(called)) return false;
    const param = params[at];
    return param === undefined || this.#isHeld(param, kind);
  }

  /** Whether the code of a function may find its parameters by `arguments`. */
  #asksForAll(called: Node): boolean {
    return this.#scopes.within(called).some(({ name }) => name === "arguments");
  }

  /** Whether a member of a date is a method that is called at once, and gives what can be asked again, or goes nowhere. */
  #isPart(member: Node): boolean {
    const call = this.#scopes.parents.get(member) as Node;
    const name = propertyName(member);
    if (name === null || call.type !== "CallExpression" || call.callee !== member) return false;
    if (DATE_TEXTS.has(name)) return this.#isTextPart(call, name);
    if ((call.arguments as Node[]).length > 0) return false;
    if (WHOLE.has(name)) return this.isContained(call, "number");
    if (!DATE_PARTS.has(name)) return false;
    this.parts.add(name);
    return true;
  }

  /** Whether what a method makes of a date is a text that can be asked again. */
  #isTextPart(call: Node, name: string): boolean {
    const given = literalsOf(call.arguments as Node[]);
    if (given === null) return false;
    let end: number | null = null;
    if (name === ISO) {
      const around = this.#scopes.parents.get(call) as Node;
      const cutting = this.#scopes.parents.get(around) as Node;
      end = around.type === "MemberExpression" ? cutOf(cutting) : null;
      if (end === null || cutting.callee !== around) return false;
      if (propertyName(around) === "split" && !this.#isFirst(cutting)) return false;
    }
    this.parts.add(textPart(name, given, end));
    return true;
  }

  /** Whether only the first of a list is taken: `list[0]`, or `const [a] = list`. */
  #isFirst(list: Node): boolean {
    const parent = this.#scopes.parents.get(list) as Node;
    if (parent.type === "MemberExpression")
      return parent.object === list && parent.computed === true && (parent.property as Node).value === 0;
    const { type, elements } = (parent.type === "VariableDeclarator" ? parent.id : parent) as Node;
    const [first, ...others] = type === "ArrayPattern" ? (elements as (Node | null)[]) : [];
    return first?.type === "Identifier" && others.length === 0;
  }

  /** Whether a comparison says nothing but how fast the code is called, and only decides which way it takes. */
  #isTestOfSpeed(comparison: Node): boolean {
    if (!this.#trust.mayCompare || !this.#isOfShortTimes(comparison)) return false;
    let test = comparison;
    let parent = this.#scopes.parents.get(test) as Node;
    while (parent.type === "LogicalExpression" || (parent.type === "UnaryExpression" && parent.operator === "!")) {
      test = parent;
      parent = this.#scopes.parents.get(test) as Node;
    }
    return parent.test === test;
  }

  /** Whether both operands are made of readings of the clock and of short times alone. */
  #isOfShortTimes({ left, right }: Node): boolean {
    return this.#isShortTime(left as Node) && this.#isShortTime(right as Node);
  }

  #isShortTime(node: Node): boolean {
    switch (node.type) {
      case "Literal":
        return typeof node.value === "number" && node.value <= SHORT;
      case "Identifier": {
        const variable = this.#scopes.variableAt(node);
        return variable !== null && this.#isShortTimeIn(variable);
      }
      case "BinaryExpression":
        return /^[-+]$/.test(node.operator as string) && this.#isOfShortTimes(node);
      case "UnaryExpression":
        return /^[-+]$/.test(node.operator as string) && this.#isShortTime(node.argument as Node);
      case "CallExpression":
      case "NewExpression":
        return this.#isSeen(node);
      default:
        return false;
    }
  }

  /** Whether a binding holds nothing else, at any time. */
  #isShortTimeIn(variable: Variable): boolean {
    if (this.#plain.has(variable)) return true;
    this.#plain.add(variable);
    if (variable.defs.length !== 1 || variable.defs[0]?.type !== "Variable" || isShared(variable, this.#scopes))
      return false;
    return this.#scopes.of(variable).every(({ node, write }) => {
      if (!write) return true;
      const parent = this.#scopes.parents.get(node) as Node;
      if (parent.type === "VariableDeclarator" && parent.id === node) return this.#isShortTime(parent.init as Node);
      const isPlain = parent.type === "AssignmentExpression" && parent.operator === "=" && parent.left === node;
      return isPlain && this.#isShortTime(parent.right as Node);
    });
  }

  /** Whether a call stands on a line on which the clock was read. */
  #isSeen(call: Node): boolean {
    return this.#lines.has(this.#calls.lineOf(call)) && this.#calls.on(this.#calls.lineOf(call)).includes(call);
  }

  /**
   * Whether a call was never made: one of its arguments, whatever they are, reads the clock by its name, on a line on which nobody has.
   */
  #wasNeverMade(call: Node): boolean {
    if (!this.#trust.isAllTold) return false;
    const evaluated = (call.arguments as Node[]).flatMap(alwaysIn);
    return evaluated.some((one) => isClock(one, this.#scopes) && !this.#calls.isOnSome(one, this.#lines));
  }
}

/** The values of expressions that are nothing but literals, in objects and lists of them; null where others are among them. */
function literalsOf(nodes: readonly Node[]): unknown[] | null {
  const values: unknown[] = [];
  for (const node of nodes) {
    const value = literalOf(node);
    if (value === undefined) return null;
    values.push(value);
  }
  return values;
}

function literalOf(node: Node): unknown {
  switch (node.type) {
    case "Literal":
      return typeof node.value === "string" || typeof node.value === "boolean" ? node.value : undefined;
    case "ArrayExpression":
      return literalsOf((node.elements as (Node | null)[]).map((one) => one ?? node)) ?? undefined;
    case "ObjectExpression": {
      const members = (node.properties as Node[]).map((one) => {
        const key =
          one.type === "Property" && !one.computed && !one.method && one.kind === "init" ? (one.key as Node) : node;
        const name = key.type === "Identifier" ? key.name : key.value;
        return [name, key === node ? undefined : literalOf(one.value as Node)] as const;
      });
      const areAll = members.every(
        ([name, value]) => typeof name === "string" && name !== "__proto__" && value !== undefined,
      );
      return areAll ? Object.fromEntries(members) : undefined;
    }
    default:
      return undefined;
  }
}

/** Whether code asks a date for what all dates have alike: whether it is an object, and of which kind. */
function isOfAnyDate(date: Node, parent: Node, scopes: Scopes): boolean {
  switch (parent.type) {
    case "UnaryExpression":
      return parent.operator === "typeof";
    case "LogicalExpression":
      return parent.operator === "&&" && parent.left === date;
    case "IfStatement":
    case "ConditionalExpression":
      return parent.test === date;
    case "BinaryExpression":
      return parent.operator === "instanceof" && parent.left === date;
    case "MemberExpression": {
      const isCalled = scopes.parents.get(parent)?.callee === parent;
      return propertyName(parent) === "constructor" && !isCalled && !isTarget(parent, scopes.parents);
    }
    case "CallExpression": {
      const { type, object, computed, property } = parent.callee as Node;
      const isCall = type === "MemberExpression" && !computed && (property as Node).name === "call";
      return isCall && (parent.arguments as Node[])[0] === date && isKindOf(object as Node, scopes);
    }
    default:
      return false;
  }
}

/** Whether a node is the `toString` of all objects, which names their kind. */
function isKindOf(node: Node, scopes: Scopes): boolean {
  const { type, object, computed, property } = valueOf(node, scopes);
  if (type !== "MemberExpression" || computed || (property as Node).name !== "toString") return false;
  const holder = valueOf(object as Node, scopes);
  if (holder.type === "ObjectExpression") return (holder.properties as Node[]).length === 0;
  const root = holder.type === "MemberExpression" ? (holder.object as Node) : holder;
  const isGlobal = root.type === "Identifier" && root.name === "Object" && scopes.variableAt(root) === null;
  return isGlobal && propertyName(holder) === "prototype";
}

/** What a name stands for, where that is known; the node itself, if it is no such name. */
function valueOf(node: Node, scopes: Scopes): Node {
  const variable = node.type === "Identifier" ? scopes.variableAt(node) : null;
  if (variable === null) return node;
  return soleInitialiser(variable, scopes) ?? hoistedInitialiser(variable, scopes) ?? node;
}

/** Whether a node is `Date.now()` of the global Date. */
function isClock({ type, callee, arguments: given }: Node, scopes: Scopes): boolean {
  if (type !== "CallExpression" || (given as Node[]).length > 0) return false;
  const { type: of, object, computed, property } = callee as Node;
  if (of !== "MemberExpression" || computed || (property as Node).name !== "now") return false;
  const { type: kind, name } = object as Node;
  return kind === "Identifier" && name === "Date" && scopes.variableAt(object as Node) === null;
}
