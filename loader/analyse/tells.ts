/**
 * What an async function's body can tell while it is recorded. To be recorded in its own frame, it is left at each `await` and
 * entered again behind it, by calls that the rewrite puts there (loader/transform/telling.ts). All that runs between two of
 * them has to be between them in the text, too. Where that cannot be, the function is called again, and only its end is told.
 */
import { walk } from "estree-walker";
import { FUNCTIONS, type Node } from "../../audit/scan/syntax.ts";
import type { Tells } from "../../src/code/manifest.ts";

/** Where statements follow each other, so that one more can be put between two. */
export const LISTS: ReadonlySet<string> = new Set(["BlockStatement", "SwitchCase", "StaticBlock"]);

/** @returns null for a function that is not async, or whose body cannot be put into a block */
export function tellsOf(node: Node): Tells | null {
  if (node.async !== true || node.generator === true) return null;
  const body = node.body as Node;
  if (body.type === "BlockStatement" && clashesInBlock(body)) return null;
  return waitsUnseen(body) || isQuoted(body) ? "end" : "all";
}

/** Visits the nodes of a function's own body, and those of its classes, but not of functions in it. */
export function walkOwn(
  body: Node,
  enter: (node: Node, parent: Node | null) => void,
  leave: (node: Node) => void = () => undefined,
): void {
  walk(body as never, {
    enter(estree, parent) {
      const node = estree as unknown as Node;
      if (FUNCTIONS.has(node.type)) this.skip();
      else enter(node, parent as unknown as Node | null);
    },
    leave(estree) {
      const node = estree as unknown as Node;
      if (!FUNCTIONS.has(node.type)) leave(node);
    },
  });
}

/** Whether a part of a function's own code waits. */
export function waits(part: Node): boolean {
  let found = false;
  walkOwn(part, ({ type }) => {
    found ||= type === "AwaitExpression";
  });
  return found;
}

/**
 * Whether it waits without an `await` of its own, or if one that rejects leads to code of the program without a `catch` or
 * `finally` in which the frame could be entered again: disposal, iterators that patterns close.
 */
function waitsUnseen(body: Node): boolean {
  let found = false;
  walkOwn(body, (node) => {
    switch (node.type) {
      case "ForOfStatement":
        found ||= node.await === true;
        break;
      case "VariableDeclaration":
        found ||= node.kind === "using" || node.kind === "await using";
        break;
      case "ArrayPattern":
      case "ObjectPattern":
      case "StaticBlock":
        found ||= waits(node);
    }
  });
  return found;
}

/** What V8 quotes with all that stands in it. */
const QUOTED_WHOLE = new Set([
  "AssignmentExpression",
  "BinaryExpression",
  "ChainExpression",
  "LogicalExpression",
  "SequenceExpression",
  "TemplateLiteral",
  "UnaryExpression",
]);

/**
 * Whether an error may quote the text around an `await`, as V8 does of what is called, spread, looped over or taken apart
 * (`(intermediate value) is not a function`): with the pieces of the rewrite in it, that would be another message.
 */
function isQuoted(body: Node): boolean {
  const parents = new Map<Node, Node | null>();
  let found = false;
  walkOwn(body, (node, parent) => {
    parents.set(node, parent);
    if (node.type === "AwaitExpression") found ||= isQuotedWhole(node, parents);
    if (node.type === "ForOfStatement" && waits(node.body as Node)) found ||= !isLoopOverName(node, parent);
  });
  return found;
}

function isQuotedWhole(awaited: Node, parents: ReadonlyMap<Node, Node | null>): boolean {
  let node = awaited;
  for (let parent = parents.get(node); parent; node = parent, parent = parents.get(node)) {
    switch (parent.type) {
      case "CallExpression":
      case "NewExpression":
        return parent.callee === node;
      case "TaggedTemplateExpression":
        return parent.tag === node;
      case "SpreadElement":
      case "ClassDeclaration":
      case "ClassExpression":
        return true;
      case "ForOfStatement":
        return parent.right === node;
      case "VariableDeclarator":
        return /Pattern$/.test((parent.id as Node).type);
      case "MemberExpression":
        if (parent.object !== node) return false;
        break;
      default:
        if (!QUOTED_WHOLE.has(parent.type)) return false;
        if (/Pattern$/.test((parent.left as Node | undefined)?.type ?? "")) return true;
    }
  }
  return false;
}

/** Whether what a loop that waits goes over is a list that the code writes down, or a name, to be looked at before. */
function isLoopOverName({ right }: Node, parent: Node | null): boolean {
  const { type } = right as Node;
  return type === "ArrayExpression" || (type === "Identifier" && parent !== null && LISTS.has(parent.type));
}

/** Whether the body's statements mean something else in a block: functions that are declared twice. */
function clashesInBlock(body: Node): boolean {
  const functions = (body.body as Node[])
    .filter(({ type }) => type === "FunctionDeclaration")
    .map(({ id }) => (id as Node).name as string);
  if (functions.length === 0) return false;
  const names = new Set(functions);
  if (names.size < functions.length) return true;
  let found = false;
  walkOwn(body, (node) => {
    if (node.type !== "VariableDeclaration" || node.kind !== "var") return;
    for (const { id } of node.declarations as { id: Node }[]) {
      // What a pattern declares is not looked into.
      found ||= id.type !== "Identifier" || names.has(id.name as string);
    }
  });
  return found;
}
