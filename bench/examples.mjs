// The three examples: what dumbo is for, and what its first run costs.
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { Failure, run } from "./processes.mjs";
import { median, ms } from "./statistics.mjs";
import { interleave, Subject } from "./subject.mjs";

const EXAMPLES = [
  { name: "site", script: "build.ts", generate: "generate.ts", assumes: true },
  { name: "analytics", script: "main.ts", generate: "generate.ts", assumes: false },
  { name: "legacy", script: "minify.cjs", generate: null, assumes: true },
];

const FASTER = { text: "at least 10 times faster", met: ({ ratio }) => ratio >= 10 };
const COLD = { text: "at most 1.10", met: ({ ratio }) => ratio <= 1.1 };

export const rows = [
  ...EXAMPLES.map((example) => ({
    what: `${example.name}, warm`,
    bar: FASTER,
    measure: (context) => measureWarm(context, example, false),
  })),
  ...EXAMPLES.map((example) => ({
    what: `${example.name}, cold`,
    bar: COLD,
    measure: (context) => measureCold(context, example),
  })),
  ...EXAMPLES.filter(({ assumes }) => assumes).map((example) => ({
    what: `${example.name}, warm, without its assumePure list`,
    bar: null,
    measure: (context) => measureWarm(context, example, true),
  })),
];

/** How many times faster a warm run is. */
async function measureWarm(context, example, strict) {
  const subject = await subjectOf(context, example, strict);
  await subject.settle();
  const [bare, warm] = await interleave(
    context.reps,
    () => subject.bare(),
    () => subject.dumbo(),
  );
  const { hits, misses } = subject.counters ?? { hits: 0, misses: 0 };
  // Without the list it is a result that dumbo refuses what it cannot vouch for; with it, it would be none.
  if (hits === 0 && !strict) throw new Failure(`no hits: ${reasons(subject.counters)}`);
  return {
    ratios: bare.map((time, index) => time / warm[index]),
    detail: `${ms(median(bare))} bare, ${ms(median(warm))} warm, ${hits} hits, ${misses} misses${tsx(context, example)}`,
    samples: { bare, warm },
  };
}

/** How much longer a first run takes. */
async function measureCold(context, example) {
  const subject = await subjectOf(context, example, false);
  await subject.bare();
  await subject.cold();
  const [bare, cold] = await interleave(
    context.reps,
    () => subject.bare(),
    () => subject.cold(),
  );
  return {
    ratios: cold.map((time, index) => time / bare[index]),
    detail: `${ms(median(bare))} bare, ${ms(median(cold))} cold, ${subject.counters?.misses} misses${tsx(context, example)}`,
    samples: { bare, cold },
  };
}

/** A copy of an example with its data, in a project of its own. */
async function subjectOf(context, { name, script, generate }, strict) {
  const { root, node, temp } = context;
  const cwd = mkdtempSync(join(temp, `${name}-`));
  const isSource = (path) => !/[/\\](node_modules|out|data)$/.test(path);
  cpSync(join(root, "examples", name), cwd, { recursive: true, filter: isSource });
  symlinkSync(join(root, "node_modules"), join(cwd, "node_modules"), "junction");
  if (strict) rmSync(join(cwd, "assumePure.json"));
  if (generate) {
    const flags = node.stripsTypes ? [] : ["--import", "tsx"];
    await run({ node: node.path, args: [...flags, generate], cwd, output: join(temp, "generate") });
  }
  const out = join(cwd, "out");
  return new Subject(context, { cwd, script, args: ["--out", out], out });
}

function tsx({ node }, { script }) {
  return node.stripsTypes || !script.endsWith(".ts") ? "" : "; bare is `--import tsx`";
}

function reasons(counters) {
  const refused = Object.entries(counters?.refused ?? {});
  return refused.length === 0 ? "nothing was asked for" : refused.map(([name, text]) => `${name} ${text}`).join("; ");
}
