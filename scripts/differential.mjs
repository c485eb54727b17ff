// @ts-check
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/**
 * Runs the differential suite, and shows what it prints.
 * @param {Record<string, string>} env what the suite is told
 * @returns {number} the exit code
 */
export function runDifferential(env) {
  const test = fileURLToPath(new URL("test.mjs", import.meta.url));
  const options = { stdio: /** @type {const} */ ("inherit"), env: { ...process.env, ...env } };
  return spawnSync(process.execPath, [test, "program/differential"], options).status ?? 1;
}
