const { getOwnPropertyDescriptor } = Object;

/** The object from which instances of a function inherit; null if it has none. Reads no accessor. */
export function prototypeOf(fn: object): object | null {
  const value = getOwnPropertyDescriptor(fn, "prototype")?.value as unknown;
  return typeof value === "object" ? value : null;
}
