/** `dumbo init`: writes the files that a project may have, and says what to type next. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "../command.ts";
import { projectOf } from "../project.ts";

const CONFIG = `{
  "$schema": "./node_modules/dumbo/schema/dumbo.config.schema.json"
}
`;
const LIST = `{
  "$schema": "./node_modules/dumbo/schema/assumePure.schema.json",
  "assumePure": []
}
`;

export const init: Command = {
  name: "init",
  summary: "writes dumbo.config.json and assumePure.json, with nothing in them yet, and says what to do next",
  example: { line: "npx dumbo init", text: "none of both files is needed; editors complete what can stand in them" },
  fails: "if the files cannot be written",
  run(request) {
    const { root } = projectOf(request);
    const written: string[] = [];
    for (const [name, content] of [
      ["dumbo.config.json", CONFIG],
      ["assumePure.json", LIST],
    ] as const) {
      if (existsSync(join(root, name))) continue;
      writeFileSync(join(root, name), content);
      written.push(name);
    }
    const scripts = nodeScripts(root);
    const lines = [
      written.length > 0
        ? `wrote ${written.join(" and ")} in ${root}`
        : `dumbo.config.json and assumePure.json are there: ${root}`,
      ...(scripts.length === 0
        ? ["next: npx dumbo run SCRIPT"]
        : [
            "next, once or in package.json:",
            ...scripts.map((name) => `  NODE_OPTIONS="--import dumbo/auto" npm run ${name}`),
          ]),
      "then: npx dumbo explain",
    ];
    return { code: 0, data: { root, written, scripts }, lines };
  },
};

/** In the script `test` that `npm init` writes. */
const PLACEHOLDER = /no test specified/;
const RUNS_LONG = /build|generate|bundle|docs|site|lint|test/;
const RUNS_NODE = /^(node|tsx)\s/;

/** The scripts of package.json that may run long, by their names, or that run Node themselves. */
function nodeScripts(root: string): string[] {
  try {
    const { scripts = {} } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      scripts?: Record<string, string>;
    };
    return Object.entries(scripts)
      .filter(([name, line]) => (RUNS_LONG.test(name) || RUNS_NODE.test(line)) && !PLACEHOLDER.test(line))
      .map(([name]) => name);
  } catch {
    return [];
  }
}
