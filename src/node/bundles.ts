/** How dumbo's later bundles are loaded: with what the first one has taken of Node. */
import * as fs from "./fs.ts";
import * as globals from "./globals.ts";
import { late } from "./lazy.ts";
import * as nodeModule from "./module.ts";
import * as path from "./path.ts";
import * as ownProcess from "./process.ts";
import { load } from "./require.ts";
import * as url from "./url.ts";
import * as util from "./util.ts";
import * as vm from "./vm.ts";

/** By the names that scripts/own-plugin.mjs leaves in the bundles. Copies: the bundler's namespaces are getters. */
const given: Readonly<Record<string, object>> = {
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
    if (Object.hasOwn(given, name)) return given[name];
    return name.startsWith("node:") && !name.includes("/")
      ? late(name.slice(5) as "os")
      : ownProcess.getBuiltinModule(name);
  });
}
