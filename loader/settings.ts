/** What becomes of broken settings. */
import { ConfigError } from "../src/config/config.ts";
import { late } from "../src/node/lazy.ts";
import { writeError } from "../src/node/process.ts";

/** A broken configuration or list stops the program before it starts; the main thread has said so for the others. */
export function settingOr<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (!late("worker_threads").isMainThread) return otherwise;
    writeError(`dumbo: ${error.message}\n`);
    process.exit(1);
  }
}
