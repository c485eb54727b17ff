/** Sentences on values that no key, or no stored result, can hold. */
import type { ValueCause } from "../reason.ts";
import type { Sentences } from "./sentences.ts";

export const OF_VALUES: Sentences<ValueCause> = {
  proxy: ({ of }) => {
    if (of === "parent") return "holds a function that inherits from a Proxy";
    return of === "function" ? "holds a Proxy of a function" : "holds a Proxy";
  },
  "opaque-object": ({ what }) => `holds ${what}`,
  "built-in-object": ({ name }) => `holds \`${name}\``,
  "private-members": ({ name, of }) => {
    if (of !== undefined) return PRIVATE[of];
    return name === undefined
      ? "holds an instance of a class with private members"
      : `holds an instance of ${name}, whose private members cannot be read`;
  },
  "extra-properties": ({ what }) => `holds ${what} with properties of its own`,
  "own-class": ({ what }) => `holds ${what} of a class of its own`,
  "signing-key": "holds the environment with DUMBO_REMOTE_KEY, the key that results are signed with",
  "weak-collection": ({ beside }) =>
    beside === "template"
      ? "holds a WeakMap, and hands the texts of a template to a function"
      : "holds a WeakMap, and reaches code that has a private method as a value",
  "shared-memory": "holds shared memory",
  "resizable-memory": ({ isView }) =>
    isView ? "holds a view of a buffer that can be resized" : "holds a buffer that can be resized",
  "detached-memory": "holds memory that was given away",
  "stack-value": ({ isError }) =>
    isError
      ? "holds an Error, whose stack trace tells where the call came from"
      : "holds what may be a stack trace, which tells where the call came from",
  accessor: ({ name }) => `holds an accessor, \`${name}\``,
  "array-attributes": ({ name, is }) => `holds an array whose \`${name}\` ${ATTRIBUTES[is]}`,
  "read-only-regexp": "holds a RegExp that is read-only",
  "shares-object": "shares an object with an argument, `this` or captured state",
  "pooled-memory": ({ as }) => POOLED[as],
  "nodes-object": "holds an object of the language or of Node",
  "new-symbol": "holds a symbol that is made at each call, or that dumbo does not know",
  "new-function": "holds a function that is made at each call, or that dumbo does not know",
  "new-accessor": ({ name }) => `holds an accessor, \`${name}\`, that is made at each call`,
  "unknown-class": "holds an instance of a class that dumbo does not know",
  "template-texts": "holds a frozen array that may be the texts of a template, which are the same at each call",
  "large-result": ({ bytes }) => (bytes === undefined ? "is too large" : `is ${bytes} bytes, above limits.value`),
};

const PRIVATE = {
  unfinished: "holds an object whose constructor has not put all private members there",
  methods: "holds an instance whose private methods were changed",
  "another-class": "holds an object with private members of another class",
  new: "holds a new object with private members, which only its constructor can make",
} as const;

const ATTRIBUTES = { special: "has special attributes", "read-only": "is read-only", writable: "is not" } as const;

const POOLED = {
  "piece-and-pool": "holds a piece of Node's pool, and the pool",
  view: "holds a view that may be of Node's pool",
  "two-buffers": "holds two Buffers over the same piece of Node's pool",
} as const;
