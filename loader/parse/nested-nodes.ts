/** Nodes of a syntax tree in the order of a walk, so that those in one function or class stand together. */
import { CLASSES, FUNCTIONS, isWithin, type Node, type Range } from "../../audit/scan/syntax.ts";

/** Whether a node is one whose inner nodes {@link NestedNodes} keeps together: a function or a class. */
export function isNest({ type }: Node): boolean {
  return FUNCTIONS.has(type) || CLASSES.has(type);
}

export class NestedNodes {
  /** The nodes, each before those in it. */
  readonly nodes: Node[] = [];
  readonly #ranges = new Map<Node, Range>();
  /** For each function and class that the walk is in: the index of its first node in the list. */
  readonly #open: number[] = [];

  /** To be called when the walk comes to a function or class, before its own node is added. */
  enter(): void {
    this.#open.push(this.nodes.length);
  }

  /** To be called when the walk leaves a function or class. */
  leave(node: Node): void {
    this.#ranges.set(node, [this.#open.pop() as number, this.nodes.length]);
  }

  /** The indexes at which the nodes in a piece of code begin and end in the list. */
  rangeOf(root: Node): Range {
    const known = this.#ranges.get(root);
    if (known) return known;
    const isInside = (node: Node) => isWithin(node, root);
    const from = this.nodes.findIndex(isInside);
    return from < 0 ? [0, 0] : [from, this.nodes.findLastIndex(isInside) + 1];
  }

  inside(root: Node): readonly Node[] {
    const [from, to] = this.rangeOf(root);
    return from === to ? NONE : this.nodes.slice(from, to);
  }
}

const NONE: readonly Node[] = [];
