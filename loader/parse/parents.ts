/**
 * The nodes of a syntax tree and their parents. Each node keeps its parent in a property of its own: for a large package, parents are looked up
 * many million times, and a map takes ten times as long. The property's key is a symbol, which walks over a node's fields do not see.
 */
import type { Node } from "../../audit/scan/syntax.ts";

const PARENT = Symbol("parent");

type Placed = Node & { [PARENT]?: Node };

export class Parents implements ReadonlyMap<Node, Node> {
  /** All nodes but the root, each before those in it. */
  readonly #nodes: Node[] = [];

  /** To be called for each node but the root, before it is called for those in it. */
  add(node: Placed, parent: Node): void {
    node[PARENT] = parent;
    this.#nodes.push(node);
  }

  get(node: Placed): Node | undefined {
    return node[PARENT];
  }

  has(node: Placed): boolean {
    return node[PARENT] !== undefined;
  }

  get size(): number {
    return this.#nodes.length;
  }

  keys(): MapIterator<Node> {
    return this.#nodes.values();
  }

  *values(): MapIterator<Node> {
    for (const node of this.#nodes) yield this.get(node) as Node;
  }

  *entries(): MapIterator<[Node, Node]> {
    for (const node of this.#nodes) yield [node, this.get(node) as Node];
  }

  [Symbol.iterator](): MapIterator<[Node, Node]> {
    return this.entries();
  }

  forEach(visit: (parent: Node, node: Node, parents: ReadonlyMap<Node, Node>) => void): void {
    for (const node of this.#nodes) visit(this.get(node) as Node, node, this);
  }
}
