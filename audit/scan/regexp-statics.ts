/**
 * Who may read what the last match of a regular expression left behind (`RegExp.$1`): any call that was skipped may have
 * matched something, and dumbo matches things of its own. No tap can tell in time, so this is decided by a module's code.
 *
 * `RegExp` as a value can be asked in many ways, and so can a value whose name nobody knows. So a module may hand it on
 * (`const R = RegExp`), and another mention such a name (`R.$1`): if a program does both, nothing of it is cached.
 */
import { isPlainUse, memberPath, type Node, propertyName, type Scopes } from "./syntax.ts";

/** What a module has to tell when it is loaded. */
export const LAST_MATCH = "RegExp.$1";
const HANDED_ON = "RegExp";
const MENTIONED = "$1";

const NAMES = /^(\$[1-9&_`'+]|input|last(Match|Paren)|(left|right)Context)$/;
/** The same anywhere in a text, with what takes names from a value: without it, no node has to be looked at. */
const MENTION = /\$[1-9&_`'+]|\b(input|last(Match|Paren)|(left|right)Context)\b|\bgetOwnPropertyDescriptors?\b/;
const OF_CONSTRUCTOR = /\bconstructor\s*(\??\.\s*(\$|input\b|last|left|right)|(\?\.)?\[)/;
const MAY_ASK_CONSTRUCTOR = /\bconstructor\b(?!\s*\()/;
const GLOBAL = /^global(This)?$/;

/** What a module's code may do with the last match. Loading the module hands these to {@link LastMatch}. */
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

/** A name, or a text. */
function textOf(node: Node): string | null {
  const template = node.type === "TemplateElement" ? (node.value as { cooked: unknown }).cooked : null;
  const text = node.type === "Identifier" ? node.name : node.type === "Literal" ? node.value : template;
  return typeof text === "string" ? text : null;
}

/**
 * Whether a node is one of the names, or a text that may become one.
 * @param says whether the module names `RegExp`: `input` and descriptors are of anything else, mostly
 */
function isMention(node: Node, says: boolean, parents: ReadonlyMap<Node, Node>): boolean {
  const text = textOf(node);
  if (text === null) return false;
  // In code of TypeScript's CommonJS it copies exports.
  if (/^getOwnPropertyDescriptors?$/.test(text)) return says;
  if (!NAMES.test(text) || (text === "input" && !says)) return false;
  const parent = parents.get(node);
  // A variable of that name is none of it, unless it is short for a property.
  if (node.type === "Identifier") return parent?.property === node || parent?.key === node;
  return !isReplacement(node, parents);
}

/** Whether a text is what `text.replace(pattern, "$1")` puts in, or a part of it. */
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
 * Whether the constructor of a value, which may be RegExp, is handed on, or asked for a name that is one of these or that
 * nobody knows.
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

/** `RegExp[name]`, `Reflect.get(RegExp, name)` */
function isAsked(regExp: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(regExp);
  if (parent?.type === "MemberExpression") return parent.object === regExp;
  if (parent?.type !== "CallExpression" || parent.callee === regExp) return false;
  const callee = parent.callee as Node;
  return callee.type === "MemberExpression" && /^(Reflect|Object)$/.test(String((callee.object as Node).name));
}

/** Statics are inherited. */
function isExtended(regExp: Node, parents: ReadonlyMap<Node, Node>): boolean {
  return parents.get(regExp)?.superClass === regExp;
}

/** Collects what the modules of a program may do: only two of them together may be able to read the last match. */
export class LastMatch {
  readonly #told = new Set<string>();

  /** Whether nothing may be cached any more. */
  mayBeRead(need: string): boolean {
    if (need === HANDED_ON || need === MENTIONED) this.#told.add(need);
    return need === LAST_MATCH || this.#told.size === 2;
  }
}
