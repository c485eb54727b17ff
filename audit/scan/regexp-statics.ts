/**
 * Finds programs that may read the last match of a regular expression (`RegExp.$1`). In such a program nothing is cached: a call that is
 * skipped at a hit may have matched something, and dumbo matches texts itself. No tap can tell in time, so the code of the modules
 * decides.
 *
 * One module may hand `RegExp` on as a value (`const R = RegExp`), and another read such a name of some value (`R.$1`). Each alone is
 * harmless. If modules of a program do both, nothing is cached.
 */
import { isPlainUse, memberPath, type Node, propertyName, type Scopes } from "./syntax.ts";

/** What a module may do: read the last match, hand `RegExp` on, or mention one of the names. */
export const LAST_MATCH = "RegExp.$1";
const HANDED_ON = "RegExp";
const MENTIONED = "$1";

const NAMES = /^(\$[1-9&_`'+]|input|last(Match|Paren)|(left|right)Context)$/;
/** The same anywhere in a text, and functions that copy all names of an object. Without a match, no node has to be looked at. */
const MENTION = /\$[1-9&_`'+]|\b(input|last(Match|Paren)|(left|right)Context)\b|\bgetOwnPropertyDescriptors?\b/;
const OF_CONSTRUCTOR = /\bconstructor\s*(\??\.\s*(\$|input\b|last|left|right)|(\?\.)?\[)/;
const MAY_ASK_CONSTRUCTOR = /\bconstructor\b(?!\s*\()/;
const GLOBAL = /^global(This)?$/;

/** What a module's code may do with the last match. When the module is loaded, these are given to {@link LastMatch}. */
export function lastMatchNeeds(text: string, { uses, parents }: Scopes): string[] {
  const holds = text.includes("RegExp");
  const makesCode = uses.some(({ name, variable }) => !variable && (name === "eval" || name === "Function"));
  const someNode = (is: (node: Node) => boolean) => {
    for (const node of parents.keys()) if (is(node)) return true;
    return false;
  };
  const says = holds && (makesCode || someNode((node) => textOf(node) === "RegExp"));
  const isMentioned = MENTION.test(text) && (makesCode || someNode((node) => isMention(node, says, parents)));
  let isHandedOn = makesCode
    ? says || OF_CONSTRUCTOR.test(text)
    : MAY_ASK_CONSTRUCTOR.test(text) && someNode((node) => handsConstructorOn(node, parents));
  for (const { node, name, variable } of uses) {
    if (variable || !holds) continue;
    const { path, outer } = memberPath(node, parents);
    const [first, ...more] = name === "RegExp" ? ["RegExp", ...path] : GLOBAL.test(name) ? path : [];
    // `const { RegExp } = globalThis`, `globalThis[name]`
    if (first === undefined) {
      isHandedOn ||= GLOBAL.test(name) && !isPlainUse(outer, parents);
      continue;
    }
    if (first !== "RegExp") continue;
    const [member] = more;
    if (member !== undefined ? NAMES.test(member) : isAsked(outer, parents)) return [LAST_MATCH];
    isHandedOn ||= member === undefined && !(isPlainUse(outer, parents) && !isExtended(outer, parents));
  }
  return isHandedOn && isMentioned ? [LAST_MATCH] : isHandedOn ? [HANDED_ON] : isMentioned ? [MENTIONED] : [];
}

/** The text of an identifier, a string or a part of a template. */
function textOf(node: Node): string | null {
  const template = node.type === "TemplateElement" ? (node.value as { cooked: unknown }).cooked : null;
  const text = node.type === "Identifier" ? node.name : node.type === "Literal" ? node.value : template;
  return typeof text === "string" ? text : null;
}

/**
 * Whether a node is one of the names, or a text that may be used as one.
 * @param says whether the module mentions `RegExp`. Without that, `input` and descriptors are taken to belong to other objects
 */
function isMention(node: Node, says: boolean, parents: ReadonlyMap<Node, Node>): boolean {
  const text = textOf(node);
  if (text === null) return false;
  // CommonJS that TypeScript has compiled copies exports by these functions.
  if (/^getOwnPropertyDescriptors?$/.test(text)) return says;
  if (!NAMES.test(text) || (text === "input" && !says)) return false;
  const parent = parents.get(node);
  // As an identifier, it has to be a property's name. A variable of that name is harmless.
  if (node.type === "Identifier") return parent?.property === node || parent?.key === node;
  return !isReplacement(node, parents);
}

/** Whether a text is, or is part of, the replacement in `text.replace(pattern, "$1")`. */
function isReplacement(text: Node, parents: ReadonlyMap<Node, Node>): boolean {
  let whole = text;
  let parent = parents.get(whole);
  while (parent && /^(BinaryExpression|TemplateLiteral|ConditionalExpression)$/.test(parent.type)) {
    whole = parent;
    parent = parents.get(whole);
  }
  if (parent?.type !== "CallExpression" || (parent.arguments as Node[])[1] !== whole) return false;
  const callee = parent.callee as Node;
  return callee.type === "MemberExpression" && /^replace(All)?$/.test(propertyName(callee) ?? "");
}

/**
 * Whether code reads a `constructor`, which may be `RegExp`, and hands it on, or reads one of the names or a computed name of it.
 */
function handsConstructorOn(node: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const around = parents.get(node);
  if (node.type === "Property") return around?.type === "ObjectPattern" && textOf(node.key as Node) === "constructor";
  if (node.type !== "MemberExpression" || propertyName(node) !== "constructor") return false;
  const outer = around?.type === "ChainExpression" ? around : node;
  const parent = parents.get(outer);
  switch (parent?.type) {
    case "MemberExpression": {
      const name = parent.object === outer ? propertyName(parent) : null;
      return name === null || NAMES.test(name);
    }
    case "AssignmentExpression":
      return parent.left !== outer;
    case "LogicalExpression":
      return parent.operator !== "&&" || parent.left !== outer;
    case "ConditionalExpression":
    case "IfStatement":
      return parent.test !== outer;
    case "UnaryExpression":
      return false;
    default:
      return !isPlainUse(outer, parents) || isExtended(outer, parents);
  }
}

/** Whether code reads a computed name of `RegExp` (`RegExp[name]`), or may do so (`Reflect.get(RegExp, name)`). */
function isAsked(regExp: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(regExp);
  if (parent?.type === "MemberExpression") return parent.object === regExp;
  if (parent?.type !== "CallExpression" || parent.callee === regExp) return false;
  const callee = parent.callee as Node;
  return callee.type === "MemberExpression" && /^(Reflect|Object)$/.test(String((callee.object as Node).name));
}

/** Whether a class extends `RegExp`, and so inherits the names. */
function isExtended(regExp: Node, parents: ReadonlyMap<Node, Node>): boolean {
  return parents.get(regExp)?.superClass === regExp;
}

/** Collects what the modules of a program may do, because two of them together may be able to read the last match. */
export class LastMatch {
  readonly #told = new Set<string>();

  /** Notes what a module may do. @returns whether nothing may be cached any more */
  mayBeRead(need: string): boolean {
    if (need === HANDED_ON || need === MENTIONED) this.#told.add(need);
    return need === LAST_MATCH || this.#told.size === 2;
  }
}
