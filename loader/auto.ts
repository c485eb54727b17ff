/**
 * `dumbo/auto`: what `--import` or `--require` loads before the program. It decides whether dumbo runs at all. If not, it loads nothing else.
 */
import { isSwitchedOff } from "../src/config/switched-off.ts";

if (!isSwitchedOff(process.env.DUMBO)) {
  // Not by `require`: to find the file takes `require` longer than to run it.
  const file = `${__dirname}/boot.cjs`;
  const text = process.getBuiltinModule("node:fs").readFileSync(file, "latin1");
  const { Script } = process.getBuiltinModule("node:vm");
  const boot = new Script(text, { filename: file }).runInThisContext() as (...given: unknown[]) => void;
  boot({}, require, {}, file, __dirname);
}
