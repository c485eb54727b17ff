/** Copies of values for which dumbo has no key to encode them with. */
import { isDeepStrictEqual } from "node:util";

/** A copy of plain data; anything else is returned as it is. */
export function copyOf<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  try {
    const copy = structuredClone(value);
    // An instance of a class comes out of `structuredClone` as a plain object.
    return isDeepStrictEqual(copy, value) ? copy : value;
  } catch {
    return value;
  }
}
