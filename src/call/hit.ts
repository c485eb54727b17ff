/** Answers a call from an entry: does again what the recorded call did, tells the frames around, and counts. */
import { applyChanges } from "../change/apply.ts";
import { bindingsIn } from "../change/change.ts";
import type { AssignedBinding } from "../code/assigned-binding.ts";
import { bookTrace, bookWrite } from "../trace/booking.ts";
import { current } from "../trace/frames.ts";
import { NO_TRACE } from "../trace/trace.ts";
import { type NamedKey, tellHit } from "./events.ts";
import type { Host } from "./host.ts";
import type { LiveSite } from "./site.ts";
import type { ValidEntry } from "./validate.ts";

/**
 * Does what the recorded call did besides returning, and counts the hit. Files that it wrote have to be written again before.
 * @param started when the work for the call began
 * @returns the value
 */
export function answerHit(
  { outside, work }: Host,
  live: LiveSite,
  key: NamedKey,
  { entry, trace, bytes, value, changes, wrote }: ValidEntry,
  started: number,
): unknown {
  applyChanges(changes);
  bookAgain(wrote, bindingsIn(changes));
  if (trace.output.length > 0) outside.print(trace.output);
  if (trace !== NO_TRACE) bookTrace(trace, live.isByHand);
  countHit(live, entry.cost, work.since(started), bytes.byteLength);
  tellHit(live.label, key, entry.cost, bytes.byteLength);
  return value;
}

/** Tells the frames around that the recorded call wrote to state. @param name what its code calls that, or null */
function bookAgain(name: string | null, assigns: readonly AssignedBinding[]): void {
  const [first] = assigns;
  if (first !== undefined) bookWrite({ reason: { kind: "writes-binding", name: first.name }, assigns }, nobody, null);
  else if (name !== null) bookWrite({ reason: { kind: "writes-object", name }, assigns }, nobody, null);
}

function nobody(): null {
  return null;
}

/**
 * @param cost milliseconds that the recorded call took
 * @param spent milliseconds that the hit took
 * @param bytes of its value
 */
export function countHit(live: LiveSite, cost: number, spent: number, bytes: number): void {
  const saved = cost - spent;
  live.stats.hits++;
  live.stats.hitTotal += spent;
  live.stats.spent += spent;
  live.stats.saved += saved;
  live.stats.bytes = Math.max(live.stats.bytes, bytes);
  live.succeed();
  live.judge(saved > 0);
  live.account.hit(cost, spent);
  const frame = current();
  if (frame) frame.saved += cost;
}
