export function toOrders(records) {
  return records.map((record) => ({
    id: Number(record.id),
    month: record.date.slice(0, 7),
    date: new Date(record.date),
    region: record.region,
    product: record.product,
    customer: record.customer,
    total: Number(record.quantity) * Number(record.price),
  }));
}

function groupBy(list, keyOf) {
  const groups = new Map();
  for (const item of list) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

const sum = (list) => list.reduce((total, { total: value }) => total + value, 0);

export function byMonth(orders) {
  return [...groupBy(orders, (order) => order.month)]
    .map(([month, group]) => ({ month, orders: group.length, revenue: sum(group) }))
    .sort((a, b) => a.month.localeCompare(b.month));
}

export function byRegionAndProduct(orders) {
  const table = {};
  for (const [region, inRegion] of groupBy(orders, (order) => order.region)) {
    table[region] = {};
    for (const [product, group] of groupBy(inRegion, (order) => order.product)) table[region][product] = sum(group);
  }
  return table;
}

export function bestCustomers(orders, count) {
  return [...groupBy(orders, (order) => order.customer)]
    .map(([customer, group]) => {
      const sorted = [...group].sort((a, b) => a.date - b.date);
      const gaps = sorted.slice(1).map((order, index) => (order.date - sorted[index].date) / 86400000);
      return {
        customer,
        revenue: sum(group),
        orders: group.length,
        meanGap: gaps.reduce((a, b) => a + b, 0) / gaps.length,
      };
    })
    .sort((a, b) => b.revenue - a.revenue)
    .slice(0, count);
}

export function percentiles(orders, levels) {
  const totals = orders.map((order) => order.total).sort((a, b) => a - b);
  return levels.map((level) => totals[Math.floor((totals.length - 1) * level)]);
}
