/**
 * Preloaded by `dumbo prepare`: has Node load all modules that a script imports, without running any of them. It imports a module that
 * imports the script and a name that does not exist. That fails when all modules are loaded, and before the first one runs.
 */
import { writeFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";

/** The CommonJS files. Node does not load what they require; `dumbo prepare` follows that itself (required-files.ts). */
const commonJs = new Set<string>();

interface Loaded {
  readonly format?: string | null;
}
type Hooks = { load: (url: string, context: object, next: (url: string, context: object) => Loaded) => Loaded };

function note(url: string, { format }: Loaded): void {
  if (format?.startsWith("commonjs") && url.startsWith("file:")) commonJs.add(fileURLToPath(url));
}

/** Before Node 22.15, hooks run in a thread. */
const HOOK = `
  let port;
  export const initialize = (data) => void (port = data);
  export const load = async (url, context, next) => {
    const loaded = await next(url, context);
    port.postMessage({ url, format: loaded.format });
    return loaded;
  };`;

const { registerHooks } = nodeModule as { registerHooks?: (hooks: Hooks) => void };
const { port1: told, port2: port } = new MessageChannel();
if (registerHooks) {
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      note(url, loaded);
      return loaded;
    },
  });
} else {
  const url = `data:text/javascript,${encodeURIComponent(HOOK)}`;
  nodeModule.register(url, { data: port, transferList: [port] });
}

const script = JSON.stringify(pathToFileURL(process.argv[1] as string).href);
const linked = `import ${script}; import { nothing } from "data:text/javascript,";`;

await import(`data:text/javascript,${encodeURIComponent(linked)}`).catch((error: Error) => {
  if (!/does not provide an export named 'nothing'/.test(error.message)) console.error(`dumbo: ${error.message}`);
});
for (let got = receiveMessageOnPort(told); got; got = receiveMessageOnPort(told)) note(got.message.url, got.message);
const { DUMBO_LINKED } = process.env;
if (DUMBO_LINKED) writeFileSync(DUMBO_LINKED, JSON.stringify([...commonJs]));
process.exit();
