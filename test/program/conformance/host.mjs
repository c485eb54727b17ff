// A process of the pool that runs one test at a time, each in a thread of its own: plain JavaScript, so that nothing but
// the test and dumbo is loaded through hooks.
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

const prelude = fileURLToPath(new URL("prelude.cjs", import.meta.url));

/** @param {import("./real.ts").ThreadJob} job */
function run({ file, harness, bundle, env }) {
  const worker = new Worker(file, {
    execArgv: ["--no-warnings", "--require", prelude, ...(bundle === null ? [] : ["--import", bundle])],
    env: { ...process.env, ...env },
    workerData: { harness },
    stdout: true,
    stderr: true,
  });
  let outcome = "ended";
  const printed = [];
  worker.on("message", (line) => printed.push(line));
  worker.on("error", (error) => {
    outcome = `threw ${error?.name ?? typeof error}: ${error?.message ?? error}`;
  });
  worker.on("exit", (code) => process.send?.([outcome, code, ...printed].join(" | ")));
}

process.on("message", run);
