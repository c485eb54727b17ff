/**
 * The thread that talks to shared caches. Nothing in it is cached, and none of the program's code runs in it. It checks what comes from other
 * machines before it hands that to the program's thread.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { workerData } from "node:worker_threads";
import { admit } from "../../src/call/admit.ts";
import { ENTRY_VERSION } from "../../src/key/format-version.ts";
import { type Load, MissingError } from "../../src/store/remote/backend.ts";
import type { ToService } from "../../src/store/remote/protocol.ts";
import { Service } from "../../src/store/remote/service.ts";
import type { WorkerData } from "../../src/store/remote/worker-data.ts";

const { settings, port, signal } = workerData as WorkerData;

/** Loads a package that talks to a shared cache: the one that the project has installed, or else one that is installed beside dumbo. */
const load: Load = async (name) => {
  for (const from of [join(settings.root, "package.json"), __filename]) {
    try {
      return createRequire(from)(name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    }
  }
  throw new MissingError(`needs the package ${name} (npm install ${name})`);
};

const service = new Service({
  settings,
  env: process.env,
  content: ENTRY_VERSION,
  admit,
  load,
  post(message) {
    port.postMessage(message);
    // The program's thread may be waiting for it.
    Atomics.add(signal, 0, 1);
    Atomics.notify(signal, 0);
  },
});
port.on("message", (message: ToService) => service.take(message));
