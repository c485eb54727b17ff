/**
 * Which function of the program is behind a function that `memo` has made. The latter is frozen, and has the name and length of the first: so
 * keys and reaches take the function behind it in its place.
 */
const targets = new WeakMap<object, object>();

/**
 * Notes the function behind one of dumbo's. Where options give calls of the latter other answers, each such call tells the recorded calls around
 * it.
 */
export function standFor(fn: object, target: object): void {
  targets.set(fn, target);
}

/** The function behind one of dumbo's; any other function itself. */
export function targetOf(fn: object): object {
  return targets.get(fn) ?? fn;
}

/** Functions of dumbo's that run other functions with random numbers that depend on a seed. */
const seeding = new WeakSet<object>();

export function noteSeeding(fn: object): void {
  seeding.add(fn);
}

export function isSeeding(fn: object): boolean {
  return seeding.has(fn);
}
