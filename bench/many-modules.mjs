// A program of 300 modules that does little: what dumbo costs per module and per byte of source.
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { generateModules } from "./generate-modules.mjs";
import { median, ms } from "./statistics.mjs";
import { interleave, Subject } from "./subject.mjs";

const MODULES = 300;
const BYTES = 1_600_000;

export const rows = [
  {
    what: "start of 300 modules (1.6 MB), warm",
    bar: { text: "at most 1.10", met: ({ ratio }) => ratio <= 1.1 },
    measure: (context) => measure(context, "dumbo"),
  },
  { what: "start of 300 modules (1.6 MB), cold", bar: null, measure: (context) => measure(context, "cold") },
];

/** @param {"dumbo" | "cold"} side */
async function measure(context, side) {
  const cwd = mkdtempSync(join(context.temp, "modules-"));
  generateModules(cwd, MODULES, BYTES);
  const subject = new Subject(context, { cwd, script: "main.mjs" });
  await subject.settle();
  const [bare, other] = await interleave(
    context.reps,
    () => subject.bare(),
    () => subject[side](),
  );
  return {
    ratios: other.map((time, index) => time / bare[index]),
    detail: `${ms(median(bare))} bare, ${ms(median(other))} under dumbo`,
    samples: { bare, [side]: other },
  };
}
