import { createRandom } from "./random.ts";

export interface Clustering {
  k: number;
  /** The centers one after the other. */
  centers: Float64Array;
  /** The cluster of each point. */
  labels: Uint8Array;
  /** Sum of the squared distances of all points from their centers. */
  inertia: number;
  iterations: number;
}

/** Lloyd's algorithm. `points` holds the coordinates of one point after the other. */
export function kMeans(points: Float64Array, dimensions: number, k: number, maxIterations: number): Clustering {
  const count = points.length / dimensions;
  const centers = chooseCenters(points, dimensions, k);
  const labels = new Uint8Array(count);
  let inertia = Number.POSITIVE_INFINITY;
  let iterations = 0;

  while (iterations < maxIterations) {
    iterations++;
    const previous = inertia;
    inertia = assign(points, dimensions, centers, labels);
    moveCenters(points, dimensions, centers, labels);
    if (previous - inertia < inertia * 1e-4) break;
  }
  return { k, centers, labels, inertia, iterations };
}

/** k-means++: a point is the more likely to become a center, the farther it is from those chosen already. */
function chooseCenters(points: Float64Array, dimensions: number, k: number): Float64Array {
  const random = createRandom(k);
  const count = points.length / dimensions;
  const centers = new Float64Array(k * dimensions);
  const nearest = new Float64Array(count).fill(1);

  for (let cluster = 0; cluster < k; cluster++) {
    let rest = random() * nearest.reduce((sum, value) => sum + value, 0);
    let chosen = 0;
    while (chosen < count - 1 && rest > (nearest[chosen] as number)) rest -= nearest[chosen++] as number;
    centers.set(points.subarray(chosen * dimensions, (chosen + 1) * dimensions), cluster * dimensions);

    for (let point = 0; point < count; point++) {
      const distance = squaredDistance(points, point * dimensions, centers, cluster * dimensions, dimensions);
      if (cluster === 0 || distance < (nearest[point] as number)) nearest[point] = distance;
    }
  }
  return centers;
}

function assign(points: Float64Array, dimensions: number, centers: Float64Array, labels: Uint8Array): number {
  const k = centers.length / dimensions;
  let inertia = 0;
  for (let point = 0; point < labels.length; point++) {
    let best = 0;
    let bestDistance = Number.POSITIVE_INFINITY;
    for (let cluster = 0; cluster < k; cluster++) {
      const distance = squaredDistance(points, point * dimensions, centers, cluster * dimensions, dimensions);
      if (distance < bestDistance) {
        best = cluster;
        bestDistance = distance;
      }
    }
    labels[point] = best;
    inertia += bestDistance;
  }
  return inertia;
}

function moveCenters(points: Float64Array, dimensions: number, centers: Float64Array, labels: Uint8Array): void {
  const sums = new Float64Array(centers.length);
  const sizes = new Uint32Array(centers.length / dimensions);
  for (let point = 0; point < labels.length; point++) {
    const cluster = labels[point] as number;
    sizes[cluster] = (sizes[cluster] as number) + 1;
    for (let i = 0; i < dimensions; i++) {
      const index = cluster * dimensions + i;
      sums[index] = (sums[index] as number) + (points[point * dimensions + i] as number);
    }
  }
  sums.forEach((sum, index) => {
    const size = sizes[Math.floor(index / dimensions)] as number;
    if (size > 0) centers[index] = sum / size;
  });
}

function squaredDistance(a: Float64Array, aStart: number, b: Float64Array, bStart: number, dimensions: number): number {
  let sum = 0;
  for (let i = 0; i < dimensions; i++) {
    const difference = (a[aStart + i] as number) - (b[bStart + i] as number);
    sum += difference * difference;
  }
  return sum;
}
