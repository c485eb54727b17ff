// Child processes: how they are started, timed and compared.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** A program that takes longer than this hangs, or dumbo makes it so slow that the figure does not matter. */
const TIMEOUT = 60_000;

/** What would make one side of a comparison run under other conditions than the other. */
const DISTURBING = /^(DUMBO|NODE_|TSX_|ESBK_)/;
const undisturbed = Object.entries(process.env).filter(([name]) => !DISTURBING.test(name));
/** Where runs were answered as a whole, nothing of what is measured would run. */
export const environment = { ...Object.fromEntries(undisturbed), DUMBO_WHOLE_RUNS: "none" };

/** The program could not be run, or did not do the same under dumbo. The row says so. */
export class Failure extends Error {}

/**
 * What a Node binary is and can.
 * @param {string} path
 */
export function inspectNode(path) {
  const script = "JSON.stringify([process.versions.node, Boolean(process.features.typescript), process.execPath])";
  const { stdout, status, error } = spawnSync(path, ["-p", script], { env: environment, encoding: "utf8" });
  if (status !== 0) throw new Error(`${path} is no Node that runs${error ? `: ${error.message}` : ""}`);
  const [version, stripsTypes, binary] = JSON.parse(stdout);
  return { path: binary, version, major: Number.parseInt(version, 10), stripsTypes };
}

/**
 * Runs a program to its end and times it, from before it is started until it is gone. Its output goes to files, so that
 * nobody has to read along while it runs.
 * @param {{ node: string, args: string[], cwd: string, env?: Record<string, string>, output: string }} program
 *   `output` is the path of the files for stdout and stderr, without their extensions
 * @returns {Promise<{ ms: number, stdout: string, stderr: string }>}
 * @throws {Failure} when it does not end with exit code 0
 */
export async function run({ node, args, cwd, env = {}, output }) {
  const files = [`${output}.stdout`, `${output}.stderr`];
  const [stdout, stderr] = files.map((file) => openSync(file, "w"));
  /** @type {{ ms: number, code: number | null, signal: NodeJS.Signals | null }} */
  let ended;
  try {
    const started = process.hrtime.bigint();
    ended = await new Promise((resolve, reject) => {
      const child = spawn(node, args, {
        cwd,
        env: { ...environment, ...env },
        stdio: ["ignore", stdout, stderr],
        timeout: TIMEOUT,
        killSignal: "SIGKILL",
      });
      child.on("error", reject);
      child.on("exit", (code, signal) =>
        resolve({ ms: Number(process.hrtime.bigint() - started) / 1e6, code, signal }),
      );
    });
  } finally {
    closeSync(stdout);
    closeSync(stderr);
  }
  const [out, err] = files.map((file) => readFileSync(file, "utf8"));
  if (ended.code !== 0) {
    // A signal before its time came from somebody else, and says nothing about the program.
    const late = ended.signal === "SIGKILL" && ended.ms >= TIMEOUT;
    const how = late ? "did not end in time" : `ended with ${ended.signal ?? `code ${ended.code}`}`;
    throw new Failure(`\`${commandOf(args)}\` ${how} after ${(ended.ms / 1000).toFixed(1)} s ${firstLine(err)}`.trim());
  }
  return { ms: ended.ms, stdout: out, stderr: err };
}

/** A hash of all files of a folder, with their names. */
export function folderHash(folder) {
  const hash = createHash("sha256");
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }).map(pathOf).sort()) {
    if (entry.endsWith("/")) continue;
    const content = readFileSync(entry);
    hash.update(`${entry.slice(folder.length)} ${content.length}\n`).update(content);
  }
  return hash.digest("hex");
}

function pathOf(entry) {
  const path = join(entry.parentPath ?? entry.path, entry.name);
  return entry.isDirectory() ? `${path}/` : path;
}

/** Enough to tell the sides of a comparison apart. */
function commandOf(args) {
  return ["node", ...args.map((arg) => basename(arg))].join(" ");
}

function firstLine(text) {
  return text.split("\n").find((line) => /Error|dumbo:/.test(line)) ?? text.split("\n")[0] ?? "";
}
