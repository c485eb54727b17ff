/** The names by which code can find functions of the language and pure functions of Node. The analysis uses them. */
import { pureGlobalNames, pureModuleNames } from "../scan/allow-list.ts";

/** Prototypes to which no global's name leads. */
export const HIDDEN: readonly (readonly [string, object])[] = [
  ["Function.prototype", Function.prototype],
  ["TypedArray", Object.getPrototypeOf(Int8Array) as object],
  ["TypedArray.prototype", Object.getPrototypeOf(Int8Array.prototype) as object],
  ["Array Iterator", Object.getPrototypeOf([].values()) as object],
  ["String Iterator", Object.getPrototypeOf(""[Symbol.iterator]()) as object],
  ["Map Iterator", Object.getPrototypeOf(new Map().keys()) as object],
  ["Set Iterator", Object.getPrototypeOf(new Set().keys()) as object],
  ["RegExp String Iterator", Object.getPrototypeOf("".matchAll(/a/g)) as object],
  ["Generator", Object.getPrototypeOf(function* () {}.prototype) as object],
  ["AsyncGenerator", Object.getPrototypeOf(async function* () {}.prototype) as object],
];

/** The names of all functions of `util.types`. */
const TYPE_TESTS = /^is[A-Z]/;

let known: ReadonlySet<string> | null = null;

/** Whether a property of this name may be a function of the language, or a pure function of a Node module. Cost: 0.3 ms the first time. */
export function isBuiltInName(name: string): boolean {
  known ??= collect();
  return known.has(name) || TYPE_TESTS.test(name);
}

function collect(): ReadonlySet<string> {
  const found = new Set<string>(pureModuleNames);
  const add = (holder: object) => {
    for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
      if (typeof value === "function") found.add(key);
    }
  };
  for (const name of pureGlobalNames) {
    const value: unknown = Object.getOwnPropertyDescriptor(globalThis, name)?.value;
    if (value === null || (typeof value !== "object" && typeof value !== "function")) continue;
    if (typeof value === "function") found.add(name);
    add(value);
    const prototype: unknown = Object.getOwnPropertyDescriptor(value, "prototype")?.value;
    if (typeof prototype === "object" && prototype !== null) add(prototype);
  }
  for (const [, holder] of HIDDEN) add(holder);
  return found;
}
