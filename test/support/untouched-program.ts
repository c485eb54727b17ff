/**
 * Looks at mixed values, hundreds of thousands of times, by each of dumbo's walks, and prints, by V8's own tests, of which
 * V8 knows something else than of a twin that nobody looked at; and the key of one of each kind. To be run with `--allow-natives-syntax`.
 */
import { difference } from "../../src/call/value-diff.ts";
import { encode } from "../../src/codec/codec.ts";
import { writeGraph } from "../../src/codec/graph-writer.ts";
import { plainForm } from "../../src/codec/plain-data.ts";
import { runsCode } from "../../src/key/destructuring.ts";
import { KeyWriter } from "../../src/key/key-writer.ts";
import { ValueWalk } from "../../src/key/value-walk.ts";
import type { FunctionWriter } from "../../src/key/walk.ts";
import { areClassesKnown } from "../../src/value/hidden-classes.ts";
import { Unkeyable } from "../../src/value/unkeyable.ts";
import { sharingNothing, unchanged } from "./shared-objects.ts";
import { areAlike, describe } from "./v8-tests.ts";

class Point {
  x: number;
  y: number;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
}

const holey = (items: readonly unknown[]): unknown[] => {
  const made = new Array<unknown>(items.length);
  for (let i = 0; i < items.length; i++) made[i] = items[i];
  return made;
};

/** Values of each kind; each call makes one that is like the others of its kind. */
const KINDS: Record<string, (i: number) => object> = {
  integers: (i) => [i, 1, 2],
  numbers: (i) => [i + 0.5, 1.5, 2.5],
  values: (i) => [`${i}`, null, { a: i }],
  "numbers among values": (i) => ["a", 0.5, i],
  "holey integers": (i) => holey([i, 1, 2]),
  "holey numbers": (i) => holey([i + 0.5, 1.5, 2.5]),
  "holey values": (i) => holey([`${i}`, null, {}]),
  "integers with a hole": (i) => Object.assign(new Array(4), [i, 1]),
  "numbers with a hole": (i) => Object.assign(new Array(4), [i + 0.5, 1.5]),
  "values with a hole": (i) => Object.assign(new Array(4), [`${i}`, {}]),
  "a long list of numbers": (i) => Array.from({ length: 1100 }, (_, at) => i + at / 2),
  "an empty list": () => [],
  "a sparse list": (i) => Object.assign([], { 2000: i }),
  "a frozen list": (i) => Object.freeze([i + 0.5]),
  "a list with a name": (i) => Object.assign([i + 0.5], { name: "a" }),
  "a record": (i) => ({ a: i, b: i + 0.5, c: "text", d: [i + 0.5] }),
  "a record with elements": (i) => ({ a: i, 7: 0.5 }),
  "a frozen record": (i) => Object.freeze({ a: i, b: 0.5 }),
  "an instance": (i) => new Point(i, i + 0.5),
  "no prototype": (i) => Object.assign(Object.create(null) as object, { a: i }),
  "a table": (i) => Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`name ${i} ${at}`, at])),
  "a Map": (i) => new Map<unknown, unknown>([["a", [i + 0.5]]]),
  "a Set": (i) => new Set([[i + 0.5]]),
  "a Date": (i) => new Date(i),
  "a typed array": (i) => new Float64Array([i + 0.5, 1]),
  "a long typed array": (i) => new Int32Array(1100).fill(i),
  "a Buffer": (i) => Buffer.from(`${i}`),
};
const MOST = 12;

const reachCache: FunctionWriter = {
  builtInObjects: () => new Map(),
  writeFunction: (_, walk) => walk.out.text("a function"),
  writePrototype: (_, walk) => walk.out.text("a class"),
};
const writer = new KeyWriter();
function key(value: unknown): void {
  writer.reset();
  new ValueWalk(writer, reachCache, false, 1e6).write(value);
}
const nothing = sharingNothing();
const shared = unchanged(nothing);
const unlessRefused = (work: () => void) => {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Unkeyable)) throw error;
  }
};

const WALKS: Record<string, (value: unknown) => void> = {
  key,
  plainForm: (value) => void plainForm(value, shared),
  writeGraph: (value) => void writeGraph(value, shared),
  encode: (value) => void encode(value, shared, 1e9),
  difference: (value) => void difference(value, value, reachCache),
  runsCode: (value) => void runsCode([value], [3]),
};

/** What V8 converts soonest: code that has seen very many kinds reads each as it is. */
const FEW = ["integers", "numbers", "values"];
const MANY = Object.keys(KINDS);
const OF_A_KIND = 20;
const found = new Set<string>();
let looks = 0;

function lookAtAll(walk: string, look: (value: unknown) => void, kinds: readonly string[], rounds: number): void {
  // In turns, so that no kind comes in a row.
  const subjects = Array.from({ length: OF_A_KIND }, (_, i) =>
    kinds.map((kind) => {
      const make = KINDS[kind] as (i: number) => object;
      return { kind, value: make(i), twin: make(i) };
    }),
  ).flat();
  const before = subjects.map(({ value }) => describe(value));
  for (let round = 0; round < rounds; round++) {
    for (const { value } of subjects) unlessRefused(() => look(value));
    unlessRefused(() => look(subjects.slice(0, MOST).map(({ value }) => value)));
    looks += subjects.length;
  }
  for (const [i, { kind, value, twin }] of subjects.entries()) {
    const after = describe(value);
    if (after !== before[i]) found.add(`${walk}: ${kind} had ${before[i]}, has ${after}`);
    else if (!areAlike(value, twin)) found.add(`${walk}: ${kind} is not like its twin`);
  }
  const fresh = describe([0.25, looks + 0.5]);
  if (fresh !== "numbers, fast properties") found.add(`${walk}: a fresh list of numbers has ${fresh}`);
}

for (const [walk, look] of Object.entries(WALKS)) {
  lookAtAll(walk, look, FEW, 300);
  lookAtAll(walk, look, MANY, 40);
}
const keys = Object.entries(KINDS).map(([kind, make]) => {
  key(make(3));
  return `${kind}: ${Buffer.from(writer.since(0)).toString("hex")}`;
});
console.log(JSON.stringify({ areClassesKnown: areClassesKnown(), looks, found: [...found], keys }));
