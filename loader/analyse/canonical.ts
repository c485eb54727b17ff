/**
 * The canonical form of a piece of code: a text that is equal for two pieces that cannot behave differently because of
 * comments, layout, parentheses, quotes, number spelling or the names of locals, and different otherwise.
 */
import type { Variable } from "eslint-scope";
import { CLASSES, FUNCTIONS, isWithin, type Node, type Scopes } from "../../audit/scan/syntax.ts";
import { hashText } from "../../src/hash.ts";
import { isLocalName } from "./local-names.ts";

const POSITIONS = new Set(["start", "end", "loc", "range", "type", "parent"]);

/** What has been written of a function or class so far. */
interface Form {
  readonly out: string[];
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
  const out: string[] = [];
  write(node, out, null);
  return out.join("");
}

/** The canonical text of a function or class with its locals numbered, and their names apart. */
export function canonicalUnit(node: Node, scopes: Scopes): { text: string; names: string } {
  const { hash, outer, names } = close(node, scopes);
  return { text: [hash, ...outer.map(({ name }) => name)].join(), names };
}

function close(root: Node, scopes: Scopes): Closed {
  const known = closed.get(root);
  if (known) return known;
  const form: Form = { out: [], numbers: new Map(), outer: new Map(), innerNames: [], scopes, root };
  writeNode(root, form.out, form);
  const names = [...[...form.numbers.keys()].map(({ name }) => name), ...form.innerNames].join();
  const made = { hash: hashText(form.out.join("")), outer: [...form.outer.keys()], names: names && hashText(names) };
  closed.set(root, made);
  return made;
}

function write(value: unknown, out: string[], form: Form | null): void {
  if (value === null || value === undefined) {
    out.push("~");
  } else if (Array.isArray(value)) {
    out.push("[");
    for (const item of value) write(item, out, form);
    out.push("]");
  } else if (typeof value === "object") {
    writeNode(value as Node, out, form);
  } else {
    const text = String(value);
    out.push(typeof value === "string" ? `${text.length}'` : "", text, ";");
  }
}

function writeNode(node: Node, out: string[], form: Form | null): void {
  if (form && node !== form.root && (FUNCTIONS.has(node.type) || CLASSES.has(node.type))) return writeInner(node, form);
  if (node.type === "Literal") return writeLiteral(node, out);
  if (node.type === "Identifier" && form && writeLocal(node, form)) return;
  out.push("(", node.type);
  // `a = function () {}` names the function, `(a) = function () {}` does not.
  if (node.type === "AssignmentExpression" && (node.left as Node).start !== node.start) out.push("()");
  for (const field in node) {
    if (POSITIONS.has(field)) continue;
    const value = node[field];
    // Most flags are false most of the time: absent and false are the same thing.
    if (value === false || value === null || value === undefined) continue;
    // The raw text of a template element can be read by a tag; a directive's is the directive.
    if (field === "raw" && node.type !== "TemplateElement") continue;
    // `{ a }` is `{ a: a }`; only of `__proto__` that is not true.
    if (field === "shorthand" && (node.key as Node).name !== "__proto__") continue;
    out.push(field, ":");
    if (field === "value" && node.type === "TemplateElement") {
      const { raw } = value as { raw: string };
      write(raw, out, form);
    } else {
      write(value, out, form);
    }
  }
  out.push(")");
}

function writeInner(node: Node, form: Form): void {
  const { hash, outer, names } = close(node, form.scopes);
  form.out.push("{", hash);
  for (const variable of outer) writeVariable(variable, form);
  form.out.push("}");
  if (names !== "") form.innerNames.push(names);
}

/** Whether the binding that an identifier names was written by a number. */
function writeLocal(node: Node, form: Form): boolean {
  const variable = form.scopes.namedBy(node);
  if (!variable || !isLocalName(variable, form.scopes)) return false;
  writeVariable(variable, form);
  return true;
}

function writeVariable(variable: Variable, { out, numbers, outer, root }: Form): void {
  const isOwn = isWithin(variable.scope.block as unknown as Node, root);
  const list = isOwn ? numbers : outer;
  const known = list.get(variable);
  const number = known ?? list.size;
  if (known === undefined) list.set(variable, number);
  out.push(isOwn ? "%" : "^", String(number), ";");
}

function writeLiteral(node: Node, out: string[]): void {
  const regex = node.regex as { pattern: string; flags: string } | undefined;
  if (regex) out.push("/", String(regex.pattern.length), "'", regex.pattern, "/", regex.flags, ";");
  else if (typeof node.bigint === "string") out.push("n", node.bigint, ";");
  else if (typeof node.value === "string") write(node.value, out, null);
  else out.push("#", Object.is(node.value, -0) ? "-0" : String(node.value), ";");
}
