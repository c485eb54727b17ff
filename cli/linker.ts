/**
 * Preloaded by `dumbo prepare`: has Node load all modules that a script imports, without running any of them. It imports a module that
 * imports the script and a name that does not exist. That fails when all modules are loaded, and before the first one runs.
 */
import { writeFileSync } from "node:fs";
import * as nodeModule from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The CommonJS files. Node does not load what they require; `dumbo prepare` follows that itself (required-files.ts). */
const commonJs = new Set<string>();

interface Loaded {
  readonly format?: string | null;
}
type Hooks = { load: (url: string, context: object, next: (url: string, context: object) => Loaded) => Loaded };

const { registerHooks } = nodeModule as { registerHooks?: (hooks: Hooks) => void };
registerHooks?.({
  load(url, context, next) {
    const loaded = next(url, context);
    if (loaded.format?.startsWith("commonjs") && url.startsWith("file:")) commonJs.add(fileURLToPath(url));
    return loaded;
  },
});

const script = JSON.stringify(pathToFileURL(process.argv[1] as string).href);
const linked = `import ${script}; import { nothing } from "data:text/javascript,";`;

await import(`data:text/javascript,${encodeURIComponent(linked)}`).catch((error: Error) => {
  if (!/does not provide an export named 'nothing'/.test(error.message)) console.error(`dumbo: ${error.message}`);
});
const { DUMBO_LINKED } = process.env;
if (DUMBO_LINKED && registerHooks) writeFileSync(DUMBO_LINKED, JSON.stringify([...commonJs]));
process.exit();
