/** Loads dumbo's later bundles, and gives them the functions of Node that the first bundle took before the program ran. */
import * as fs from "./fs.ts";
import * as globals from "./globals.ts";
import { lazyModule } from "./lazy.ts";
import * as nodeModule from "./module.ts";
import * as path from "./path.ts";
import * as ownProcess from "./process.ts";
import { load } from "./require.ts";
import * as url from "./url.ts";
import * as util from "./util.ts";
import * as vm from "./vm.ts";

/**
 * Modules by the names that scripts/own-plugin.mjs leaves in the bundles. Each is a copy, because the bundler's namespaces consist of
 * getters.
 */
const taken: Readonly<Record<string, object>> = {
  "node:fs": { ...fs },
  "node:module": { ...nodeModule },
  "node:path": { ...path },
  "node:url": { ...url },
  "node:util": { ...util },
  "node:vm": { ...vm },
  "dumbo:globals": { ...globals },
  "dumbo:process": { ...ownProcess },
};

/** The exports of a bundle. */
export function requireOwn(file: string): unknown {
  return load(file, (name) => {
    if (Object.hasOwn(taken, name)) return taken[name];
    return name.startsWith("node:") && !name.includes("/")
      ? lazyModule(name.slice(5) as "os")
      : ownProcess.getBuiltinModule(name);
  });
}
