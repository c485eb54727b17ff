import type { Orders } from "./orders.ts";
import { createRandom } from "./random.ts";
import { correlation, Histogram, percentile, RunningStats } from "./stats.ts";

export interface GroupRow {
  name: string;
  orders: number;
  revenue: number;
  meanOrder: number;
  deviation: number;
}

export interface Distribution {
  name: string;
  mean: number;
  /** 95 % of resampled means lie between these two. */
  meanRange: [number, number];
  percentiles: [share: number, value: number][];
  histogram: number[];
}

export interface Summary {
  byCity: GroupRow[];
  byCategory: GroupRow[];
  byMonth: GroupRow[];
  byWeekday: GroupRow[];
  distributions: Distribution[];
  correlations: { names: string[]; matrix: number[][] };
}

const shares = [0.05, 0.25, 0.5, 0.75, 0.95, 0.99];
const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** Revenue by groups, distributions of the columns and how they depend on each other. */
export function summarize(orders: Orders, resamples: number): Summary {
  const revenue = Float64Array.from(orders.cents, (cents, row) => (cents * (orders.quantity[row] as number)) / 100);
  const columns = {
    revenue,
    price: Float64Array.from(orders.cents, (cents) => cents / 100),
    quantity: orders.quantity,
    age: orders.age,
    distance: Float64Array.from(orders.x, (x, row) => Math.hypot(x, orders.y[row] as number)),
  };
  const date = (row: number): Date => new Date((orders.day[row] as number) * 86_400_000);

  return {
    byCity: groupRevenue(revenue, (row) => orders.cities[orders.city[row] as number] as string),
    byCategory: groupRevenue(revenue, (row) => orders.categories[orders.category[row] as number] as string),
    byMonth: groupRevenue(revenue, (row) => date(row).toISOString().slice(0, 7)),
    byWeekday: groupRevenue(revenue, (row) => weekdays[date(row).getUTCDay()] as string),
    distributions: Object.entries(columns).map(([name, values]) => describe(name, values, resamples)),
    correlations: correlate(columns),
  };
}

function groupRevenue(revenue: Float64Array, nameOf: (row: number) => string): GroupRow[] {
  const groups = new Map<string, RunningStats>();
  revenue.forEach((value, row) => {
    const name = nameOf(row);
    let stats = groups.get(name);
    if (stats === undefined) {
      stats = new RunningStats();
      groups.set(name, stats);
    }
    stats.push(value);
  });
  return [...groups]
    .map(([name, stats]) => ({
      name,
      orders: stats.count,
      revenue: stats.sum,
      meanOrder: stats.mean,
      deviation: stats.deviation,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function describe(name: string, values: ArrayLike<number>, resamples: number): Distribution {
  const sorted = Float64Array.from(values).sort();
  const histogram = new Histogram(0, percentile(sorted, 0.99), 12);
  const stats = new RunningStats();
  for (const value of sorted) {
    histogram.push(value);
    stats.push(value);
  }
  return {
    name,
    mean: stats.mean,
    meanRange: bootstrap(sorted, resamples),
    percentiles: shares.map((share) => [share, percentile(sorted, share)]),
    histogram: histogram.bins,
  };
}

/** How far the mean would move with other orders: draws as many values with replacement, again and again. */
function bootstrap(values: Float64Array, resamples: number): [number, number] {
  const random = createRandom(values.length);
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[Math.floor(random() * values.length)] as number;
    return sum / values.length;
  }).sort();
  return [percentile(means, 0.025), percentile(means, 0.975)];
}

function correlate(columns: Record<string, ArrayLike<number>>): { names: string[]; matrix: number[][] } {
  const names = Object.keys(columns);
  const values = Object.values(columns);
  return { names, matrix: values.map((a) => values.map((b) => correlation(a, b))) };
}
