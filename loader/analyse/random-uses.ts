/**
 * What becomes of the random numbers that code draws once in a run. Packages draw some while they load which nothing that they do depends on: they make
 * a text of one that nothing else will be equal to, or choose by one between functions that nobody calls.
 */
import type { Variable } from "eslint-scope";
import { type Node, propertyName, type Scopes } from "../../audit/scan/syntax.ts";
import { alwaysIn } from "./always-evaluated.ts";
import { type CallsByLine, type CallsOfFile, callsOfFile } from "./calls-by-line.ts";
import { functionOf } from "./named-function.ts";
import { isShared } from "./shared-bindings.ts";

/** `nothing`: it goes nowhere. `mark`: it becomes part of a marked text, of which the code may do what it likes. */
export type RandomUse = "nothing" | "mark";

/** A number below this, as a whole one, has less than 20 random bits: two of them may well be the same. */
const MANY = 1_000_000;
/** Characters: a shorter part of a text may be the same twice, and the first two of a number's are. */
const SHORTEST = { before: 4, length: 6 };
const ROUNDING: ReadonlySet<string> = new Set(["ceil", "floor", "round", "trunc"]);
const PARTS: ReadonlySet<string> = new Set(["slice", "substr", "substring"]);

/**
 * @param lines on which the file has drawn a number, once each, counted from 1: on all others it has not
 * @param isAllTold whether `Math.random()` on other lines cannot have been called. It can where the program has put another function there
 * @returns what becomes of the numbers; null where that is not known
 * @throws SyntaxError where the file cannot be parsed
 */
export function randomUses(text: string, lines: ReadonlySet<number>, isAllTold: boolean): RandomUse | null {
  const file = callsOfFile(text, mayDraw);
  if (file === null) return null;
  const draws = new Draws(file, lines, isAllTold);
  let most: RandomUse = "nothing";
  for (const line of lines) {
    const use = draws.useOn(line);
    if (use === null) return null;
    if (use === "mark") most = use;
  }
  return most;
}

/** A function of the file draws on lines of its own. */
function mayDraw(node: Node, scopes: Scopes): boolean {
  if (node.type === "TaggedTemplateExpression") return true;
  if (node.type !== "CallExpression") return false;
  const callee = node.callee as Node;
  if (callee.type === "Identifier") return functionOf(callee, scopes) === null;
  const called = callee.type === "MemberExpression" ? (callee.object as Node) : callee;
  return called.type !== "FunctionExpression" && called.type !== "ArrowFunctionExpression";
}

class Draws {
  readonly #scopes: Scopes;
  readonly #calls: CallsByLine;
  readonly #lines: ReadonlySet<number>;
  readonly #isAllTold: boolean;

  constructor({ scopes, calls }: CallsOfFile, lines: ReadonlySet<number>, isAllTold: boolean) {
    this.#scopes = scopes;
    this.#calls = calls;
    this.#lines = lines;
    this.#isAllTold = isAllTold;
  }

  useOn(line: number): RandomUse | null {
    const found = this.#calls.on(line);
    const [draw, ...others] = found.filter((call) => isDraw(call, this.#scopes));
    if (draw === undefined || others.length > 0) return null;
    // A call that draws as well, whatever it calls, would be the second one on its line.
    if (!found.every((call) => call === draw || alwaysIn(call).includes(draw))) return null;
    if (this.#choosesUncalled(draw)) return "nothing";
    return this.#becomesMark(draw) ? "mark" : null;
  }

  /**
   * Whether a marked text is made of a number as it is, or of so much of it that two are never the same. A text without a mark may be where other random
   * numbers begin.
   */
  #becomesMark(draw: Node): boolean {
    let node = draw;
    let parent = this.#parentOf(node);
    for (; this.#isLargeWhole(node, parent); parent = this.#parentOf(node)) node = parent;
    if (this.#isMarked(node, parent)) return true;
    const text = this.#longText(node, parent);
    return text !== null && (this.#isMarked(text, this.#parentOf(text)) || this.#isHeldForMarks(text));
  }

  /** Whether a node is written behind, or in front of, a text that stands in the code. */
  #isMarked(node: Node, parent: Node): boolean {
    if (parent.type === "TemplateLiteral") {
      return this.#parentOf(parent).type !== "TaggedTemplateExpression" && isText(parent);
    }
    if (parent.type !== "BinaryExpression" || parent.operator !== "+") return false;
    return isText((parent.left === node ? parent.right : parent.left) as Node);
  }

  /** Whether all that is made of a text, by way of a constant of the file, are marked texts. */
  #isHeldForMarks(text: Node): boolean {
    const name = this.#nameOfHeld(text);
    const variable = name && this.#scopes.namedBy(name);
    if (variable?.defs.length !== 1 || isShared(variable, this.#scopes)) return false;
    return this.#scopes
      .of(variable)
      .every(({ node, write }) => (write ? node === name : this.#isMarked(node, this.#parentOf(node))));
  }

  /** The name of the variable that is declared with this value; null if there is none. */
  #nameOfHeld(value: Node): Node | null {
    const declarator = this.#parentOf(value);
    const name = declarator.type === "VariableDeclarator" && declarator.init === value ? (declarator.id as Node) : null;
    return name?.type === "Identifier" ? name : null;
  }

  /** Whether a node makes a number of another, without losing much of it: `x * 1e9`, `Math.floor(x)`, `x >>> 0`. */
  #isLargeWhole(node: Node, parent: Node): boolean {
    if (parent.type === "CallExpression") {
      const isRounding = isOfMath(parent.callee as Node, this.#scopes, (name) => ROUNDING.has(name));
      return isRounding && (parent.arguments as Node[])[0] === node && isMultiplied(node);
    }
    if (parent.type !== "BinaryExpression") return false;
    const { left, right, operator } = parent as unknown as { left: Node; right: Node; operator: string };
    if (operator === "*") return numberOf(left === node ? right : left) >= MANY;
    return /^(\||>>>)$/.test(operator) && left === node && numberOf(right) === 0 && isMultiplied(node);
  }

  /** The text that a member of a number makes of it, called at once, or so much of that text as is taken; null if it is too short. */
  #longText(number: Node, member: Node): Node | null {
    if (member.type !== "MemberExpression" || member.object !== number) return null;
    let call = this.#calledAtOnce(member);
    if (call === null || !makesLongText(propertyName(member), call.arguments as Node[])) return null;
    for (;;) {
      const next = this.#parentOf(call);
      if (next.type !== "MemberExpression" || next.object !== call) return call;
      const name = propertyName(next);
      call = this.#calledAtOnce(next);
      if (call === null || name === null || !isLongPart(name, call.arguments as Node[])) return null;
    }
  }

  #calledAtOnce(member: Node): Node | null {
    const call = this.#parentOf(member);
    return call.type === "CallExpression" && call.callee === member && !call.optional && !member.optional ? call : null;
  }

  /**
   * Whether a number only decides which of two functions a variable of the file holds, and the variable is only called. Each of the two draws a number
   * itself, on a line on which nobody has: so none was called, and none will be where all else is the same.
   */
  #choosesUncalled(draw: Node): boolean {
    let node = draw;
    let parent = this.#parentOf(node);
    for (; parent.type === "BinaryExpression"; parent = this.#parentOf(node)) {
      // What else is computed with it is a name or a number, of which nothing is called.
      if (!isPlain((parent.left === node ? parent.right : parent.left) as Node)) return false;
      node = parent;
    }
    if (!this.#isAllTold || parent.type !== "ConditionalExpression" || parent.test !== node) return false;
    const choice = parent;
    if (![choice.consequent, choice.alternate].every((one) => this.#wouldHaveDrawn(one as Node))) return false;
    const name = this.#nameOfHeld(choice);
    const variable = name && this.#scopes.namedBy(name);
    return name !== null && variable !== null && this.#isOnlyCalled(variable, name);
  }

  #isOnlyCalled(variable: Variable, name: Node): boolean {
    if (variable.defs.length !== 1 || isShared(variable, this.#scopes)) return false;
    return this.#scopes.of(variable).every(({ node, write }) => {
      if (write) return node === name;
      const call = this.#parentOf(node);
      return call.type === "CallExpression" && call.callee === node;
    });
  }

  /** Whether a function draws a number before it does anything else that counts, on a line on which nobody has. */
  #wouldHaveDrawn(node: Node): boolean {
    if (!/^(Arrow)?FunctionExpression$/.test(node.type) || node.async || node.generator) return false;
    if ((node.params as Node[]).length > 0) return false;
    const body = node.body as Node;
    const [first] = body.type === "BlockStatement" ? (body.body as Node[]) : [];
    const result = body.type === "BlockStatement" ? (first?.type === "ReturnStatement" ? first.argument : null) : body;
    if (result === null || result === undefined) return false;
    return alwaysIn(result as Node).some((one) => isDraw(one, this.#scopes) && !this.#calls.isOnSome(one, this.#lines));
  }

  #parentOf(node: Node): Node {
    return this.#scopes.parents.get(node) as Node;
  }
}

/** Whether a node is `Math.random()` of the global Math. */
function isDraw(node: Node, scopes: Scopes): boolean {
  if (node.type !== "CallExpression" || (node.arguments as Node[]).length > 0) return false;
  return isOfMath(node.callee as Node, scopes, (name) => name === "random");
}

function isOfMath(callee: Node, scopes: Scopes, isIt: (name: string) => boolean): boolean {
  if (callee.type !== "MemberExpression" || callee.computed) return false;
  const object = callee.object as Node;
  const isMath = object.type === "Identifier" && object.name === "Math" && scopes.variableAt(object) === null;
  return isMath && isIt((callee.property as Node).name as string);
}

function isMultiplied(node: Node): boolean {
  return node.type === "BinaryExpression" && node.operator === "*";
}

function isNumber(node: Node): boolean {
  return node.type === "Literal" && typeof node.value === "number";
}

/** NaN if it is not known. */
function numberOf(node: Node | undefined): number {
  return node !== undefined && isNumber(node) ? (node.value as number) : Number.NaN;
}

function isPlain(node: Node): boolean {
  return isNumber(node) || node.type === "Identifier";
}

/** Whether a node is a text that is not empty, whatever else is in it. */
function isText(node: Node): boolean {
  if (node.type === "TemplateLiteral") {
    return (node.quasis as Node[]).some(({ value }) => (value as { readonly raw: string }).raw !== "");
  }
  if (node.type === "BinaryExpression") {
    return node.operator === "+" && (isText(node.left as Node) || isText(node.right as Node));
  }
  return node.type === "Literal" && typeof node.value === "string" && node.value !== "";
}

/** Whether `x.toString(36)` or `x.toFixed(16)` tells enough of a number. */
function makesLongText(name: string | null, given: readonly Node[]): boolean {
  if (!given.every(isNumber)) return false;
  return name === "toString" || (name === "toFixed" && numberOf(given[0]) >= SHORTEST.length);
}

/** Whether `text.slice(2, 10)`, or another method with these arguments, leaves enough of a text that begins with `0.`. */
function isLongPart(name: string, given: readonly Node[]): boolean {
  const [from = Number.NaN, to = Number.POSITIVE_INFINITY] = given.map(numberOf);
  if (!PARTS.has(name) || given.length > 2 || !(from >= 0 && from <= SHORTEST.before)) return false;
  return (name === "substr" ? to : to - from) >= SHORTEST.length;
}
