// Times variants of one function in turn: node child.mjs (VARIANT LOOP)... in the project that guard.mjs writes
import { median } from "./statistics.mjs";

const BLOCK_MS = 8;
const BLOCKS = 60;

const names = process.argv.slice(2);
const variants = [];
for (let index = 0; index < names.length; index += 2) {
  const { measured } = await import(`./${names[index]}.mjs`);
  const { loop } = await import(`./${names[index + 1]}.mjs`);
  variants.push({ name: names[index], loop: (count) => loop(measured, count), ns: [] });
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
