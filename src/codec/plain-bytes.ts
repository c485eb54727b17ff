/** Whether encoded bytes hold plain data, which refers to nothing outside of it: primitives, arrays, records, Maps, Sets and bytes. */
import { types } from "node:util";
import { GRAPH, GRAPH_WITH_CHANGES, readTable, SERIALIZED } from "./codec.ts";
import { type ChainLink, KIND } from "./graph.ts";

const PLAIN: ReadonlySet<ChainLink> = new Set(["Object", "Array", "Map", "Set"]);
const CONTAINERS: ReadonlySet<number> = new Set([KIND.array, KIND.map, KIND.set]);

/** @param value what was encoded */
export function holdPlainData(bytes: Uint8Array, value: unknown): boolean {
  switch (bytes[0]) {
    case GRAPH: {
      const { outer, others, weak, shapes } = readTable(bytes);
      const isPlain = shapes.every(({ chain }) => chain.every((link) => PLAIN.has(link)));
      return isPlain && outer.length + weak.length === 0 && others.every(([kind]) => CONTAINERS.has(kind));
    }
    case GRAPH_WITH_CHANGES:
      return false;
    case SERIALIZED:
      return types.isUint8Array(value);
    default:
      return true;
  }
}
