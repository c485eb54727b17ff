// Times two variants of one function in turn: node guard-child.mjs FOLDER FIRST SECOND (see guard.mjs)
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

const [folder, ...order] = process.argv.slice(2);
const variants = [];
for (const name of order) {
  const { loop } = await import(pathToFileURL(`${folder}/${name}-loop.mjs`).href);
  variants.push({ name, loop, ns: [] });
}

const calls = warmUp();
for (let block = 0; block < BLOCKS; block++) {
  for (const variant of variants) variant.ns.push((time(variant.loop, calls) * 1e6) / calls);
}
const [bare, guarded] = ["bare", "guarded"].map((name) => variants.find((variant) => variant.name === name).ns);
const ratio = median(guarded.map((ns, block) => ns / bare[block]));
console.log(JSON.stringify({ ratio, bare: median(bare), guarded: median(guarded) }));

/** Until both are compiled for good, and it is known how many calls make a block. */
function warmUp() {
  let count = 1000;
  for (let quick = true; quick; ) {
    count *= 2;
    quick = Math.min(...variants.map(({ loop }) => time(loop, count))) < BLOCK_MS;
  }
  for (let round = 0; round < 10; round++) for (const { loop } of variants) loop(count);
  return count;
}

function time(loop, count) {
  const started = performance.now();
  loop(count);
  return performance.now() - started;
}
