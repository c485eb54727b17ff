// Times two variants of one function in turn: node guard-child.mjs FOLDER (VARIANT LOOP)... (see guard.mjs)
import { pathToFileURL } from "node:url";
import { median } from "./statistics.mjs";

/** Calls after which dumbo switches off a guard that never pays. */
const CALLS_WITH_GUARD = 8;
const BLOCK_MS = 8;
const BLOCKS = 60;

// In place of dumbo: each guard answers no a few times and is then switched off, as a cheap function's is.
globalThis[Symbol.for("dumbo")] = (_id, _url, guards, _get, set) => {
  for (const index of guards) {
    let calls = 0;
    set(index, (_self, ..._args) => {
      if (++calls === CALLS_WITH_GUARD) set(index, undefined);
      return false;
    });
  }
  return { value: undefined };
};

const [folder, ...names] = process.argv.slice(2);
const variants = [];
for (let index = 0; index < names.length; index += 2) {
  const [name, loopName] = names.slice(index, index + 2);
  const { measured } = await load(name);
  const { loop } = await load(loopName);
  variants.push({ name, loop: (count) => loop(measured, count), ns: [] });
}

const calls = warmUp();
for (let block = 0; block < BLOCKS; block++) {
  for (const variant of variants) variant.ns.push((time(variant.loop, calls) * 1e6) / calls);
}
const [bare, guarded] = ["bare", "guarded"].map((name) => variants.find((variant) => variant.name === name).ns);
const ratio = median(guarded.map((ns, block) => ns / bare[block]));
console.log(JSON.stringify({ ratio, bare: median(bare), guarded: median(guarded) }));

function load(name) {
  return import(pathToFileURL(`${folder}/${name}.mjs`).href);
}

/** Until both are compiled for good, and it is known how many calls make a block. */
function warmUp() {
  // Many short runs: a loop that is compiled while it runs may stay with half-optimised code.
  for (let round = 0; round < 20_000; round++) for (const { loop } of variants) loop(100);
  let count = 1000;
  while (Math.min(...variants.map(({ loop }) => time(loop, count))) < BLOCK_MS) count *= 2;
  for (let round = 0; round < 10; round++) for (const { loop } of variants) loop(count);
  return count;
}

/** Processor time: what others do on the machine meanwhile is no part of it. */
function time(loop, count) {
  const before = process.cpuUsage();
  loop(count);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
