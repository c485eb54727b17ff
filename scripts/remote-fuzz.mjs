// Tampers with records of every form that travels between machines, and lets them in as a shared cache does: each must be a miss
// or a well-formed value. A crash of V8 ends the process, and names the seed.
//   node --import tsx scripts/remote-fuzz.mjs [--rounds 1000000] [--seed N]
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { draws, mutant, shown, taken } from "../test/support/record-mutants.ts";

const flag = (name, usual) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? usual : Number(process.argv[at + 1]);
};
const rounds = flag("rounds", 1_000_000);
const first = flag("seed", Date.now() % 2 ** 31);
const PER_PROCESS = 50_000;

if (process.argv.includes("--child")) runChild();
else runAll();

function runAll() {
  const counts = { miss: 0, value: 0 };
  console.log(`seed ${first}`);
  for (let done = 0; done < rounds; done += PER_PROCESS) {
    const seed = first + done;
    const count = Math.min(PER_PROCESS, rounds - done);
    const args = [
      "--import",
      "tsx",
      fileURLToPath(import.meta.url),
      "--child",
      "--rounds",
      `${count}`,
      "--seed",
      `${seed}`,
    ];
    const { stdout, stderr, status, signal } = spawnSync(process.execPath, args, { encoding: "utf8" });
    if (status !== 0) {
      console.error(`seed ${seed}, ${count} rounds: ended by ${signal ?? status}\n${stdout}${stderr}`);
      process.exit(1);
    }
    const { miss, value } = JSON.parse(stdout);
    counts.miss += miss;
    counts.value += value;
  }
  console.log(`${rounds} records: ${counts.miss} misses, ${counts.value} well-formed values, nothing else`);
}

function runChild() {
  const draw = draws(first);
  const counts = { miss: 0, value: 0 };
  for (let round = 0; round < rounds; round++) {
    const sample = mutant(draw);
    try {
      counts[taken(sample)]++;
    } catch (error) {
      console.error(`${shown(sample)}\n${/** @type {Error} */ (error).stack}`);
      process.exit(1);
    }
  }
  console.log(JSON.stringify(counts));
}
