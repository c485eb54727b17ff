/**
 * Who may read what the last match of a regular expression left behind (`RegExp.$1`): any call that was skipped may have
 * matched something, and dumbo matches things of its own. No tap can tell in time, so this is decided by a module's code.
 *
 * `RegExp` as a value can be asked in many ways, and so can a value whose name nobody knows. So a module may hand it on
 * (`const R = RegExp`), and another mention such a name (`R.$1`): if a program does both, nothing of it is cached.
 */
import { isPlainUse, memberPath } from "./scan.ts";
import type { Node, Scopes } from "./syntax.ts";

/** What a module has to tell when it is loaded. */
export const LAST_MATCH = "RegExp.$1";
const HANDED_ON = "RegExp";
const MENTIONED = "$1";

const NAMES = /^(\$[1-9&_`'+]|input|last(Match|Paren)|(left|right)Context)$/;
/** The same anywhere in a text, with what takes names from a value. */
const MENTION = /\$[1-9&_`'+]|\b(input|last(Match|Paren)|(left|right)Context)\b|\bgetOwnPropertyDescriptors?\b/;
const OF_CONSTRUCTOR = /\bconstructor\s*(\??\.\s*(\$|input\b|last|left|right)|(\?\.)?\[)/;
const GLOBAL = /^global(This)?$/;

/** What a module's code may do, as it is told when the module is loaded. */
export function lastMatchNeeds(text: string, { uses, parents }: Scopes): string[] {
  const says = text.includes("RegExp");
  const makesCode = uses.some(({ name, variable }) => !variable && (name === "eval" || name === "Function"));
  const mentions = (node: Node) => isMention(node, says, parents);
  const isMentioned = MENTION.test(text) && (makesCode || [...parents.keys()].some(mentions));
  let isHandedOn = OF_CONSTRUCTOR.test(text) || (says && makesCode);
  for (const { node, name, variable } of uses) {
    if (variable || !says) continue;
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

/** Whether a node is one of the names, or a text that may become one. @param says whether the module says `RegExp`: `input` and descriptors are of anything else, mostly */
function isMention(node: Node, says: boolean, parents: ReadonlyMap<Node, Node>): boolean {
  const parent = parents.get(node);
  const text = node.type === "Identifier" ? node.name : node.type === "Literal" ? node.value : null;
  const template = node.type === "TemplateElement" ? (node.value as { cooked: unknown }).cooked : null;
  const name = text ?? template;
  if (typeof name !== "string") return false;
  // In code of TypeScript's CommonJS it copies exports.
  if (/^getOwnPropertyDescriptors?$/.test(name)) return says;
  if (!NAMES.test(name) || (name === "input" && !says)) return false;
  // A variable of that name is none of it, unless it is short for a property.
  if (node.type === "Identifier") return parent?.property === node || parent?.key === node;
  const called = parent?.type === "CallExpression" ? (parent.callee as Node) : null;
  const method = called?.type === "MemberExpression" ? ((called.property as Node).name as string) : "";
  return !(/^replace(All)?$/.test(method) && (parent?.arguments as Node[] | undefined)?.[1] === node);
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

/** Puts together what the modules of a program tell. */
export class LastMatch {
  readonly #told = new Set<string>();

  /** Whether nothing may be cached any more. */
  mayBeRead(need: string): boolean {
    if (need === HANDED_ON || need === MENTIONED) this.#told.add(need);
    return need === LAST_MATCH || this.#told.size === 2;
  }
}
