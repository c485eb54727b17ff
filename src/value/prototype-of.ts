const { getOwnPropertyDescriptor } = Object;

/** The prototype that instances of a function have, without asking the function. */
export function prototypeOf(fn: object): object | null {
  const value = getOwnPropertyDescriptor(fn, "prototype")?.value as unknown;
  return typeof value === "object" ? value : null;
}
