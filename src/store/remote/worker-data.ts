import type { MessagePort } from "node:worker_threads";
import type { ServiceSettings } from "./protocol.ts";

/** What the program gives the thread at its start. */
export interface WorkerData {
  readonly settings: ServiceSettings;
  readonly port: MessagePort;
  /** The count of messages that the thread has posted. The program sleeps on it while it waits for one. */
  readonly signal: Int32Array;
}
