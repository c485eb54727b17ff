/** Publishes the events of the taps. */
import { channel } from "node:diagnostics_channel";
import type { WriteTrouble } from "../../src/reason/reason.ts";
import type { Token } from "../../src/trace/event.ts";
import { state } from "../../src/trace/frames.ts";
import { callingFile } from "./caller.ts";

/** The channel on which every tap publishes an `AuditEvent`. Other code may publish there too. */
const audit = channel("dumbo:audit");

/**
 * Publishes an event, unless the audit is suspended. Callers test `state.isAudited` first, which is fast.
 * @param token lets the recorded call be kept; without one, it is not kept
 * @param why the call cannot be kept, if the kind and the name do not say it
 */
export function touch(kind: string, name: string, token?: Token, why?: WriteTrouble): void {
  if (state.suspended > 0) return;
  if (state.run !== null && isInner(name)) return touchCalls(kind, name, token, why);
  // What a subscriber reads while it handles the event is not the program's doing, and must not be published again.
  state.suspended++;
  const event = { kind, name, ...(token && { token }), ...(why && { why }) };
  if (token || why) vouched.add(event);
  audit.publish(event);
  state.suspended--;
}

/** The same for recorded calls alone: the run as a whole is told otherwise, or need not know. */
export function touchCalls(kind: string, name: string, token?: Token, why?: WriteTrouble): void {
  withoutRun(() => touch(kind, name, token, why));
}

/** Does work of which the run as a whole is not told. */
export function withoutRun<T>(work: () => T): T {
  const { run } = state;
  state.run = null;
  try {
    return work();
  } finally {
    state.run = run;
  }
}

/** Functions that parts of Node's own call through the exports of `fs`, for functions that were told of already. */
const INNER: ReadonlySet<string> = new Set(
  ["close", "lstat", "open", "read", "readdir", "rmdir", "stat", "unlink", "write", "writeFile", "writev"].map(
    (key) => `fs.${key}`,
  ),
);
/** The parts of Node that do: the module itself, streams of files, and what removes folders with all that is in them. */
const INNER_CALLERS: ReadonlySet<string | null> = new Set([
  "node:fs",
  ...["rimraf", "streams", "utils"].map((part) => `node:internal/fs/${part}`),
]);

/** Whether a function was called by such a part. To be asked while it is called. Cost: about 5 us, for a few functions. */
export function isInner(name: string): boolean {
  return INNER.has(name) && INNER_CALLERS.has(callingFile());
}

/** Events of taps that have a token or a reason. */
const vouched = new WeakSet<object>();

/** Whether a tap has published an event with a token or reason. Those of other publishers must not count: they could have any call kept. */
export function isVouched(event: object): boolean {
  return vouched.has(event);
}
