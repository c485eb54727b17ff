import { type Clustering, kMeans } from "./kmeans.ts";
import type { Orders } from "./orders.ts";
import { RunningStats, standardize } from "./stats.ts";

export interface Segment {
  orders: number;
  share: number;
  x: number;
  y: number;
  age: number;
  price: number;
}

export interface Segmentation {
  /** Inertia and iterations for each number of clusters that was tried. */
  tried: { k: number; inertia: number; iterations: number }[];
  segments: Segment[];
}

export interface SegmentOptions {
  minClusters: number;
  maxClusters: number;
  maxIterations: number;
}

/** Groups the orders by where the customer lives, how old they are and what they pay. */
export function segmentOrders(orders: Orders, options: SegmentOptions): Segmentation {
  const features = [orders.x, orders.y, orders.age, Float64Array.from(orders.cents, (cents) => Math.log(cents))];
  const points = interleave(features.map((feature) => standardize(feature)));

  const clusterings: Clustering[] = [];
  for (let k = options.minClusters; k <= options.maxClusters; k++) {
    clusterings.push(kMeans(points, features.length, k, options.maxIterations));
  }
  return {
    tried: clusterings.map(({ k, inertia, iterations }) => ({ k, inertia, iterations })),
    segments: describeSegments(orders, chooseElbow(clusterings)),
  };
}

function interleave(columns: Float64Array[]): Float64Array {
  const width = columns.length;
  const result = new Float64Array(width * (columns[0]?.length ?? 0));
  columns.forEach((column, offset) => {
    column.forEach((value, row) => {
      result[row * width + offset] = value;
    });
  });
  return result;
}

/** The clustering whose last cluster gained the most, compared to what one more would gain. */
function chooseElbow(clusterings: Clustering[]): Clustering {
  let best = clusterings[0] as Clustering;
  let bestBend = 0;
  for (let i = 1; i < clusterings.length - 1; i++) {
    const [before, here, after] = clusterings.slice(i - 1, i + 2) as [Clustering, Clustering, Clustering];
    const bend = (before.inertia - here.inertia) / (here.inertia - after.inertia);
    if (bend > bestBend) {
      best = here;
      bestBend = bend;
    }
  }
  return best;
}

function describeSegments(orders: Orders, clustering: Clustering): Segment[] {
  const stats = Array.from({ length: clustering.k }, () => ({
    x: new RunningStats(),
    y: new RunningStats(),
    age: new RunningStats(),
    price: new RunningStats(),
  }));
  clustering.labels.forEach((label, row) => {
    const segment = stats[label];
    segment?.x.push(orders.x[row] as number);
    segment?.y.push(orders.y[row] as number);
    segment?.age.push(orders.age[row] as number);
    segment?.price.push((orders.cents[row] as number) / 100);
  });
  return stats
    .map(({ x, y, age, price }) => ({
      orders: x.count,
      share: x.count / orders.count,
      x: x.mean,
      y: y.mean,
      age: age.mean,
      price: price.mean,
    }))
    .sort((a, b) => b.orders - a.orders);
}
