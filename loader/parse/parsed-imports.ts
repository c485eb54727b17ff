/** The names that a module imports, where its text alone says too little of them (loader/whole-run/imported-names.ts). */
import type { Node } from "estree";
import { walk } from "estree-walker";
import { parseUndecided } from "./parse.ts";

/** Members of `import.meta` that say what the file's name says, or that Node does not have. */
const PLAIN_META: ReadonlySet<string> = new Set(["url", "dirname", "filename", "env", "main", "hot"]);

/**
 * The names, each as often as it is there; null where one is computed, where code may be made of a text by `eval`, or where `import.meta` may be asked
 * where a module would be found.
 * @throws SyntaxError as {@link parseUndecided} does
 */
export function importsOf(text: string): readonly string[] | null {
  const names: string[] = [];
  let isKnown = true;
  walk(parseUndecided(text).program as Parameters<typeof walk>[0], {
    enter(walked, above) {
      const node = walked as Node;
      const parent = above as Node | null;
      if (isImport(node)) {
        const name = node.source ? textOf(node.source) : "";
        if (name === null) isKnown = false;
        else if (name !== "") names.push(name);
      } else if (node.type === "Identifier") {
        if (node.name === "eval" && !isName(node, parent)) isKnown = false;
      } else if (node.type === "MetaProperty" && node.meta.name === "import") {
        if (!isPlain(node, parent)) isKnown = false;
      }
      if (!isKnown) this.skip();
    },
  });
  return isKnown ? names : null;
}

function isImport(node: Node): node is Extract<Node, { source?: Node | null }> {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportAllDeclaration":
    case "ExportNamedDeclaration":
    case "ImportExpression":
      return true;
    default:
      return false;
  }
}

/** The text of a literal; null for all else. */
function textOf(node: Node): string | null {
  if (node.type === "Literal") return typeof node.value === "string" ? node.value : null;
  const [only, ...others] = node.type === "TemplateLiteral" ? node.quasis : [];
  return others.length === 0 ? (only?.value.cooked ?? null) : null;
}

/** Whether an identifier is the name of a member, and no variable. */
function isName(node: Node, parent: Node | null): boolean {
  switch (parent?.type) {
    case "MemberExpression":
      return parent.property === node && !parent.computed;
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      return parent.key === node && !parent.computed && !(parent.type === "Property" && parent.shorthand);
    default:
      return false;
  }
}

function isPlain(meta: Node, parent: Node | null): boolean {
  if (parent?.type !== "MemberExpression" || parent.object !== meta || parent.computed) return false;
  return parent.property.type === "Identifier" && PLAIN_META.has(parent.property.name);
}
