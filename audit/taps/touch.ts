/** Publishes the events of the taps. */
import { channel } from "node:diagnostics_channel";
import type { WriteTrouble } from "../../src/reason/reason.ts";
import type { Token } from "../../src/trace/event.ts";
import { state } from "../../src/trace/frames.ts";

/** The channel on which every tap publishes an `AuditEvent`. Other code may publish there too. */
const audit = channel("dumbo:audit");

/**
 * Publishes an event, unless the audit is suspended. Callers test `state.isAudited` first, which is fast.
 * @param token lets the recorded call be kept; without one, it is not kept
 * @param why the call cannot be kept, if the kind and the name do not say it
 */
export function touch(kind: string, name: string, token?: Token, why?: WriteTrouble): void {
  if (state.suspended > 0) return;
  // What a subscriber reads while it handles the event is not the program's doing, and must not be published again.
  state.suspended++;
  const event = { kind, name, ...(token && { token }), ...(why && { why }) };
  if (token || why) vouched.add(event);
  audit.publish(event);
  state.suspended--;
}

/** Events of taps that have a token or a reason. */
const vouched = new WeakSet<object>();

/** Whether a tap has published an event with a token or reason. Those of other publishers must not count: they could have any call kept. */
export function isVouched(event: object): boolean {
  return vouched.has(event);
}
