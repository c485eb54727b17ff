import { OutOfStock, Warehouse } from "./warehouse.mjs";

export function simulate(days, skus) {
  const warehouse = new Warehouse();
  const counts = new Map();
  warehouse.on(({ type }) => counts.set(type, (counts.get(type) ?? 0) + 1));
  const log = [];
  let seed = 42;
  const random = (n) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * n);
  };
  let order = 0;
  for (let day = 1; day <= days; day++) {
    for (let delivery = 0; delivery < 30; delivery++) warehouse.receive(`sku-${random(skus)}`, 5 + random(30));
    for (let customer = 0; customer < 60; customer++) {
      order++;
      for (let line = 0; line < 1 + random(4); line++) {
        try {
          warehouse.reserve(order, `sku-${random(skus)}`, 1 + random(6));
        } catch (error) {
          if (!(error instanceof OutOfStock)) throw error;
          warehouse.refused++;
        }
      }
      warehouse.ship(order);
    }
    if (day % 30 === 0) log.push({ day, revenue: warehouse.revenue, refused: warehouse.refused });
  }
  return { log, counts: Object.fromEntries(counts), top: warehouse.turnover().slice(0, 8) };
}
