/**
 * The canonical form of a piece of code: a text that is equal for two pieces that cannot behave differently because of
 * comments, layout, parentheses, quotes, number spelling or the names of locals, and different otherwise.
 */
import type { Variable } from "eslint-scope";
import type { Node, Scopes } from "../../audit/scan/syntax.ts";
import { isLocalName } from "./local-names.ts";

const POSITIONS = new Set(["start", "end", "loc", "range", "type", "parent"]);

/** Locals are numbered in the order in which they are met; nothing but an error's message shows their names. */
interface Locals {
  readonly numbers: Map<Variable, number>;
  readonly scopes: Scopes;
  readonly root: Node;
}

/** The canonical text of a node, names and all. Cost: linear, about 10 MB of source a second. */
export function canonical(node: Node): string {
  const out: string[] = [];
  write(node, out, null);
  return out.join("");
}

/** The canonical text of a function or class with its locals numbered, and their names apart. */
export function canonicalUnit(node: Node, scopes: Scopes): { text: string; names: string } {
  const out: string[] = [];
  const numbers = new Map<Variable, number>();
  write(node, out, { numbers, scopes, root: node });
  return { text: out.join(""), names: [...numbers.keys()].map(({ name }) => name).join() };
}

function write(value: unknown, out: string[], locals: Locals | null): void {
  if (value === null || value === undefined) {
    out.push("~");
  } else if (Array.isArray(value)) {
    out.push("[");
    for (const item of value) write(item, out, locals);
    out.push("]");
  } else if (typeof value === "object") {
    writeNode(value as Node, out, locals);
  } else {
    const text = String(value);
    out.push(typeof value === "string" ? `${text.length}'` : "", text, ";");
  }
}

function writeNode(node: Node, out: string[], locals: Locals | null): void {
  if (node.type === "Literal") return writeLiteral(node, out);
  if (node.type === "Identifier" && locals && writeLocal(node, out, locals)) return;
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
      write(raw, out, locals);
    } else {
      write(value, out, locals);
    }
  }
  out.push(")");
}

function writeLocal(node: Node, out: string[], { numbers, scopes, root }: Locals): boolean {
  const variable = scopes.namedBy(node);
  if (!variable || !isLocalName(variable, root, scopes)) return false;
  const known = numbers.get(variable);
  const number = known ?? numbers.size;
  if (known === undefined) numbers.set(variable, number);
  out.push("%", String(number), ";");
  return true;
}

function writeLiteral(node: Node, out: string[]): void {
  const regex = node.regex as { pattern: string; flags: string } | undefined;
  if (regex) out.push("/", String(regex.pattern.length), "'", regex.pattern, "/", regex.flags, ";");
  else if (typeof node.bigint === "string") out.push("n", node.bigint, ";");
  else if (typeof node.value === "string") write(node.value, out, null);
  else out.push("#", Object.is(node.value, -0) ? "-0" : String(node.value), ";");
}
