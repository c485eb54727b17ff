/** Own properties of an object, as a copy. Nothing of the program runs here. */
import { FLAG, flagsOfProperty, PLAIN_FLAGS } from "../value/property-flags.ts";
import { mayBeTrace } from "../value/slots.ts";
import { Unkeyable } from "../value/unkeyable.ts";

export interface Properties {
  /** In their order. */
  readonly names: readonly PropertyKey[];
  /** Of an accessor, its descriptor. */
  readonly values: readonly unknown[];
  /** Null where all have the attributes that an assignment gives. */
  readonly flags: readonly number[] | null;
}

export const NO_PROPERTIES: Properties = { names: [], values: [], flags: null };

// Captured before the program can replace it.
const { getOwnPropertyDescriptor } = Object;

/** @param names of own properties, in their order. @throws Unkeyable */
export function propertiesOf(value: object, names: readonly PropertyKey[]): Properties {
  const values: unknown[] = [];
  const flags: number[] = [];
  let arePlain = true;
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as PropertyKey;
    if (mayBeTrace(value, name)) throw new Unkeyable({ kind: "stack-value" });
    const descriptor = getOwnPropertyDescriptor(value, name) as PropertyDescriptor;
    const flag = flagsOfProperty(descriptor);
    values.push(flag & FLAG.accessor ? descriptor : descriptor.value);
    flags.push(flag);
    if (flag !== PLAIN_FLAGS) arePlain = false;
  }
  return { names, values, flags: arePlain ? null : flags };
}
