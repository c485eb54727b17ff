/** Which scripts are Node's own modules. It matters for what is said of a function whose code dumbo has not read. */
import { scriptNames } from "./inspect-function.ts";

/** So often the inspector is asked for the names of all scripts: it takes 1 ms and more. */
const MOST_LOOKS = 8;

/** By the numbers of scripts: V8 uses no number twice. */
const known = new Map<number, boolean>();
let looks = 0;

/** Whether a script is one of Node's own modules; false where that is not known. */
export function isNodesScript(script: number): boolean {
  const found = known.get(script);
  if (found !== undefined) return found;
  if (looks >= MOST_LOOKS) return false;
  looks++;
  for (const [number, name] of scriptNames()) known.set(number, name.startsWith("node:"));
  if (!known.has(script)) known.set(script, false);
  return known.get(script) === true;
}
