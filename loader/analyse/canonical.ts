/**
 * The canonical form of a piece of code: a text that is equal for two pieces that cannot behave differently because of
 * comments, layout, parentheses, quotes, number spelling or the names of locals, and different otherwise.
 */
import type { Variable } from "eslint-scope";
import { CLASSES, FUNCTIONS, isWithin, type Node, type Scopes } from "../../audit/scan/syntax.ts";
import { hashText } from "../../src/hash.ts";
import { isLocalName } from "./local-names.ts";

/** A text that grows. V8 appends to a string without copying it. */
interface Out {
  text: string;
}

/** What has been written of a function or class so far. */
interface Form extends Out {
  /** Locals, in the order in which they are met; nothing but an error's message shows their names. */
  readonly numbers: Map<Variable, number>;
  /** Bindings from around it whose names no program can see, in that order: whoever is around says which each is. */
  readonly outer: Map<Variable, number>;
  /** What the functions and classes in it have as names of locals. */
  readonly innerNames: string[];
  readonly scopes: Scopes;
  readonly root: Node;
}

/** A function or class as a part of what stands around it: its text is hashed once, however many functions are around it. */
interface Closed {
  readonly hash: string;
  readonly outer: readonly Variable[];
  readonly names: string;
}

const closed = new WeakMap<Node, Closed>();

/** The canonical text of a node, names and all. Cost: linear, about 10 MB of source a second. */
export function canonical(node: Node): string {
  const out: Out = { text: "" };
  writeNode(node, out, null);
  return out.text;
}

/** The canonical text of a function or class with its locals numbered, and their names apart. */
export function canonicalUnit(node: Node, scopes: Scopes): { text: string; names: string } {
  const { hash, outer, names } = close(node, scopes);
  return { text: [hash, ...outer.map(({ name }) => name)].join(), names };
}

function close(root: Node, scopes: Scopes): Closed {
  const known = closed.get(root);
  if (known) return known;
  const form: Form = { text: "", numbers: new Map(), outer: new Map(), innerNames: [], scopes, root };
  writeNode(root, form, form);
  const names = [...[...form.numbers.keys()].map(({ name }) => name), ...form.innerNames].join();
  const made = { hash: hashText(form.text), outer: [...form.outer.keys()], names: names && hashText(names) };
  closed.set(root, made);
  return made;
}

function write(value: unknown, out: Out, form: Form | null): void {
  if (typeof value === "string") out.text += `${value.length}'${value};`;
  else if (value === null || value === undefined) out.text += "~";
  else if (Array.isArray(value)) {
    out.text += "[";
    for (const item of value) write(item, out, form);
    out.text += "]";
  } else if (typeof value === "object") writeNode(value as Node, out, form);
  else out.text += `${String(value)};`;
}

function writeNode(node: Node, out: Out, form: Form | null): void {
  const { type } = node;
  if (type === "Literal") return writeLiteral(node, out);
  if (form) {
    if (type === "Identifier" && writeLocal(node, form)) return;
    if (node !== form.root && (FUNCTIONS.has(type) || CLASSES.has(type))) return writeInner(node, form);
  }
  // `a = function () {}` names the function, `(a) = function () {}` does not.
  const isEnclosed = type === "AssignmentExpression" && (node.left as Node).start !== node.start;
  out.text += isEnclosed ? `(${type}()` : `(${type}`;
  for (const field in node) {
    const value = node[field];
    // Most flags are false most of the time: absent and false are the same thing.
    if (value === false || value === null || value === undefined) continue;
    switch (field) {
      case "start":
      case "end":
      case "loc":
      case "range":
      case "type":
        continue;
      case "raw":
        // The raw text of a template element can be read by a tag; a directive's is the directive.
        if (type !== "TemplateElement") continue;
        break;
      case "shorthand":
        // `{ a }` is `{ a: a }`; only of `__proto__` that is not true.
        if ((node.key as Node).name !== "__proto__") continue;
        break;
      case "value":
        if (type !== "TemplateElement") break;
        out.text += "value:";
        write((value as { raw: string }).raw, out, form);
        continue;
    }
    out.text += `${field}:`;
    write(value, out, form);
  }
  out.text += ")";
}

function writeInner(node: Node, form: Form): void {
  const { hash, outer, names } = close(node, form.scopes);
  form.text += `{${hash}`;
  for (const variable of outer) writeVariable(variable, form);
  form.text += "}";
  if (names !== "") form.innerNames.push(names);
}

/** Whether the binding that an identifier names was written by a number. */
function writeLocal(node: Node, form: Form): boolean {
  const variable = form.scopes.namedBy(node);
  if (!variable || !isLocalName(variable, form.scopes)) return false;
  writeVariable(variable, form);
  return true;
}

function writeVariable(variable: Variable, form: Form): void {
  const isOwn = isWithin(variable.scope.block as unknown as Node, form.root);
  const list = isOwn ? form.numbers : form.outer;
  const known = list.get(variable);
  const number = known ?? list.size;
  if (known === undefined) list.set(variable, number);
  form.text += `${isOwn ? "%" : "^"}${number};`;
}

function writeLiteral(node: Node, out: Out): void {
  const regex = node.regex as { pattern: string; flags: string } | undefined;
  if (regex) out.text += `/${regex.pattern.length}'${regex.pattern}/${regex.flags};`;
  else if (typeof node.bigint === "string") out.text += `n${node.bigint};`;
  else if (typeof node.value === "string") write(node.value, out, null);
  else out.text += `#${Object.is(node.value, -0) ? "-0" : String(node.value)};`;
}
