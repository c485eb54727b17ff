/** Attributes of a property as a number. */

export const FLAG = { enumerable: 1, writable: 2, configurable: 4, accessor: 8 } as const;
/** The attributes of a property that an assignment has made. */
export const PLAIN_FLAGS = 7;

export function flagsOfProperty(descriptor: PropertyDescriptor): number {
  return (
    (descriptor.enumerable ? FLAG.enumerable : 0) +
    (descriptor.writable ? FLAG.writable : 0) +
    (descriptor.configurable ? FLAG.configurable : 0) +
    ("value" in descriptor ? 0 : FLAG.accessor)
  );
}
