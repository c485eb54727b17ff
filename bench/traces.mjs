// What looking outside costs: the taps while no call is recorded, and asking again what a cached call has read.
import { mkdirSync, mkdtempSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure, run } from "./processes.mjs";
import { median, ms } from "./statistics.mjs";
import { interleave } from "./subject.mjs";

const FILES = 1000;

/** Reads small files and the clock, and has nothing to cache. Says what that took, without the start of Node. */
const OPEN = `
  import { readFileSync } from "node:fs";
  const before = process.hrtime.bigint();
  let sum = 0;
  for (let i = 0; i < 20_000; i++) sum += readFileSync("files/" + (i % 100)).length;
  for (let i = 0; i < 1e7; i++) sum += Date.now() & 1;
  console.log(sum > 0 ? Number(process.hrtime.bigint() - before) / 1e6 : 0);
`;

/** One call that depends on all files, made twice: what the second takes is its key and the asking. */
const VERIFY = `
  import { readFileSync } from "node:fs";
  function all(count) {
    let length = 0;
    for (let i = 0; i < count; i++) length += readFileSync("files/" + i, "utf8").length;
    return length;
  }
  all(${FILES});
  const times = [];
  for (let i = 0; i < 20; i++) {
    const before = process.hrtime.bigint();
    all(${FILES});
    times.push(Number(process.hrtime.bigint() - before) / 1e6);
  }
  console.log(JSON.stringify(times));
`;

export const rows = [
  {
    what: "taps: 20,000 files read, the clock 10^7 times",
    bar: { text: "at most 1.02", met: ({ ratio }) => ratio <= 1.02 },
    measure: measureTaps,
  },
  {
    what: `${FILES} unchanged files asked again, against reading them`,
    bar: { text: "under 15 ms", met: ({ added }) => added < 15 },
    measure: measureVerify,
  },
];

async function measureTaps(context) {
  const cwd = programIn(context, OPEN, 100);
  const env = { DUMBO_DIR: join(cwd, "cache") };
  const output = join(context.temp, "taps");
  const timeOf = async (flags) => {
    const { stdout } = await run({ node: context.node.path, args: [...flags, "main.mjs"], cwd, env, output });
    return Number(stdout);
  };
  const [bare, dumbo] = await interleave(
    context.reps,
    () => timeOf([]),
    () => timeOf(["--import", context.dumbo]),
  );
  return {
    ratios: bare.map((time, index) => dumbo[index] / time),
    detail: `${ms(median(bare))} bare, ${ms(median(dumbo))} with dumbo`,
    samples: { bare, dumbo },
  };
}

async function measureVerify(context) {
  const cwd = programIn(context, VERIFY, FILES);
  const env = { DUMBO_DIR: join(cwd, "cache"), DUMBO_POLICY: "always" };
  const output = join(context.temp, "verify");
  const timesOf = async (flags) => {
    const { stdout } = await run({ node: context.node.path, args: [...flags, "main.mjs"], cwd, env, output });
    return median(JSON.parse(stdout).sort((a, b) => a - b));
  };
  const bare = await timesOf([]);
  // The first run records, the second learns the signs of files that were young then.
  for (let i = 0; i < 2; i++) await timesOf(["--import", context.dumbo]);
  const asked = [];
  for (let i = 0; i < context.reps; i++) asked.push(await timesOf(["--import", context.dumbo]));
  if (asked.length === 0) throw new Failure("nothing was measured");
  return {
    ratios: asked.map((time) => time / bare),
    added: median(asked),
    detail: `${ms(bare)} bare, ${ms(median(asked))} asked again`,
    samples: { asked },
  };
}

/** A program with so many small files that were last changed a while ago. */
function programIn({ temp }, source, files) {
  const cwd = mkdtempSync(join(temp, "traces-"));
  mkdirSync(join(cwd, "files"));
  const long = new Date(Date.now() - 1e7);
  for (let i = 0; i < files; i++) {
    writeFileSync(join(cwd, "files", String(i)), `file ${i}\n`.repeat(20));
    utimesSync(join(cwd, "files", String(i)), long, long);
  }
  writeFileSync(join(cwd, "main.mjs"), source);
  writeFileSync(join(cwd, "package.json"), "{}");
  return cwd;
}
