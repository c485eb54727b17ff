// What is said of a list of samples. Medians throughout: one disturbed run must not decide.

/**
 * @param {number[]} samples
 * @returns {number}
 */
export function median(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The smallest and the largest sample as text. */
export function spread(samples) {
  return `${figure(Math.min(...samples))}-${figure(Math.max(...samples))}`;
}

/** A ratio as a reader wants it: enough digits to compare it with its bar. */
export function figure(ratio) {
  return Math.abs(ratio) >= 10 ? ratio.toFixed(1) : ratio.toFixed(ratio < 2 ? 3 : 2);
}

/** Milliseconds as a reader wants them. */
export function ms(value) {
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`;
}
