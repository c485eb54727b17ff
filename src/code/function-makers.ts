/**
 * The tapped constructors that make functions of texts: `Function`, and those for async functions and generators
 * (audit/taps/function-makers.ts).
 */

const noticed = new WeakSet<object>();

/** Notes a tapped constructor: each call of it is told to the recorded calls around. */
export function noteMaker(maker: object): void {
  noticed.add(maker);
}

/** Whether a value is a tapped constructor: code that only holds it is harmless. */
export function isNoticedMaker(value: unknown): boolean {
  return typeof value === "function" && noticed.has(value);
}
