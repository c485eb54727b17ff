/**
 * `dumbo/auto`: what `--import` or `--require` loads before the program. Decides whether dumbo runs at all, and loads
 * nothing else if not.
 */
import { isSwitchedOff } from "../src/config/switched-off.ts";

if (!isSwitchedOff(process.env.DUMBO)) {
  // Not by `require`, which would look for it in ways that take longer than to run it.
  const file = `${__dirname}/boot.cjs`;
  const text = process.getBuiltinModule("node:fs").readFileSync(file, "latin1");
  const { Script } = process.getBuiltinModule("node:vm");
  const boot = new Script(text, { filename: file }).runInThisContext() as (...given: unknown[]) => void;
  boot({}, require, {}, file, __dirname);
}
