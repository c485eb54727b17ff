/** How a tap says that something was done outside. */
import { channel } from "node:diagnostics_channel";
import type { Token } from "../../src/trace/event.ts";
import { state } from "../../src/trace/frames.ts";

/** The channel on which every tap publishes an `AuditEvent`. Anyone else may publish there too. */
const audit = channel("dumbo:audit");

/**
 * Publishes one event, unless the audit is suspended. Callers test `state.open !== 0` first: that is the fast path.
 * @param why it has no token, where that does not go without saying
 */
export function touch(kind: string, name: string, token?: Token, why?: string): void {
  if (state.suspended > 0) return;
  // What a subscriber reads while it books the event is not the program's doing, and must not come back here.
  state.suspended++;
  const event = { kind, name, ...(token && { token }), ...(why && { why }) };
  if (token || why) vouched.add(event);
  audit.publish(event);
  state.suspended--;
}

/** Events that a tap itself has given a token, or a reason for none. */
const vouched = new WeakSet<object>();

/** Whether the token of an event is a tap's: whoever else publishes has no say in what is harmless. */
export function isVouched(event: object): boolean {
  return vouched.has(event);
}
