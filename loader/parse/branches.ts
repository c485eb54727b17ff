/** Which pieces of code are never evaluated in one run of the code around them: they stand in branches apart. */
import { FUNCTIONS, type Node } from "../../audit/scan/syntax.ts";

/** So many pieces are not compared with each other. */
const MANY = 8;

/** Whether one run of the code around them may evaluate two of some pieces of code. */
export function mayAllRun(pieces: readonly Node[], parents: ReadonlyMap<Node, Node>): boolean {
  if (pieces.length > MANY) return true;
  const sorted = [...pieces].sort((a, b) => a.start - b.start);
  return sorted.some((one, index) => sorted.slice(index + 1).some((other) => !areApart(one, other, parents)));
}

/** @param a stands before `b` */
function areApart(a: Node, b: Node, parents: ReadonlyMap<Node, Node>): boolean {
  const wayOfB = [...wayUp(b, parents)];
  const wayOfA: Node[] = [];
  for (const at of wayUp(a, parents)) {
    if (wayOfB.includes(at)) return areApartIn(at, wayOfA, wayOfB.slice(0, wayOfB.indexOf(at)));
    wayOfA.push(at);
  }
  return false;
}

/** @param around the innermost node that has both @param a, b what leads there from each, from the inside */
function areApartIn(around: Node, a: readonly Node[], b: readonly Node[]): boolean {
  const branches = [around.consequent, around.alternate];
  const isChoice = around.type === "IfStatement" || around.type === "ConditionalExpression";
  if (isChoice) return branches.includes(a.at(-1)) && branches.includes(b.at(-1));
  return isOfStatements(around) && leaves(a);
}

function isOfStatements({ type }: Node): boolean {
  return type === "BlockStatement" || type === "Program";
}

/** Whether what is evaluated in some code does not get to what follows it: it returns or throws first. */
function leaves(way: readonly Node[]): boolean {
  return !way.some(({ type }) => FUNCTIONS.has(type)) && way.some(isLeaving);
}

function isLeaving(node: Node): boolean {
  if (node.type === "ReturnStatement" || node.type === "ThrowStatement") return true;
  const last = node.type === "BlockStatement" ? (node.body as Node[]).at(-1) : undefined;
  return last !== undefined && isLeaving(last);
}

function* wayUp(node: Node, parents: ReadonlyMap<Node, Node>): Iterable<Node> {
  for (let at: Node | undefined = node; at; at = parents.get(at)) yield at;
}
