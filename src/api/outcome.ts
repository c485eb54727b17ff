/**
 * How a call has ended whose errors may be kept (`cacheErrors`), as a value that is stored. The stack of an error is left out, because it
 * tells who made the call: an error that is thrown again has the stack of the call that throws it.
 */
import { types } from "node:util";

export type Outcome =
  | { readonly kind: "returned"; readonly value: unknown }
  /** `like`: an object with the prototype and the properties of the error, but for its stack. */
  | { readonly kind: "threw-error"; readonly like: object }
  | { readonly kind: "threw"; readonly thrown: unknown };

const { create, defineProperties, defineProperty, getOwnPropertyDescriptor, getOwnPropertyDescriptors } = Object;
const { getPrototypeOf, setPrototypeOf } = Object;
const { ownKeys } = Reflect;

export function returned(value: unknown): Outcome {
  return { kind: "returned", value };
}

export function failed(error: unknown): Outcome {
  if (!types.isNativeError(error)) return { kind: "threw", thrown: error };
  const like = create(getPrototypeOf(error) as object) as object;
  for (const key of ownKeys(error)) {
    // Not even looked at: that would make V8 put its text together, by code of the program if there is any.
    if (key !== "stack") defineProperty(like, key, getOwnPropertyDescriptor(error, key) as PropertyDescriptor);
  }
  return { kind: "threw-error", like };
}

/** @throws what was thrown */
export function unwrap(outcome: Outcome): unknown {
  switch (outcome.kind) {
    case "returned":
      return outcome.value;
    case "threw":
      throw outcome.thrown;
    case "threw-error":
      throw errorLike(outcome.like);
  }
}

function errorLike(like: object): Error {
  const error = setPrototypeOf(new Error(), getPrototypeOf(like) as object) as Error;
  return defineProperties(error, getOwnPropertyDescriptors(like));
}
