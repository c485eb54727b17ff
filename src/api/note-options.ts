/** Tells the recorded calls around a call whose options give it other answers than its body: an old result, or that of other arguments. */
import type { Engine } from "../call/engine.ts";
import { isUncachedInContext, type MemoizedByHand } from "./link.ts";

export function noteOptions({ tools, host }: Engine, hand: MemoizedByHand): void {
  if (tools.current() === null) return;
  if (isUncachedInContext(hand)) tools.bookCall(null);
  tools.bookFinding({ kind: "uses-api", api: `memo with options (${hand.options.name})` }, host.callerFile, null);
}
