// Runs the programs of a batch one after another: `node run.mjs RESULTS FOLDER...`. What each one logs goes to a file.
import { writeFileSync } from "node:fs";
import { current } from "./emit.mjs";
import { makePrinter } from "./printer.mjs";

const [results, ...folders] = process.argv.slice(2);
const all = {};

// When one is told of them depends on the order of microtasks, which is not part of the comparison.
process.on("unhandledRejection", () => {});

for (const folder of folders) {
  const lines = [];
  const print = makePrinter();
  const log = (label, value) => {
    lines.push(`${label}: ${print(value)}`);
  };
  current.log = log;
  try {
    const { main } = await import(`./${folder}/main.mjs`);
    await main(log, (label, calls) => turns(log, label, calls));
  } catch (error) {
    log("stopped", error);
  }
  // What is left to promises comes first.
  await new Promise((resolve) => setImmediate(resolve));
  current.log = null;
  all[folder] = lines;
}

writeFileSync(results, JSON.stringify(all));

/** Makes calls one after another, and logs on which turn of the microtask queue each of them comes back. */
async function turns(log, label, calls) {
  let turn = 0;
  let isOver = false;
  const resolved = Promise.resolve();
  const beat = () => {
    turn++;
    if (!isOver && turn < 500) resolved.then(beat);
  };
  resolved.then(beat);
  const settle = (number) => (value) => log(`${label}: call ${number}, turn ${turn}`, value);
  await Promise.all(calls.map((call, number) => call().then(settle(number), settle(number))));
  isOver = true;
}
