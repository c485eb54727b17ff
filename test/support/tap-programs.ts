/**
 * Programs with the taps preloaded, for the tests: each runs in a process of its own, because a tapped test runner
 * would test itself.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

/** Where the programs and their preloads are. */
export const work = mkdtempSync(join(tmpdir(), "dumbo-taps-"));

/** `tapped.cjs`: `seen(f)` lists what f touches. The subscriber touches the clock itself, which must not count. */
const PRELOAD = `
  const taps = require("./taps.cjs");
  const events = [];
  taps.installChannels(({ kind, name }) => { events.push(kind + " " + name); Date.now(); });
  taps.installTaps();
  taps.installTaps();
  for (const name of (process.env.TAP ?? "").split(" ").filter(Boolean)) taps.tapBuiltin(name);
  globalThis.taps = taps;
  globalThis.seen = (run) => {
    events.length = 0;
    taps.tapLoaded();
    taps.state.open++;
    try { run(); } catch (error) { events.push("threw " + error); } finally { taps.state.open--; }
    return [...new Set(events)];
  };`;

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Options {
  /** `tapped`, or `bare`: the same code is loaded, but nothing installed. */
  readonly preload?: "tapped" | "bare";
  /** Built-in modules to tap before the program runs, as the loader would. */
  readonly tap?: string;
  readonly flags?: readonly string[];
  readonly type?: "cjs" | "mjs";
  /** Path of the Node binary, if not the running one. */
  readonly node?: string;
}

/** Bundles the taps and writes the preloads. */
export async function build(): Promise<void> {
  const modules = [
    "./audit/taps/install.ts",
    "./audit/taps/wrap.ts",
    "./audit/taps/channels.ts",
    "./src/trace/booking.ts",
    "./src/trace/frames.ts",
    "./audit/builtins/originals.ts",
  ];
  await esbuild.build({
    stdin: {
      contents: modules.map((name) => `export * from "${name}";`).join("\n"),
      resolveDir: fileURLToPath(new URL("../..", import.meta.url)),
    },
    outfile: join(work, "taps.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    logLevel: "warning",
    // Only the hash looks for its module there, and nothing is hashed.
    logOverride: { "empty-import-meta": "silent" },
  });
  writeFileSync(join(work, "bare.cjs"), 'globalThis.taps = require("./taps.cjs");');
  writeFileSync(join(work, "tapped.cjs"), PRELOAD);
}

export function remove(): void {
  rmSync(work, { recursive: true, force: true });
}

let programs = 0;

export function run(program: string, options: Options = {}): Run {
  const { preload = "tapped", tap = "", flags = ["--no-warnings"], type = "cjs", node = process.execPath } = options;
  const file = join(work, `program${programs++}.${type}`);
  writeFileSync(file, program);
  const { status, stdout, stderr } = spawnSync(node, [...flags, "--require", `./${preload}.cjs`, file], {
    cwd: work,
    encoding: "utf8",
    env: { ...process.env, TAP: tap },
  });
  // The name of the program is in its stack traces.
  return { status, stdout: stdout.replaceAll(file, "PROGRAM"), stderr: stderr.replaceAll(file, "PROGRAM") };
}

/** What a program prints as JSON. */
export function json(program: string, options?: Options): unknown {
  const { status, stdout, stderr } = run(program, options);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

/** Runs a program that asserts for itself. */
export function check(program: string, options: Options = {}): void {
  const head = options.type === "mjs" ? 'import assert from "node:assert";' : 'const assert = require("node:assert");';
  const { status, stderr } = run(`${head}\n${program}`, options);
  assert.equal(status, 0, stderr);
}

/** Asserts that a program does and prints the same with the taps and without. */
export function same(program: string, options: Options = {}): Run {
  const bare = run(program, { ...options, preload: "bare" });
  assert.deepEqual(run(program, options), bare);
  return bare;
}
