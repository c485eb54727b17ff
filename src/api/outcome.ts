/**
 * What a call whose errors may be kept has ended with, as a value that is stored. The stack of an error tells where its call came from:
 * an error that is thrown again has the stack of the call that it is thrown in.
 */
import { types } from "node:util";

export type Outcome =
  | { readonly kind: "returned"; readonly value: unknown }
  /** `like`: inherits what the error did, and has its properties, but for the stack. */
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
    // To look at the stack would have V8 put its text together, which tells where the call came from.
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
