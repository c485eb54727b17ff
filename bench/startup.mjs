// What dumbo adds to a program that does nothing, beside what tsx adds, which many start their programs with anyway.
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./processes.mjs";
import { median, ms } from "./statistics.mjs";
import { interleave, Subject } from "./subject.mjs";

/** Differences of a few milliseconds between processes take this many samples. */
const ROUNDS = 21;

export const rows = ["empty.mjs", "empty.cjs"].map((script) => ({
  what: `start-up added to ${script}, against what tsx adds`,
  bar: ({ major }) =>
    major >= 22
      ? { text: "at most 0.5, and under 25 ms", met: ({ ratio, added }) => ratio <= 0.5 && added < 25 }
      : { text: "at most 1.0", met: ({ ratio }) => ratio <= 1 },
  measure: (context) => measure(context, script),
}));

async function measure(context, script) {
  const { node, root, temp } = context;
  const cwd = mkdtempSync(join(temp, "startup-"));
  writeFileSync(join(cwd, "package.json"), "{}\n");
  writeFileSync(join(cwd, script), "");
  const subject = new Subject(context, { cwd, script });
  const tsx = async () => {
    // From the repository, where tsx is installed.
    const args = ["--import", "tsx", join(cwd, script)];
    return (await run({ node: node.path, args, cwd: root, output: join(cwd, "tsx") })).ms;
  };
  await subject.settle();
  await tsx();
  const rounds = Math.max(ROUNDS, context.reps);
  const [bare, warm, other] = await interleave(
    rounds,
    () => subject.bare(),
    () => subject.dumbo(),
    tsx,
  );
  const added = warm.map((time, index) => time - bare[index]);
  const addedByTsx = other.map((time, index) => time - bare[index]);
  return {
    ratios: added.map((time, index) => time / addedByTsx[index]),
    added: median(added),
    detail: `dumbo adds ${ms(median(added))}, tsx ${ms(median(addedByTsx))} to ${ms(median(bare))}`,
    samples: { bare, warm, tsx: other },
  };
}
