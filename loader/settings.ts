/** Broken settings end the program before it starts. */
import { ConfigError } from "../src/config/config.ts";
import { lazyModule } from "../src/node/lazy.ts";
import { writeError } from "../src/node/process.ts";

/**
 * Reads settings. Broken ones end the process, with a message. Other threads than the main one go on with `otherwise`: the
 * main thread read the same settings and ended the process if they were broken then.
 */
export function settingOr<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    if (!lazyModule("worker_threads").isMainThread) return otherwise;
    writeError(`dumbo: ${error.message}\n`);
    process.exit(1);
  }
}
