// Takes jobs from the queue until it is told to stop. Start as many as there are processors, on as many machines as you like.

import { Worker } from "bullmq";
import { commit } from "dumbo";
import { connection, NAME } from "./queue.ts";
import { steps } from "./steps.ts";

const worker = new Worker(
  NAME,
  async ({ name, data }) => {
    const step = steps[name as keyof typeof steps] as (...args: unknown[]) => unknown;
    const result = step(...data);
    // Others may ask for it at once: it is written now, and not when there is time.
    commit();
    return result;
  },
  { connection },
);
worker.on("failed", (job, error) => console.error(`${job?.name}: ${error.message}`));
await worker.waitUntilReady();
console.log("ready");
process.once("SIGTERM", () => worker.close());
