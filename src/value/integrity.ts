/** Whether an object is extensible, and if not, whether it is sealed or frozen. */

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, isExtensible, isFrozen, isSealed } = Object;
const { isArray } = Array;

export const INTEGRITY = { open: 0, fixed: 1, sealed: 2, frozen: 3 } as const;

export function integrityOf(value: object): number {
  if (isExtensible(value)) return INTEGRITY.open;
  // V8 says that every view which is not extensible is sealed, although its elements stay configurable.
  if (ArrayBuffer.isView(value)) return INTEGRITY.fixed;
  // V8 takes an empty array for frozen even if its length can be written.
  if (isFrozen(value) && !(isArray(value) && getOwnPropertyDescriptor(value, "length")?.writable)) {
    return INTEGRITY.frozen;
  }
  return isSealed(value) ? INTEGRITY.sealed : INTEGRITY.fixed;
}
