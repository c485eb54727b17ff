/** Which scripts are Node's own modules, by their sources. */
import { sourceOf } from "./code-places.ts";

/** Each script of Node's own has one of these in its source, and no script of a program has. */
const ONLY_NODES = ["primordials", "internalBinding(", "require('internal/"] as const;

/** By the numbers of scripts: V8 uses no number twice. */
const known = new Map<number, boolean>();

/** Whether the script of a function, of that number, is one of Node's own; false where V8 does not hand out its source. */
export function isNodesScript(fn: object, script: number): boolean {
  const found = known.get(script);
  if (found !== undefined) return found;
  const source = sourceOf(fn) ?? "";
  let isNodes = false;
  for (let i = 0; i < ONLY_NODES.length; i++) if (source.includes(ONLY_NODES[i] as string)) isNodes = true;
  known.set(script, isNodes);
  return isNodes;
}
