// Makes keys of all kinds of arguments with dumbo, object-hash and ohash, in one process, and prints what each took and
// which pairs of different values each takes for the same.
// @ts-expect-error it has no types
import hash from "object-hash";
import { hash as ohash } from "ohash";
import type { Reach } from "../src/code/reach.ts";
import { Registry } from "../src/code/registry.ts";
import { makeKey } from "../src/key/key.ts";
import { ReachCache } from "../src/key/reach-cache.ts";
import { Unkeyable } from "../src/value/unkeyable.ts";
import { plainContext } from "../test/support/reach-context.ts";

const registry = new Registry();
const reachCache = new ReachCache(
  registry,
  plainContext((fn) => registry.identify(fn)),
);
const nothing: Reach = {
  code: "0".repeat(32),
  names: "0".repeat(32),
  refusal: null,
  cells: [],
  assigned: [],
  pins: [],
  runs: new Set(),
  imports: [],
  functions: [],
  links: new Map(),
  units: [],
  shapes: [],
  shapePlaces: new Map(),
  traits: new Set(),
  assumed: [],
  contains: new Map(),
  earlier: new Map(),
  leadsBack: false,
  untilVouched: null,
};
const dumbo = (...args: unknown[]) =>
  makeKey({ name: "f", reach: nothing, self: undefined, args, levels: undefined }, reachCache, Number.POSITIVE_INFINITY)
    .hash;
const rivals = { dumbo, "object-hash": (...args: unknown[]) => hash(args), ohash: (...args: unknown[]) => ohash(args) };

/** Nanoseconds of a call, the best of several rounds. */
function time(work: () => unknown, budget = 60): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0, count = 1; round < 12; round++) {
    const started = performance.now();
    for (let i = 0; i < count; i++) work();
    const took = performance.now() - started;
    best = Math.min(best, (took / count) * 1e6);
    if (took < budget / 4) count *= 4;
  }
  return best;
}

/** A tree of 1,000 values: objects, lists, texts and numbers. */
function tree(): unknown {
  const list = Array.from({ length: 100 }, (_, id) => ({
    id,
    name: `item ${id}`,
    tags: ["a", `t${id % 7}`],
    place: { x: id / 3, y: -id },
    done: id % 2 === 0,
  }));
  return { list };
}

const subjects: Record<string, { args: unknown[]; bytes?: number }> = {
  small: { args: [42, "hello"] },
  nested: { args: [tree()] },
  "typed array": { args: [new Float64Array(1 << 20).map((_, i) => i * 1.5)], bytes: 8 << 20 },
  text: { args: ["0123456789abcdef".repeat(1 << 19)], bytes: 8 << 20 },
};
const times = Object.fromEntries(
  Object.entries(subjects).map(([what, { args, bytes }]) => {
    // object-hash takes seconds for a megabyte.
    const sides = Object.entries(rivals).filter(([name]) => bytes === undefined || name === "dumbo");
    return [what, { bytes, ...Object.fromEntries(sides.map(([name, make]) => [name, time(() => make(...args))])) }];
  }),
);

class A {
  x = 1;
}
class B {
  x = 1;
}
const at = (lastIndex: number) => Object.assign(/a/g, { lastIndex });
const symbol = Symbol.for("key");
const shared = { x: 1 };
const adder = (by: number) => (n: number) => n + by;
const withHidden = Object.defineProperty({}, "x", { value: 1, configurable: true, writable: true });
const nullObject = Object.assign(Object.create(null), { x: 1 });
/** Pairs of values that a function can tell apart. */
const pairs: Record<string, [unknown, unknown]> = {
  "0, -0": [0, -0],
  "1, '1'": [1, "1"],
  "1, 1n": [1, 1n],
  "null, undefined": [null, undefined],
  "NaN, null": [Number.NaN, null],
  "{ a: undefined }, {}": [{ a: undefined }, {}],
  "order of keys": [
    { a: 1, b: 2 },
    { b: 2, a: 1 },
  ],
  "order of a Map": [
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
    new Map([
      ["b", 2],
      ["a", 1],
    ]),
  ],
  "order of a Set": [new Set([1, 2]), new Set([2, 1])],
  "a hole, undefined": [Object.assign(new Array(2), { 1: 1 }), [undefined, 1]],
  "a RegExp's lastIndex": [at(0), at(1)],
  "a Float64Array, a Float32Array": [new Float64Array([1]), new Float32Array([1])],
  "a symbol key": [{ [symbol]: 1 }, { [symbol]: 2 }],
  "enumerable or not": [{ x: 1 }, withHidden],
  "no prototype": [{ x: 1 }, nullObject],
  "one object twice": [
    [shared, shared],
    [{ x: 1 }, { x: 1 }],
  ],
  "frozen or not": [{ x: 1 }, Object.freeze({ x: 1 })],
  "a name on an array": [[1], Object.assign([1], { x: 1 })],
  "classes of one shape": [new A(), new B()],
  "what closures have captured": [adder(1), adder(2)],
  "a lone surrogate": ["\ud800", "\ud801"],
};
const isSame = (make: (...args: unknown[]) => string, [a, b]: [unknown, unknown]): boolean => {
  try {
    return make(a) === make(b);
  } catch (error) {
    // What it refuses, it does not confuse.
    if (error instanceof Unkeyable || error instanceof Error) return false;
    throw error;
  }
};
const confused = Object.fromEntries(
  Object.entries(rivals).map(([name, make]) => [
    name,
    Object.keys(pairs).filter((what) => isSame(make, pairs[what] as [unknown, unknown])),
  ]),
);
console.log(JSON.stringify({ times, confused, pairs: Object.keys(pairs).length }));
