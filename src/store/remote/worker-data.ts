import type { MessagePort } from "node:worker_threads";
import type { ServiceSettings } from "./protocol.ts";

/** What the thread is started with. */
export interface WorkerData {
  readonly settings: ServiceSettings;
  readonly port: MessagePort;
  /** Counts the messages that the thread has posted: who waits for one sleeps on it. */
  readonly signal: Int32Array;
}
