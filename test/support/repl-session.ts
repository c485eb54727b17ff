/** What is typed at the prompt of Node's REPL: it prints the same with dumbo switched off, for the first time, and again. Expects dist/ to be built. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CliProject } from "./cli-project.ts";
import { byName } from "./counts.ts";

export interface ReplSession {
  readonly files?: Readonly<Record<string, string>>;
  /** Files that Node loads before dumbo, by `--require`. */
  readonly preload?: string;
  readonly inputs: string;
  /** Hits of the first session and of the second, by the name of the function. */
  readonly cold?: Readonly<Record<string, number>>;
  /** Without it, there is no second session. */
  readonly warm?: Readonly<Record<string, number>>;
}

/** Throws at the first difference, or where hits are not what is said. Answers what was printed. */
export function checkSession({ files = {}, preload, inputs, cold = {}, warm }: ReplSession): string {
  const project = new CliProject({ "package.json": "{}\n", ...files });
  const log = join(project.root, "log.json");
  const flags = [...(preload === undefined ? [] : ["--require", preload]), "--import", "dumbo/auto", "-i"];
  const run = (env: NodeJS.ProcessEnv) => project.node(flags, env, inputs);
  try {
    const bare = run({ DUMBO: "off" });
    assert.equal(bare.status, 0, bare.stderr);
    for (const [label, hits] of [["cold", cold] as const, ["warm", warm] as const]) {
      if (hits === undefined) continue;
      rmSync(log, { force: true });
      assert.deepEqual(run({ DUMBO_LOG: log }), bare, `${label}: another session`);
      const text = existsSync(log) ? readFileSync(log, "utf8") : '{ "functions": {} }';
      const counted = byName((JSON.parse(text) as { functions: Record<string, Counted> }).functions);
      for (const [name, count] of Object.entries(hits)) {
        assert.equal(counted[name]?.hits ?? 0, count, `${label}: hits of ${name} in ${text}`);
      }
    }
    return bare.stdout;
  } finally {
    project.remove();
  }
}

interface Counted {
  readonly hits: number;
}
