/**
 * Functions of dumbo's that stand in the place of functions that are memoized by hand. They are frozen and have the name and length of those:
 * whatever is asked of one is answered by the function behind it.
 */
const targets = new WeakMap<object, object>();

/**
 * Notes what a function stands in the place of. Where its calls are not worth the same as those of the other, each tells the recorded calls
 * around it.
 */
export function standFor(fn: object, target: object): void {
  targets.set(fn, target);
}

/** The function behind one of dumbo's, or the function itself. */
export function targetOf(fn: object): object {
  return targets.get(fn) ?? fn;
}

/** Functions of dumbo's that run others with random numbers which depend on a seed. */
const seeding = new WeakSet<object>();

export function noteSeeding(fn: object): void {
  seeding.add(fn);
}

export function isSeeding(fn: object): boolean {
  return seeding.has(fn);
}
