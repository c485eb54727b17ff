/** Objects around a primitive value: `new String("a")`, `Object(1)`. What they hold beside their properties never changes. */
import { types } from "node:util";
import { ownNames } from "./own-keys.ts";

type Primitive = string | number | boolean | bigint | symbol;

// Captured before the program can replace them.
const { apply } = Reflect;
const { valueOf: textOf } = String.prototype;
const { valueOf: numberOf } = Number.prototype;
const { valueOf: booleanOf } = Boolean.prototype;
const { valueOf: bigintOf } = BigInt.prototype;
const { valueOf: symbolOf } = Symbol.prototype;

/** The primitive value in an object, by its slot. @param boxed `types.isBoxedPrimitive` */
export function unboxed(boxed: object): Primitive {
  if (types.isStringObject(boxed)) return apply(textOf, boxed, []);
  if (types.isNumberObject(boxed)) return apply(numberOf, boxed, []);
  if (types.isBooleanObject(boxed)) return apply(booleanOf, boxed, []);
  if (types.isBigIntObject(boxed)) return apply(bigintOf, boxed, []);
  return apply(symbolOf, boxed, []);
}

/** Own names beside those that the primitive value settles: the characters of a text, which come first, and its length. */
export function namesBesidePrimitive(boxed: object, primitive: Primitive): readonly (string | symbol)[] {
  const names = ownNames(boxed);
  if (typeof primitive !== "string") return names;
  const others: (string | symbol)[] = [];
  for (let i = primitive.length; i < names.length; i++)
    if (names[i] !== "length") others.push(names[i] as string | symbol);
  return others;
}
