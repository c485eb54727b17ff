export const parse = (text) =>
  text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

export function total({ items, coupon }) {
  const sum = items.reduce((cents, { count, cents: each }) => cents + count * each, 0);
  const percent = coupon ? Number(coupon.slice(4)) : 0;
  return Math.round(sum * (1 - percent / 100));
}

export function groupBy(list, keyOf) {
  const groups = {};
  for (const item of list) {
    const key = keyOf(item);
    groups[key] ??= [];
    groups[key].push(item);
  }
  return groups;
}

export function quantile(sorted, q) {
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  return sorted[low] + (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]) * (at - low);
}

export function byCustomer(orders) {
  return Object.entries(groupBy(orders, ({ customer }) => customer))
    .map(([customer, list]) => ({
      customer,
      orders: list.length,
      cents: list.reduce((sum, order) => sum + total(order), 0),
    }))
    .sort((a, b) => b.cents - a.cents || a.customer.localeCompare(b.customer));
}

export function perHour(orders) {
  const hours = new Array(24).fill(0);
  for (const { at } of orders) hours[new Date(at).getUTCHours()]++;
  return hours;
}

export function pairs(orders) {
  const counts = new Map();
  for (const { items } of orders) {
    const skus = [...new Set(items.map(({ sku }) => sku))].sort();
    for (let i = 0; i < skus.length; i++) {
      for (let j = i + 1; j < skus.length; j++) {
        const pair = `${skus[i]}+${skus[j]}`;
        counts.set(pair, (counts.get(pair) ?? 0) + 1);
      }
    }
  }
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, 5);
}
