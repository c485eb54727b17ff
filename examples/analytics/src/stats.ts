/** Count, mean and deviation of numbers that come one at a time (Welford's method). */
export class RunningStats {
  count = 0;
  sum = 0;
  #mean = 0;
  #squares = 0;

  push(value: number): void {
    this.count++;
    this.sum += value;
    const distance = value - this.#mean;
    this.#mean += distance / this.count;
    this.#squares += distance * (value - this.#mean);
  }

  get mean(): number {
    return this.#mean;
  }

  get deviation(): number {
    return this.count > 1 ? Math.sqrt(this.#squares / (this.count - 1)) : 0;
  }
}

/** Counts numbers in bins of equal width; what lies outside goes into the first or last bin. */
export class Histogram {
  readonly bins: number[];
  private readonly min: number;
  private readonly width: number;

  constructor(min: number, max: number, count: number) {
    this.bins = new Array<number>(count).fill(0);
    this.min = min;
    this.width = (max - min) / count;
  }

  push(value: number): void {
    const index = Math.floor((value - this.min) / this.width);
    const bin = Math.min(this.bins.length - 1, Math.max(0, index));
    this.bins[bin] = (this.bins[bin] as number) + 1;
  }
}

/** The value below which the given share of the sorted numbers lies. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  const position = share * (sorted.length - 1);
  const low = Math.floor(position);
  const high = Math.min(low + 1, sorted.length - 1);
  const below = sorted[low] as number;
  return below + (position - low) * ((sorted[high] as number) - below);
}

/** Pearson's coefficient. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const first = new RunningStats();
  const second = new RunningStats();
  for (let i = 0; i < a.length; i++) {
    first.push(a[i] as number);
    second.push(b[i] as number);
  }
  let products = 0;
  for (let i = 0; i < a.length; i++) products += ((a[i] as number) - first.mean) * ((b[i] as number) - second.mean);
  return products / ((a.length - 1) * first.deviation * second.deviation);
}

/** The numbers moved and scaled to mean 0 and deviation 1. */
export function standardize(values: ArrayLike<number>): Float64Array {
  const stats = new RunningStats();
  for (let i = 0; i < values.length; i++) stats.push(values[i] as number);
  return Float64Array.from(values, (value) => (value - stats.mean) / stats.deviation);
}
