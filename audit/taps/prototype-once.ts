const { getPrototypeOf } = Object;
const done = new WeakSet<object>();

/** The prototype of a value, if it was not asked for before; else null. */
export function prototypeOnce(value: unknown): object | null {
  if (typeof value !== "object" || value === null) return null;
  const prototype: unknown = getPrototypeOf(value);
  if (typeof prototype !== "object" || prototype === null || done.has(prototype)) return null;
  done.add(prototype);
  return prototype;
}
