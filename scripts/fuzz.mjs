// `npm run fuzz -- --runs N [--seed S] [--node PATH] [--jobs N] [--batch N] [--chance SEED]`: generated programs, bare
// against dumbo; with --chance, under a policy that answers at random.
// `npm run fuzz -- --mutants [NAME]`: whether broken dumbos are found out. Expects dist/ to be built; runs under tsx.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { campaign, provesNothing } from "../test/program/fuzz/campaign.ts";
import { renderEdited } from "../test/program/fuzz/edits.ts";
import { minimise } from "../test/program/fuzz/minimise.ts";
import { render } from "../test/program/fuzz/render.ts";
import { buildMutant, mutants } from "./mutants.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const { values, positionals } = parseArgs({
  options: {
    runs: { type: "string", default: "1000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    node: { type: "string", default: process.execPath },
    jobs: { type: "string", default: "1" },
    batch: { type: "string", default: "400" },
    chance: { type: "string" },
    bundle: { type: "string", default: join(root, "dist/auto.cjs") },
    mutants: { type: "boolean", default: false },
  },
  allowPositionals: true,
});
const { node, bundle, chance } = values;
const [runs, seed, jobs, batchSize] = [values.runs, values.seed, values.jobs, values.batch].map(Number);

process.exit((values.mutants ? await tryMutants() : await fuzz()) ? 0 : 1);

async function fuzz() {
  console.log(`seed ${seed}, ${runs} programs, ${node}`);
  const subject = { node, bundle, ...(chance !== undefined && { chance }) };
  const onBatch = ({ totals, failures }) => {
    console.log(`${new Date().toTimeString().slice(0, 8)}  ${line(totals)}, ${failures.length} differences`);
    return failures.length === 0;
  };
  const { totals, failures } = await campaign({ runs, seed, batchSize, jobs, subject, onBatch });
  const [failure] = failures;
  if (failure) {
    await report(failure, subject);
    return false;
  }
  if (provesNothing(totals)) {
    console.log("too few programs had hits: this proves nothing");
    return false;
  }
  console.log("no difference");
  return true;
}

async function report({ seed, batch, difference }, subject) {
  const { index, run, expected, actual } = difference;
  console.log(`program ${index} of seed ${seed}, ${run}:\n  bare  ${expected}\n  dumbo ${actual}\nshrinking ...`);
  const smallest = await minimise(batch[index], subject, (size) => process.stdout.write(`${size} `));
  const spec = smallest ?? batch[index];
  if (smallest === null) console.log("alone it does not differ: it needs the programs of its batch");
  const folder = join(root, ".tmp/fuzz", `${seed}-${index}`);
  for (const [version, renderer] of Object.entries({ before: render, after: renderEdited })) {
    for (const [path, text] of Object.entries(renderer(spec, "_0"))) {
      const file = join(folder, version, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      console.log(`\n--- ${version}/${path}\n${text}`);
    }
  }
  console.log(`written to ${folder}`);
}

/** Broken dumbos have to be found out within a thousand programs. */
async function tryMutants() {
  let isGood = true;
  const wanted = mutants.filter(
    ({ name }) => positionals.length === 0 || positionals.some((one) => name.includes(one)),
  );
  if (wanted.length === 0) throw new Error(`no mutant is called ${positionals.join(" or ")}`);
  for (const mutant of wanted) {
    const file = await buildMutant(mutant, join(root, ".tmp/mutants"));
    if (!existsSync(file)) throw new Error(`${mutant.name} was not built`);
    const subject = { node, bundle: file };
    const onBatch = ({ failures }) => failures.length === 0;
    const { totals, failures } = await campaign({ runs: 1000, seed, batchSize: 200, jobs, subject, onBatch });
    const found = failures.length > 0 ? `found ${failures.length} times in ${totals.programs} programs` : "NOT FOUND";
    console.log(`${mutant.name.padEnd(50)} ${found}`);
    if (failures.length === 0) isGood = false;
  }
  return isGood;
}

function line({ programs, withHits, hits }) {
  return `${programs} programs, ${((100 * withHits) / Math.max(1, programs)).toFixed(1)} % with hits, ${hits} hits`;
}
