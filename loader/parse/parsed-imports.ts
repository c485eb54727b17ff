/** The names that a module imports, where its text alone says too little of them (imported-names.ts). */
import type { Node } from "estree";
import { walk } from "estree-walker";
import { parseUndecided } from "./parse.ts";

/** What a module imports. */
export interface ParsedImports {
  /** The names that the text says, each as often as it is there. */
  readonly names: readonly string[];
  /** Where each `import` of `import(name)` begins of which the name is known only when it runs, in ascending order. */
  readonly computed: readonly number[];
}

/** Members of `import.meta` that say what the file's name says, or that Node does not have. */
const PLAIN_META: ReadonlySet<string> = new Set(["url", "dirname", "filename", "env", "main", "hot"]);
/** By these names, what is put into a module finds dumbo. */
const FINDING: ReadonlySet<string> = new Set(["globalThis", "Symbol"]);

/**
 * Null where code may be made of a text by `eval`, where `import.meta` may be asked where a module would be found, or where the module may mean something
 * else by a name of {@link FINDING} and imports what is computed.
 * @throws SyntaxError as {@link parseUndecided} does
 */
export function importsOf(text: string): ParsedImports | null {
  const names: string[] = [];
  const computed: number[] = [];
  let isKnown = true;
  let hasOther = false;
  walk(parseUndecided(text).program as Parameters<typeof walk>[0], {
    enter(walked, above, _, index) {
      const node = walked as Node & { readonly start: number };
      const parent = above as Node | null;
      if (isNeverReached(node, parent, index)) return this.skip();
      if (isImport(node)) {
        const name = node.source ? textOf(node.source) : "";
        if (name === null) computed.push(node.start);
        else if (name !== "") names.push(name);
      } else if (node.type === "Identifier") {
        if (node.name === "eval" && !isName(node, parent)) isKnown = false;
        if (FINDING.has(node.name) && !isName(node, parent) && !isOnlyRead(node, parent)) hasOther = true;
      } else if (node.type === "MetaProperty" && node.meta.name === "import") {
        if (!isPlain(node, parent)) isKnown = false;
      }
      if (!isKnown) this.skip();
    },
  });
  return isKnown && !(hasOther && computed.length > 0) ? { names, computed: computed.sort((a, b) => a - b) } : null;
}

/** Whether a statement stands behind one that leaves the block: a function is declared all the same. */
function isNeverReached(node: Node, parent: Node | null, index: number | null | undefined): boolean {
  if (parent?.type !== "BlockStatement" || typeof index !== "number") return false;
  if (node.type === "FunctionDeclaration" || node.type === "LabeledStatement") return false;
  return parent.body.slice(0, index).some(leaves);
}

/** Whether a statement always leaves the block. `if (1) return x; eval(x);` keeps V8 from inlining a function. */
function leaves(statement: Node): boolean {
  switch (statement.type) {
    case "ReturnStatement":
    case "ThrowStatement":
      return true;
    case "IfStatement":
      return statement.test.type === "Literal" && Boolean(statement.test.value) && leaves(statement.consequent);
    default:
      return false;
  }
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

/** Whether an identifier stands where it can declare and assign nothing. */
function isOnlyRead(node: Node, parent: Node | null): boolean {
  switch (parent?.type) {
    case "MemberExpression":
      return parent.object === node;
    case "CallExpression":
    case "NewExpression":
    case "UnaryExpression":
    case "BinaryExpression":
    case "LogicalExpression":
    case "ConditionalExpression":
      return true;
    default:
      return false;
  }
}

function isPlain(meta: Node, parent: Node | null): boolean {
  if (parent?.type !== "MemberExpression" || parent.object !== meta || parent.computed) return false;
  return parent.property.type === "Identifier" && PLAIN_META.has(parent.property.name);
}
