// @ts-check
// A process and what it took: time by the clock, processor time, memory.
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { environment } from "./processes.mjs";

/** A program that takes longer than this hangs, or dumbo makes it so slow that the figure does not matter. */
const TIMEOUT = 120_000;
/** Milliseconds between two looks at the memory of a process. What it takes later than the last look is not seen. */
const LOOK = 20;

/**
 * @typedef {object} Measured
 * @property {number} ms from before the start until after the exit
 * @property {number} cpu milliseconds of all threads, in user code and in the kernel
 * @property {number} memory the most bytes of memory that were resident; NaN where the system does not say
 * @property {string} stdout
 * @property {string} stderr
 * @property {number | string} exit exit code or signal
 */

/**
 * Runs a program to its end. A shell between reports the processor time (`times`, in hundredths of a second).
 * @param {{ node: string, args: string[], cwd: string, env: Record<string, string>, output: string }} program
 *   `output` begins the paths of the files for what it prints
 * @returns {Promise<Measured>}
 */
export async function measureProcess({ node, args, cwd, env, output }) {
  const files = ["stdout", "stderr", "times"].map((name) => `${output}.${name}`);
  const descriptors = files.map((file) => openSync(file, "w"));
  let memory = Number.NaN;
  const started = process.hrtime.bigint();
  const exit = await new Promise((resolve, reject) => {
    const child = spawn("sh", ["-c", '"$@" 3>&-; code=$?; times >&3; exit $code', "sh", node, ...args], {
      cwd,
      env: { ...environment, ...env },
      stdio: ["ignore", ...descriptors],
      timeout: TIMEOUT,
      killSignal: "SIGKILL",
    });
    const looking = setInterval(() => {
      memory = mostMemory(child.pid) ?? memory;
    }, LOOK);
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      clearInterval(looking);
      resolve(code ?? signal);
    });
  });
  const ms = Number(process.hrtime.bigint() - started) / 1e6;
  for (const descriptor of descriptors) closeSync(descriptor);
  const [stdout = "", stderr = "", times = ""] = files.map((file) => readFileSync(file, "utf8"));
  for (const file of files) rmSync(file);
  return { ms, cpu: childTime(times), memory, stdout, stderr, exit };
}

/**
 * The most memory that the only child of a shell has had so far.
 * @param {number | undefined} shell
 */
function mostMemory(shell) {
  try {
    const child = readFileSync(`/proc/${shell}/task/${shell}/children`, "utf8").trim();
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child}/status`, "utf8"));
    return peak ? Number(peak[1]) * 1024 : undefined;
  } catch {
    // It has not begun or has just ended, or the system has no such files.
    return undefined;
  }
}

/**
 * The second line of `times` is of the children: minutes and seconds in user code and in the kernel.
 * @param {string} text
 */
function childTime(text) {
  const parts = [...(text.split("\n")[1] ?? "").matchAll(/(\d+)m([\d.]+)s/g)];
  return parts.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000, 0);
}
