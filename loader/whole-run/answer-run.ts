/** Answers a run of a program as a whole, in place of the program. It is a bundle of its own, so that nothing else is loaded for it. */
import { NOTHING_ASSUMED, readAssumePure } from "../../audit/assume-pure.ts";
import { clock, getBuiltinModule, sinceStart } from "../../audit/builtins/originals.ts";
import { COLOURS, coloursOf } from "../../audit/replay/colours.ts";
import { addOperation, verify } from "../../audit/replay/dependencies.ts";
import { writeError } from "../../src/node/process.ts";
import { addRun } from "../../src/policy/runs.ts";
import { answeredLine, answeredRun } from "../../src/report/answered-run.ts";
import { unpackTrace } from "../../src/trace/trace.ts";
import type { Boot } from "../known-at-start.ts";
import { settingOr } from "../settings.ts";
import { type KeptRun, readContents } from "./kept-runs.ts";
import { printAtOnce } from "./print-at-once.ts";
import { tellOfUncaught, UNCAUGHT } from "./uncaught-error.ts";
import { writtenAgain } from "./written-again.ts";

const { isatty } = getBuiltinModule("node:tty");

// The program cannot have replaced the streams yet, and making them takes a good part of such a run.
addOperation(COLOURS, ([, name]) => {
  const stream = name === "stdout" ? "stdout" : "stderr";
  return coloursOf(isatty(stream === "stdout" ? 1 : 2) ? process[stream] : null);
});

/**
 * Prints what an earlier run printed, and writes what it wrote, if all that it read is as it was. To be called before the program, and the taps.
 * @param name of the run's file
 * @param took milliseconds that the earlier run took
 * @returns the code with which the process may end; null where the program has to run
 */
export function answerRun(boot: Boot, name: string, kept: KeptRun, took: number): number | null {
  // It decides nothing here, but a list that is broken ends the process in any case.
  settingOr(() => readAssumePure(boot.root, process.env.DUMBO_ASSUME_PURE, boot.cwd), NOTHING_ASSUMED);
  const { dependencies, output } = unpackTrace(Buffer.from(kept.trace));
  if (!dependencies.every((one) => one.selfWritten || verify(one) !== null)) return null;
  const own = dependencies.filter(({ selfWritten }) => selfWritten);
  if (!writtenAgain(kept.wrote, own, () => (kept.isRepeatable ? readContents(boot.directory, name) : undefined)))
    return null;
  // Files that are written by now are not taken away again: the program could find them.
  const printed = printAtOnce(output, kept.wrote.length === 0);
  if (printed === "nothing") return null;
  noteAnswered(boot, took);
  if (printed === "all") return kept.code;
  tellOfUncaught(printed);
  return UNCAUGHT;
}

/** Notes that the program has not run, and tells somebody at a terminal. @param took milliseconds that the run took which is answered again */
function noteAnswered({ config, directory, compiled }: Boot, took: number): void {
  const ran = sinceStart();
  const facts = { began: clock() - ran, ran, program: process.argv[1] ?? "" };
  try {
    if (!config.readOnly) addRun(directory, answeredRun(facts, took));
    // The first run that is answered compiles this file, and is followed by no exit at which it would be kept.
    if (!config.readOnly) compiled.write(0);
  } catch {
    // `dumbo stats` will not know of it.
  }
  if (process.env.DUMBO_LOG === undefined && isatty(2)) writeError(`${answeredLine(took)}\n`);
}
