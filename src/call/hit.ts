/** A call that an entry answers: what it prints, what it adds to the frames around it, and what is counted. */
import { applyChanges } from "../change/apply.ts";
import { bindingsIn } from "../change/change.ts";
import type { AssignedBinding } from "../code/assigned-binding.ts";
import type { Key } from "../key/key.ts";
import { bookTrace, bookWrite } from "../trace/booking.ts";
import { current } from "../trace/frames.ts";
import { NO_TRACE } from "../trace/trace.ts";
import { tellHit } from "./events.ts";
import type { Host } from "./host.ts";
import type { LiveSite } from "./site.ts";
import type { ValidEntry } from "./validate.ts";

/**
 * Does what the entry's call did besides returning, and counts the hit. What it wrote has been written again by then.
 * @param started when the work for the call began
 * @returns the value
 */
export function answerHit(
  { outside, work }: Host,
  live: LiveSite,
  key: Key,
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

/** Tells the calls around it what the entry's call wrote to. @param name what the code calls that, or null */
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
