// The two sides of every comparison: a program bare, and the same program under dumbo.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Failure, folderHash, run } from "./processes.mjs";

/** So many runs and everything is in its place: results stored, hopeless guards left out, file system warm. */
const SETTLING_RUNS = 3;

/**
 * What a row is measured with.
 * @typedef {object} Context
 * @property {ReturnType<typeof import("./processes.mjs").inspectNode>} node
 * @property {string} dumbo path of auto.cjs
 * @property {string} temp
 */

/**
 * A program to be measured.
 * @typedef {object} Program
 * @property {string} cwd
 * @property {string} script path of the script, relative to `cwd`
 * @property {string[]} [args]
 * @property {string} [out] folder that the program writes, emptied before every run
 */

export class Subject {
  #context;
  #program;
  #folder;
  /** @type {{ stdout: string, stderr: string, files: string } | null} what the first run printed and wrote */
  #reference = null;
  /** @type {import("../src/report/summary.ts").Summary | null} what dumbo counted in the last run under it */
  counters = null;

  /**
   * @param {Context} context
   * @param {Program} program
   */
  constructor(context, program) {
    this.#context = context;
    this.#program = program;
    this.#folder = mkdtempSync(join(context.temp, "subject-"));
  }

  /** Milliseconds of a run without dumbo. */
  async bare() {
    const { node } = this.#context;
    // Node 20 strips no types: what its users run TypeScript with is the bare program.
    const strips = node.stripsTypes || !this.#program.script.endsWith(".ts");
    return this.#measure(strips ? [] : ["--import", "tsx"], {});
  }

  /** Milliseconds of a run under dumbo, with whatever its cache holds. */
  async dumbo() {
    const log = join(this.#folder, "log");
    rmSync(log, { force: true });
    const time = await this.#measure(["--import", this.#context.dumbo], { DUMBO_DIR: this.#cache, DUMBO_LOG: log });
    this.counters = existsSync(log) ? JSON.parse(readFileSync(log, "utf8")) : null;
    return time;
  }

  /** Milliseconds of a run under dumbo with an empty cache. */
  async cold() {
    rmSync(this.#cache, { recursive: true, force: true });
    return this.dumbo();
  }

  /** Runs until nothing is new to dumbo any more. */
  async settle() {
    await this.bare();
    for (let count = 0; count < SETTLING_RUNS; count++) await this.dumbo();
  }

  get #cache() {
    return join(this.#folder, "cache");
  }

  /** Every run, measured or not, has to print and write what the first one did. */
  async #measure(flags, env) {
    const { cwd, script, args = [], out } = this.#program;
    if (out) {
      rmSync(out, { recursive: true, force: true });
      mkdirSync(out, { recursive: true });
    }
    const { node } = this.#context;
    const output = join(this.#folder, "last");
    const { ms, stdout, stderr } = await run({ node: node.path, args: [...flags, script, ...args], cwd, env, output });
    const result = { stdout, stderr, files: out ? folderHash(out) : "" };
    this.#reference ??= result;
    const reference = this.#reference;
    for (const part of /** @type {const} */ (["stdout", "stderr", "files"])) {
      if (result[part] === reference[part]) continue;
      throw new Failure(
        `${part} differ${part === "files" ? "" : "s"}${part === "stderr" ? `: ${stderr.split("\n")[0]}` : ""}`,
      );
    }
    return ms;
  }
}

/**
 * Runs A B A B ..., so that whatever else the machine does meets both sides alike.
 * @param {number} reps
 * @param {(() => Promise<number>)[]} sides
 * @returns {Promise<number[][]>} the samples of each side
 */
export async function interleave(reps, ...sides) {
  const samples = sides.map(() => /** @type {number[]} */ ([]));
  for (let count = 0; count < reps; count++) {
    for (const [index, side] of sides.entries()) samples[index].push(await side());
  }
  return samples;
}
