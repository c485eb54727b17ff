// Captured before the program can replace it.
const { is } = Object;

/** What `Object.is` answers, in a fraction of its time. */
export function isSameValue(a: unknown, b: unknown): boolean {
  return a === b ? a !== 0 || is(a, b) : is(a, b);
}
