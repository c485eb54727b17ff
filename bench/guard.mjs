// What is left of a guard that was switched off, in one process: a function bare against the same one rewritten. It is
// dumbo itself that rewrites it, asks its guard and gives it up, because what V8 has seen a guard do stays in the code
// that it compiles afterwards.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Failure, run } from "./processes.mjs";
import { median } from "./statistics.mjs";

/** More calls than dumbo asks for before it gives up; a guard that asks for more was not switched off. */
const CALLS_ASKED = 5000;
const BAR = { text: "at most 1.05", met: ({ ratio }) => ratio <= 1.05 };

/** The helpers have neither a call nor a loop and so no guard: there is exactly one guard in each measured call. */
const BODIES = [
  {
    name: "hot function of about 50 ns",
    bar: BAR,
    length: 56,
    source: `const step = (hash, value) => ((hash << 5) - hash + value) | 0;
export function measured(seed, length) {
  let hash = seed | 0;
  for (let index = 0; index < length; index++) hash = step(hash, index) ^ (hash >>> 15);
  return hash;
}
`,
  },
  {
    name: "hot function of about 50 ns that returns a fraction",
    bar: BAR,
    length: 52,
    source: `const blend = (value, index) => value * 0.75 + index;
export function measured(seed, length) {
  let value = seed;
  for (let index = 0; index < length; index++) value = blend(value, index);
  return value;
}
`,
  },
  {
    name: "function of about 5 ns",
    bar: null,
    length: 56,
    source: `const step = (hash, value) => ((hash << 5) - hash + value) | 0;
export function measured(seed, length) {
  return step(step(seed | 0, length | 0), Math.max(seed, length));
}
`,
  },
];

// V8 takes a body into its caller where a call site has seen one function only; elsewhere it is really called.
export const rows = ["inlined", "called"].flatMap((how) =>
  BODIES.map((body) => ({
    what: `guard switched off, ${body.name}, ${how}`,
    bar: body.bar,
    measure: (context) => measure(context, body, how),
  })),
);

async function measure(context, body, how) {
  const folder = mkdtempSync(join(context.temp, "guard-"));
  const loops = writeProject(folder, body, how);
  const log = join(folder, "log");
  const env = { DUMBO_DIR: join(folder, "cache"), DUMBO_LOG: log };
  const samples = [];
  for (let count = 0; count < context.reps; count++) {
    // Without what earlier runs learned, or the guard would be left out altogether.
    rmSync(env.DUMBO_DIR, { recursive: true, force: true });
    rmSync(log, { force: true });
    const order = count % 2 === 0 ? ["bare", "guarded"] : ["guarded", "bare"];
    const args = ["--import", context.dumbo, "child.mjs", ...order.flatMap((variant) => [variant, loops[variant]])];
    const { stdout } = await run({ node: context.node.path, args, cwd: folder, env, output: join(folder, "last") });
    const counted = Object.entries(JSON.parse(readFileSync(log, "utf8")).functions);
    const { calls, hits } = counted.find(([key]) => key.endsWith(" measured"))?.[1] ?? { calls: 0, hits: 0 };
    if (calls === 0) throw new Failure("the function had no guard");
    if (calls > CALLS_ASKED) throw new Failure(`the guard was not switched off: ${calls} calls, ${hits} hits`);
    samples.push(JSON.parse(stdout));
  }
  const ns = (variant) => median(samples.map((sample) => sample[variant])).toFixed(1);
  return {
    ratios: samples.map(({ ratio }) => ratio),
    detail: `${ns("bare")} ns a call bare, ${ns("guarded")} ns with its guard`,
    samples,
  };
}

/** A project of which dumbo rewrites one file. Answers which loop calls which variant. */
function writeProject(folder, { source, length }, how) {
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }\n');
  writeFileSync(join(folder, "dumbo.config.json"), '{ "include": ["guarded.mjs"] }\n');
  for (const [from, to] of [
    ["guard-child.mjs", "child.mjs"],
    ["statistics.mjs", "statistics.mjs"],
  ]) {
    cpSync(fileURLToPath(new URL(from, import.meta.url)), join(folder, to));
  }
  const loops = {};
  for (const variant of ["bare", "guarded"]) {
    writeFileSync(join(folder, `${variant}.mjs`), source);
    // Code in two files is two functions to V8, each with call sites of its own.
    loops[variant] = how === "inlined" ? `loop-${variant}` : "loop";
    writeFileSync(
      join(folder, `${loops[variant]}.mjs`),
      `export function loop(measured, calls) {
  let sum = 0;
  for (let call = 0; call < calls; call++) sum += measured(call, ${length});
  return sum;
}
`,
    );
  }
  return loops;
}
