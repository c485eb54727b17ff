/** What the tests of whole programs on one store share: projects, and runs of them. Expects dist/. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";

const package_ = fileURLToPath(new URL("../..", import.meta.url));
const auto = join(package_, "dist/auto.cjs");
/** Where all projects of a test file are; removed in the end. */
export const root = mkdtempSync(join(tmpdir(), "dumbo-programs-"));
after(() => rmSync(root, { recursive: true, force: true }));
let count = 0;

/** A project with some files. */
export function project(files: Record<string, string>): string {
  const folder = join(root, `project-${count++}`);
  for (const [path, text] of Object.entries({ "package.json": '{ "type": "module" }', ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(package_, join(folder, "node_modules/dumbo"));
  return folder;
}

/** How a run of a program ended, with the hits and misses of all its processes and threads. */
export interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly end: string | number | null;
  readonly hits: number;
  readonly misses: number;
  /** Hits of each function that was called, by its name. */
  readonly hitsOf: Readonly<Record<string, number>>;
}

export interface Options {
  readonly env?: NodeJS.ProcessEnv;
  readonly during?: (child: ChildProcess, output: string) => void;
  readonly bare?: boolean;
  /** What comes after dumbo's flags; main.js if nothing is said. */
  readonly args?: readonly string[];
}

/** Runs main.js of a project to its end. */
export async function run(folder: string, { env, during, bare, args = ["main.js"] }: Options = {}): Promise<Ended> {
  const log = join(root, `log-${count++}`);
  const flags = bare ? [] : ["--import", auto];
  // A child of a test that runs tests of its own would take itself for one of them.
  const { NODE_TEST_CONTEXT: _, ...outer } = process.env;
  const child = spawn(process.execPath, [...flags, ...args], {
    cwd: folder,
    env: { ...outer, DUMBO_POLICY: "always", DUMBO_USER_DIR: "off", DUMBO_LOG: log, ...env },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data) => {
    stdout += data;
    during?.(child, stdout);
  });
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  const [status, signal] = await once(child, "close");
  let hits = 0;
  let misses = 0;
  const hitsOf: Record<string, number> = {};
  for (const line of existsSync(log) ? readFileSync(log, "utf8").split("\n") : []) {
    if (line === "") continue;
    const one = JSON.parse(line) as { hits: number; misses: number; functions: Record<string, { hits: number }> };
    hits += one.hits;
    misses += one.misses;
    for (const [key, { hits }] of Object.entries(one.functions)) {
      const name = key.split(" ").at(-1) as string;
      hitsOf[name] = (hitsOf[name] ?? 0) + hits;
    }
  }
  return { stdout, stderr, end: signal ?? status, hits, misses, hitsOf };
}

/** A module whose function takes a moment. */
export const WORK = `
export function work(n) {
  let sum = 0;
  for (let i = 0; i < 200000; i++) sum = (sum * 31 + i * n) % 1000003;
  return sum;
}
`;
