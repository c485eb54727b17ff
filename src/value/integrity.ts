/** How an object is closed to changes. */

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, isExtensible, isFrozen, isSealed } = Object;
const { isArray } = Array;

export const INTEGRITY = { open: 0, fixed: 1, sealed: 2, frozen: 3 } as const;

export function integrityOf(value: object): number {
  if (isExtensible(value)) return INTEGRITY.open;
  // Elements of a view cannot be sealed, whatever V8 says of them.
  if (ArrayBuffer.isView(value)) return INTEGRITY.fixed;
  // V8 takes an empty array for frozen though its length can be written to.
  if (isFrozen(value) && !(isArray(value) && getOwnPropertyDescriptor(value, "length")?.writable)) {
    return INTEGRITY.frozen;
  }
  return isSealed(value) ? INTEGRITY.sealed : INTEGRITY.fixed;
}
