/**
 * Puts a guard into an async function whose body tells how it ends: what it returns is noted. If the function is recorded in its own frame, the
 * frame is left before each `await` and entered again behind it, whether the promise is fulfilled or rejected. All pieces of text are in
 * src/code/guard-text.ts. Nothing moves to another line.
 */
import type MagicString from "magic-string";
import type { Node } from "../../audit/scan/syntax.ts";
import { tellingText } from "../../src/code/guard-text.ts";
import type { Tells } from "../../src/code/manifest.ts";
import { LISTS, waits, walkOwn } from "../analyse/tells.ts";

type Pieces = ReturnType<typeof tellingText>;

/**
 * @param text the module's source
 * @param at the offset behind the directives of the body
 * @param list the arguments that the guard is called with
 */
export function insertTelling(
  edits: MagicString,
  text: string,
  { node, site, tells }: { readonly node: Node; readonly site: number; readonly tells: Tells },
  at: number,
  list: string,
): void {
  const pieces = tellingText(site);
  const insert = tells === "all" ? insertInBody : insertAtReturns;
  const body = node.body as Node;
  if (body.type === "BlockStatement") {
    edits.appendLeft(at, `${at > body.start + 1 ? ";" : ""}${pieces.head(list)}`);
    insert(edits, text, body, pieces);
    edits.appendLeft(body.end - 1, pieces.tail);
  } else {
    edits.appendLeft(arrowEnd(text, node), pieces.arrowHead(list));
    insert(edits, text, body, pieces);
    edits.appendLeft(node.end, pieces.arrowTail);
  }
}

function insertAtReturns(edits: MagicString, text: string, body: Node, pieces: Pieces): void {
  walkOwn(
    body,
    (node) => openReturn(edits, node, pieces),
    (node) => closeReturn(edits, text, node, pieces),
  );
}

function openReturn(edits: MagicString, { type, start, argument }: Node, pieces: Pieces): void {
  if (type !== "ReturnStatement") return;
  edits.appendLeft(start + "return".length, argument ? pieces.returned : pieces.returnedNothing);
}

function closeReturn(edits: MagicString, text: string, { type, end, argument }: Node, pieces: Pieces): void {
  if (type === "ReturnStatement" && argument) edits.appendLeft(text[end - 1] === ";" ? end - 1 : end, pieces.end);
}

function insertInBody(edits: MagicString, text: string, body: Node, pieces: Pieces): void {
  /** Where the last statement of a list starts: a parenthesis there could continue the statement before it as a call. */
  let startOfStatement = -1;
  walkOwn(
    body,
    (node, parent) => {
      openReturn(edits, node, pieces);
      switch (node.type) {
        case "ExpressionStatement":
          if (parent && LISTS.has(parent.type)) startOfStatement = node.start;
          break;
        case "AwaitExpression":
          edits.appendLeft(node.start, node.start === startOfStatement ? pieces.statementAwait : pieces.awaitStart);
          edits.appendLeft(node.start + "await".length, pieces.value);
          break;
        case "ForOfStatement":
          // If the body throws after an `await`, the loop closes the iterator of what it runs over.
          if (waits(node.body as Node) && (node.right as Node).type === "Identifier") {
            edits.appendLeft(node.start, pieces.loop((node.right as Node).name as string));
          }
          break;
        case "TryStatement":
          if (!waits(node)) break;
          if (node.handler) insertInCatch(edits, node.handler as Node, pieces);
          if (node.finalizer) edits.appendLeft((node.finalizer as Node).start + 1, pieces.resume);
      }
    },
    (node) => {
      closeReturn(edits, text, node, pieces);
      switch (node.type) {
        case "AwaitExpression":
          edits.appendLeft(node.end, pieces.awaitEnd);
          break;
        case "TryStatement":
          if (waits(node) && hasPattern(node.handler as Node | null)) {
            edits.appendLeft((node.handler as Node).end, pieces.caughtEnd);
          }
          break;
      }
    },
  );
}

/** Enters the frame again where an error is caught, before a pattern takes the error apart. */
function insertInCatch(edits: MagicString, handler: Node, pieces: Pieces): void {
  const body = handler.body as Node;
  if (!hasPattern(handler)) {
    edits.appendLeft(body.start + 1, pieces.resume);
    return;
  }
  const pattern = handler.param as Node;
  edits.appendLeft(pattern.start, pieces.caught);
  edits.appendLeft(pattern.end, pieces.caughtValue);
  edits.appendLeft(body.start, pieces.caughtBody);
}

function hasPattern(handler: Node | null): boolean {
  const param = handler?.param as Node | null | undefined;
  return param != null && param.type !== "Identifier";
}

/** The offset behind the `=>` of an arrow function. There may be comments before it. */
export function arrowEnd(text: string, node: Node): number {
  const last = (node.params as Node[]).at(-1);
  const body = node.body as Node;
  const between = /\/\*[\s\S]*?\*\/|\/\/[^\n\r\u2028\u2029]*|=>/g;
  between.lastIndex = last ? last.end : node.start;
  for (let found = between.exec(text); found && found.index < body.start; found = between.exec(text)) {
    if (found[0] === "=>") return between.lastIndex;
  }
  throw new Error("an arrow function without an arrow");
}
