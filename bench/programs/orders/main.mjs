import { readdir, readFile } from "node:fs/promises";
import { byCustomer, pairs, parse, perHour, quantile, total } from "./report.mjs";

const names = (await readdir("data")).sort();
for (const name of names) {
  const orders = parse(await readFile(`data/${name}`, "utf8"));
  const totals = orders.map(total).sort((a, b) => a - b);
  const [first, second] = byCustomer(orders);
  const hours = perHour(orders);
  console.log(`## ${name}: ${orders.length} orders`);
  console.log(`median ${quantile(totals, 0.5)}, 95 %: ${quantile(totals, 0.95).toFixed(1)}`);
  console.log(`best: ${first.customer} ${first.cents}, ${second.customer} ${second.cents}`);
  console.log(`busiest hour: ${hours.indexOf(Math.max(...hours))}`);
  console.log(
    pairs(orders)
      .map(([pair, count]) => `${pair} ${count}`)
      .join(", "),
  );
}
