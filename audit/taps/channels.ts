/**
 * Listens to the audit events of the taps, and to Node's own diagnostics channels as a second source. Those see effects that no tap sees:
 * by a function that was taken out of its module before the taps were there, or a connection that Node makes itself.
 */
import { subscribe } from "node:diagnostics_channel";
import type { AuditEvent } from "../../src/trace/event.ts";
import { state } from "../../src/trace/frames.ts";
import { isPartOfPrinting, isPrinting } from "./output.ts";
import { isVouched } from "./touch.ts";

/** Kinds by channel. A channel that this version of Node does not have is never published to. */
export const channels: Readonly<Record<string, string>> = {
  child_process: "child",
  "console.debug": "output",
  "console.error": "output",
  "console.info": "output",
  "console.log": "output",
  "console.warn": "output",
  "http.client.request.created": "network",
  "http.client.request.start": "network",
  "http.server.request.start": "network",
  "http.server.response.created": "network",
  "http2.client.stream.created": "network",
  "http2.client.stream.start": "network",
  "http2.server.stream.created": "network",
  "http2.server.stream.start": "network",
  "locks.request.start": "worker",
  "net.client.socket": "network",
  "net.server.socket": "network",
  "process.execve": "child",
  "quic.endpoint.created": "network",
  "quic.session.created.client": "network",
  "quic.session.created.server": "network",
  "tracing:child_process.spawn:start": "child",
  "tracing:net.server.listen:asyncStart": "network",
  "udp.socket": "network",
  "undici:client:beforeConnect": "network",
  "undici:client:connected": "network",
  "undici:client:sendHeaders": "network",
  "undici:request:create": "network",
  "undici:websocket:open": "network",
  worker_threads: "worker",
};

/**
 * Channels on which `node --permission-audit` reports every use of a path, process, thread or socket. Without that flag nothing is
 * published there, and dumbo does not subscribe.
 */
export const permissionChannels: Readonly<Record<string, string>> = {
  "node:permission-model:addon": "native",
  "node:permission-model:child": "child",
  "node:permission-model:ffi": "native",
  "node:permission-model:fs": "file",
  "node:permission-model:inspector": "inspector",
  "node:permission-model:net": "network",
  "node:permission-model:openssl-store": "file",
  "node:permission-model:wasi": "process",
  "node:permission-model:worker": "worker",
};

/**
 * Calls `onEvent` for all that the taps, Node and other code publish while a call is recorded. Subscribing loads no module: a channel is
 * only a name until something is published on it.
 */
export function installChannels(onEvent: (event: AuditEvent) => void): void {
  // What `onEvent` reads while it notes an event must not count as the program's.
  const book = (event: AuditEvent): void => {
    state.suspended++;
    onEvent(event);
    state.suspended--;
  };
  subscribe("dumbo:audit", (message) => {
    if (!state.isAudited) return;
    if (!isEvent(message)) book(unnamed);
    else if (isVouched(message)) book(message);
    else if (!isPartOfPrinting(message.name)) book({ kind: message.kind, name: message.name });
  });
  const isAudited = (process as { permission?: unknown }).permission !== undefined;
  for (const [name, kind] of Object.entries(isAudited ? { ...channels, ...permissionChannels } : channels)) {
    const event: AuditEvent = { kind, name };
    subscribe(name, () => {
      // While the console prints under its tap, the tap of the stream publishes the output.
      if (state.isAudited && state.suspended === 0 && !(kind === "output" && isPrinting())) book(event);
    });
  }
}

/** Stands for a message on `dumbo:audit` that is no event. It forbids caching. */
const unnamed: AuditEvent = { kind: "unknown", name: "dumbo:audit" };

function isEvent(message: unknown): message is AuditEvent {
  if (typeof message !== "object" || message === null) return false;
  const { kind, name } = message as Partial<AuditEvent>;
  return typeof kind === "string" && typeof name === "string";
}
