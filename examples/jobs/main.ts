// Reads portfolios.json and prints what a year may bring: each portfolio alone, then those of each desk together.

import { readFileSync } from "node:fs";
import { Steps } from "./queue.ts";
import { combine, type Outlook, type Portfolio, simulate } from "./steps.ts";

const DRAWS = Number(process.env.DRAWS ?? 4000);

function describe({ name, mean, worst }: Outlook): string {
  return `${name.padEnd(20)} ${String(mean).padStart(8)} ${String(worst).padStart(8)}`;
}

async function main(): Promise<void> {
  const file = new URL("./portfolios.json", import.meta.url);
  const portfolios = JSON.parse(readFileSync(file, "utf8")) as Portfolio[];
  const desks = [...new Set(portfolios.map(({ desk }) => desk))];
  const steps = new Steps();

  const alone = await Promise.all(portfolios.map((portfolio) => steps.call(simulate, portfolio, DRAWS)));
  const together = await Promise.all(
    desks.map((desk) => {
      const parts = alone.filter((_, index) => portfolios[index].desk === desk);
      return steps.call(combine, desk, parts, 1000 * DRAWS);
    }),
  );
  await steps.close();

  console.log(`${"".padEnd(20)} ${"mean".padStart(8)} ${"worst".padStart(8)}`);
  for (const outlook of [...alone, ...together]) console.log(describe(outlook));
  console.error(`${steps.jobs} of ${portfolios.length + desks.length} steps were jobs`);
}

await main();
