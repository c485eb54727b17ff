/** Own properties of built-in objects and functions: as they were before the program could change them, compared with what they are now. */

export type Properties = readonly (readonly [key: string | symbol, property: PropertyDescriptor])[];

// Captured before the program can replace them.
const { getOwnPropertyDescriptor, is } = Object;
const { ownKeys } = Reflect;

/** @param except a key that is left out */
export function propertiesOf(holder: object, except?: string): Properties {
  const properties: [string | symbol, PropertyDescriptor][] = [];
  // Without methods of arrays: the program may count their calls.
  for (const key of ownKeys(holder)) {
    if (key !== except)
      properties[properties.length] = [key, getOwnPropertyDescriptor(holder, key) as PropertyDescriptor];
  }
  return properties;
}

export function isSameProperty(a: PropertyDescriptor, b: PropertyDescriptor): boolean {
  const areAlike = a.writable === b.writable && a.enumerable === b.enumerable && a.configurable === b.configurable;
  return areAlike && a.get === b.get && a.set === b.set && is(a.value, b.value);
}
