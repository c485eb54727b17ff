// What is left of a guard that was switched off, in one process: a function bare against the same one rewritten.
import { mkdtempSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Failure, run } from "./processes.mjs";
import { median } from "./statistics.mjs";

/** The helper has neither a call nor a loop and so no guard: there is exactly one guard in each measured call. */
const HELPER = "const step = (hash, value) => ((hash << 5) - hash + value) | 0;";
const SOURCES = {
  hot: `${HELPER}
export function measured(seed, length) {
  let hash = seed | 0;
  for (let index = 0; index < length; index++) hash = step(hash, index) ^ (hash >>> 15);
  return hash;
}
`,
  tiny: `${HELPER}
export function measured(seed, length) {
  const first = step(seed | 0, length | 0);
  return step(first, seed | 0) ^ first;
}
`,
};

const BAR = { text: "at most 1.05", met: ({ ratio }) => ratio <= 1.05 };

// V8 takes a body into its caller where a call site has seen one function only; elsewhere it is really called.
export const rows = ["inlined", "called"].flatMap((how) => [
  {
    what: `guard switched off, hot function of about 50 ns, ${how}`,
    bar: BAR,
    measure: (context) => measure(context, "hot", how),
  },
  {
    what: `guard switched off, function of about 5 ns, ${how}`,
    bar: null,
    measure: (context) => measure(context, "tiny", how),
  },
]);

const LOOP = `export function loop(measured, calls) {
  let sum = 0;
  for (let call = 0; call < calls; call++) sum = (sum + measured(call, 56)) | 0;
  return sum;
}
`;

async function measure(context, name, how) {
  const { transform } = createRequire(import.meta.url)(join(context.dist, "transforming.cjs"));
  const folder = mkdtempSync(join(context.temp, "guard-"));
  const source = SOURCES[name];
  const options = { scope: "user", assumed: [], assumedBuiltins: [], kind: "module", sourceMap: false };
  const rewritten = transform(source, "0".repeat(32), options);
  if (rewritten.manifest?.sites.length !== 1) throw new Failure("the function did not get its guard");
  const loops = {};
  for (const [variant, code] of [
    ["bare", source],
    ["guarded", rewritten.code],
  ]) {
    writeFileSync(join(folder, `${variant}.mjs`), code);
    // Code in two files is two functions to V8, each with call sites of its own.
    const loop = how === "inlined" ? `loop-${variant}` : "loop";
    writeFileSync(join(folder, `${loop}.mjs`), LOOP);
    loops[variant] = loop;
  }

  const child = fileURLToPath(new URL("guard-child.mjs", import.meta.url));
  const samples = [];
  for (let count = 0; count < context.reps; count++) {
    const order = count % 2 === 0 ? ["bare", "guarded"] : ["guarded", "bare"];
    const args = [child, folder, ...order.flatMap((variant) => [variant, loops[variant]])];
    const { stdout } = await run({ node: context.node.path, args, cwd: folder, output: join(folder, "last") });
    samples.push(JSON.parse(stdout));
  }
  const ns = (variant) => median(samples.map((sample) => sample[variant])).toFixed(1);
  return {
    ratios: samples.map(({ ratio }) => ratio),
    detail: `${ns("bare")} ns a call bare, ${ns("guarded")} ns with its guard`,
    samples,
  };
}
