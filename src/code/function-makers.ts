/**
 * The constructors that make functions of texts: `Function` and its kin for async functions and generators, as a program finds them
 * while they are tapped (audit/taps/function-makers.ts).
 */

const noticed = new WeakSet<object>();

/** Notes a constructor of which every call is noticed while a call is recorded. */
export function noteMaker(maker: object): void {
  noticed.add(maker);
}

/** Whether a value makes functions of texts, and every call of it is noticed: to hold it is harmless. */
export function isNoticedMaker(value: unknown): boolean {
  return typeof value === "function" && noticed.has(value);
}
