// What a test262 test finds in its thread: the harness and the host's functions. Runs before dumbo, which therefore
// takes it for part of the environment.
const { readFileSync } = require("node:fs");
const vm = require("node:vm");
const { parentPort, workerData } = require("node:worker_threads");

// Threads that run module hooks load this, too.
if (Array.isArray(workerData?.harness)) {
  const post = parentPort?.postMessage.bind(parentPort);
  globalThis.print = (line) => post?.(String(line));
  globalThis.$262 = {
    global: globalThis,
    createRealm() {
      const context = vm.createContext({});
      const global = vm.runInContext("globalThis", context);
      return { global, evalScript: (text) => vm.runInContext(text, context) };
    },
    evalScript: (text) => vm.runInThisContext(text),
    detachArrayBuffer: (buffer) => void structuredClone(buffer, { transfer: [buffer] }),
    gc: () => undefined,
  };
  for (const file of workerData.harness) vm.runInThisContext(readFileSync(file, "utf8"), { filename: file });
}
