export const money = (value) =>
  value.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 }).padStart(15);

export function printReport({ months, table, best, levels }) {
  console.log("Revenue by month");
  for (const { month, orders, revenue } of months)
    console.log(`${month} ${String(orders).padStart(6)} ${money(revenue)}`);
  console.log("\nBy region and product");
  for (const region of Object.keys(table).sort()) {
    for (const product of Object.keys(table[region]).sort()) {
      console.log(`${region.padEnd(8)} ${product.padEnd(12)} ${money(table[region][product])}`);
    }
  }
  console.log("\nBest customers");
  for (const { customer, revenue, orders, meanGap } of best) {
    console.log(`${customer.padEnd(6)} ${money(revenue)} ${orders} orders, every ${meanGap.toFixed(1)} days`);
  }
  console.log(`\nOrder values: ${levels.map((value) => value.toFixed(2)).join(" / ")}`);
}
