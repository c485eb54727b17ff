import { readdir, readFile } from "node:fs/promises";
import { diskCache } from "../disk-cache.mjs";
import { byCustomer, pairs, parse, perHour, quantile, total } from "./report.mjs";

const cached = diskCache(new URL("report.mjs", import.meta.url));
const names = (await readdir("data")).sort();
for (const name of names) {
  const text = await readFile(`data/${name}`, "utf8");
  const { length, median, high, first, second, hours, best } = cached("month", text, () => {
    const orders = parse(text);
    const totals = orders.map(total).sort((a, b) => a - b);
    const [first, second] = byCustomer(orders);
    const [median, high] = [quantile(totals, 0.5), quantile(totals, 0.95)];
    return { length: orders.length, median, high, first, second, hours: perHour(orders), best: pairs(orders) };
  });
  console.log(`## ${name}: ${length} orders`);
  console.log(`median ${median}, 95 %: ${high.toFixed(1)}`);
  console.log(`best: ${first.customer} ${first.cents}, ${second.customer} ${second.cents}`);
  console.log(`busiest hour: ${hours.indexOf(Math.max(...hours))}`);
  console.log(best.map(([pair, count]) => `${pair} ${count}`).join(", "));
}
