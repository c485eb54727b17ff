/** How a tap says that something was done outside. */
import { channel } from "node:diagnostics_channel";
import type { WriteTrouble } from "../../src/reason/reason.ts";
import type { Token } from "../../src/trace/event.ts";
import { state } from "../../src/trace/frames.ts";

/** The channel on which every tap publishes an `AuditEvent`. Anyone else may publish there too. */
const audit = channel("dumbo:audit");

/**
 * Publishes one event, unless the audit is suspended. Callers test `state.open !== 0` first: that is the fast path.
 * @param token why the call may be kept all the same; without one, the call is not kept
 * @param why it may not be kept, where the kind and the name do not say so
 */
export function touch(kind: string, name: string, token?: Token, why?: WriteTrouble): void {
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

/** Whether a tap has published an event. Tokens of other publishers must not count, or they could have anything kept. */
export function isVouched(event: object): boolean {
  return vouched.has(event);
}
