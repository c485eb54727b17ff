/**
 * Whether an async function can be recorded in its own frame: its body is left at each `await` and entered again behind it,
 * by calls that the rewrite puts there (loader/transform/in-place.ts). All that runs between two of them has to be between
 * them in the text, too.
 */
import { walk } from "estree-walker";
import { FUNCTIONS, type Node } from "../../audit/scan/syntax.ts";

export function canRunInPlace(node: Node): boolean {
  if (node.async !== true || node.generator === true) return false;
  const body = node.body as Node;
  return !waitsUnseen(body) && (body.type !== "BlockStatement" || !clashesInBlock(body));
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
