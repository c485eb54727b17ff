/** `dumbo scan`: lists what the code alone says about each function. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { readAssumePure } from "../../audit/assume-pure.ts";
import type { Transforming } from "../../loader/hooks/load.ts";
import { readConfig } from "../../src/config/config.ts";
import { findProject } from "../../src/config/project.ts";
import { requireOwn } from "../../src/node/bundles.ts";
import { type Command, UsageError } from "../command.ts";
import { formatScan, scanTree } from "../scan-tree.ts";

export const scan: Command = {
  name: "scan",
  summary: "what the code alone says of each function, without running anything",
  argument: { name: "PATH", text: "a file or a folder; the current folder if not given" },
  options: {
    all: { text: "also functions that are too small to be worth a look" },
    strict: { text: "fails when an entry of the assumePure list is not needed" },
  },
  example: { line: "npx dumbo scan src --strict", text: "lists what may be cached below src, and checks the list" },
  fails: "with --strict, if an entry of the list is not needed; or if the list or the configuration is wrong",
  run({ cwd, env, argument, has, paint }) {
    const target = resolve(cwd, argument ?? ".");
    if (!existsSync(target)) throw new UsageError(`${target} does not exist`);
    const { root } = findProject(undefined, target);
    const list = readAssumePure(root, env.DUMBO_ASSUME_PURE, cwd);
    const transforming = requireOwn(join(__dirname, "transforming.cjs")) as Transforming;
    const { functions, unneeded } = scanTree(target, root, readConfig(root), list, transforming);
    const shown = has("all") ? functions : functions.filter(({ verdict }) => verdict !== "trivial");
    const data = { functions: shown, unneeded };
    const lines = formatScan(data, paint);
    return { code: has("strict") && unneeded.length > 0 ? 1 : 0, data, lines };
  },
};
