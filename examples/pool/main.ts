// Compares each text in data/ with each other and prints which have copied. What is not known yet is computed in a pool of threads.

import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { Piscina } from "piscina";
import { comparePair, type Match, type Pair } from "./compare.ts";

/** Texts that have more of each other are named. */
const SUSPICIOUS = 20;

function pairsOf(paths: string[]): Pair[] {
  return paths.flatMap((first, index) => paths.slice(index + 1).map((second) => ({ first, second })));
}

function describe({ first, second }: Pair, { share, passage }: Match): string {
  const words = passage.split(" ");
  const names = `${basename(first)} and ${basename(second)}`;
  return `${names}: ${Math.round(100 * share)} % in the same order, ${words.length} words in a row: ${words.slice(0, 4).join(" ")} ...`;
}

/** Starts threads only if there is something to compute for them. */
async function compareAll(pairs: Pair[]): Promise<Match[]> {
  const unknown = pairs.filter((pair) => !comparePair.wouldHit(pair));
  console.error(`${unknown.length} of ${pairs.length} pairs are compared now`);
  if (unknown.length === 0) return pairs.map((pair) => comparePair(pair));
  const pool = new Piscina<Pair, Match>({ filename: new URL("./compare.ts", import.meta.url).href });
  const isUnknown = new Set(unknown);
  const matches = await Promise.all(pairs.map((pair) => (isUnknown.has(pair) ? pool.run(pair) : comparePair(pair))));
  await pool.close();
  return matches;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { data: { type: "string", default: join(import.meta.dirname, "data") } },
  });

  const names = readdirSync(values.data).filter((name) => name.endsWith(".txt"));
  const pairs = pairsOf(names.sort().map((name) => join(values.data, name)));
  const matches = await compareAll(pairs);
  console.log(`compared ${pairs.length} pairs of ${names.length} texts`);
  for (const [index, match] of matches.entries()) {
    if (match.passage.split(" ").length > SUSPICIOUS) console.log(describe(pairs[index], match));
  }
}

await main();
