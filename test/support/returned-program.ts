/**
 * Takes values of each kind to bytes and back, many times and mixed, and prints, by V8's own tests, of what kind those are
 * that come back otherwise than they went. To be run with `--allow-natives-syntax`.
 */
import { compileFunction } from "node:vm";
import type { Reach } from "../../src/code/reach.ts";
import { decode, encode } from "../../src/codec/codec.ts";
import { countLooks } from "../../src/value/hidden-classes.ts";
import { sharingNothing, unchanged } from "./shared-objects.ts";
import { areAlike, describe } from "./v8-tests.ts";

class Point {
  x: number;
  y: number;
  name: string;
  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
    this.name = `${x}`;
  }
}
const unit = { definition: { code: "code", traits: [] } };
const reach = { functions: [{ value: Point, unit }], traits: new Set() } as unknown as Reach;
const sharedObjects = sharingNothing([reach]);
const shared = unchanged(sharedObjects);

/** Numbers of all sizes, of which the integers go as words, among the single numbers, or in blocks. */
const numbersOf = (length: number, i: number) => Array.from({ length }, (_, at) => (i + at) * 0.5 + 0.25);
const integersOf = (length: number, i: number) => Array.from({ length }, (_, at) => i - at);
const booleansOf = (length: number, i: number) => Array.from({ length }, (_, at) => (at * at + i) % 3 === 0);
/** Made by a function of its own each time: V8 would make the next one as it had to change the last one into. */
const holey = (items: readonly unknown[]) =>
  compileFunction(
    "const made = new Array(items.length); for (let i = 0; i < items.length; i++) made[i] = items[i]; return made;",
    ["items"],
  )(items) as unknown[];
/** Numbers that V8 keeps as such although each is a small integer. */
const wholeNumbers = (i: number) => {
  const made = [0.5, 1.5, 2.5];
  for (let at = 0; at < made.length; at++) made[at] = i + at;
  return made;
};
/** Values that are all numbers, kept as values. */
const numbersAsValues = (i: number) => {
  const made: unknown[] = ["a", "b"];
  made[0] = i;
  made[1] = i + 0.5;
  return made;
};

/** Each array, record or instance stands for itself, and among others. */
const KINDS: Record<string, (i: number) => object> = {
  integers: (i) => integersOf(3, i),
  "many integers": (i) => integersOf(100, i),
  "very many integers": (i) => integersOf(70_000, i),
  "large integers": (i) => [2 ** 30 - 1 - i, 1 - 2 ** 30 + i],
  numbers: (i) => numbersOf(3, i),
  "many numbers": (i) => numbersOf(100, i),
  "very many numbers": (i) => numbersOf(70_000, i),
  "whole numbers": wholeNumbers,
  "special numbers": (i) => [-0, Number.NaN, Number.POSITIVE_INFINITY, i],
  values: (i) => [`${i}`, null, i, i + 0.5],
  "many values": (i) => Array.from({ length: 100 }, (_, at) => `${i} ${at}`),
  "numbers as values": numbersAsValues,
  booleans: (i) => booleansOf(3, i),
  "many booleans": (i) => booleansOf(100, i),
  "very many booleans": (i) => booleansOf(70_000, i),
  "holey booleans": (i) => holey(booleansOf(100, i)),
  "holey integers": (i) => holey(integersOf(5, i)),
  "many holey integers": (i) => holey(integersOf(100, i)),
  "holey numbers": (i) => holey(numbersOf(5, i)),
  "many holey numbers": (i) => holey(numbersOf(100, i)),
  "holey values": (i) => holey([`${i}`, null, {}]),
  "a record": (i) => ({ a: i, b: i + 0.5, c: `${i}` }),
  "a record of many": (i) => ({ a: i, b: i, c: i, d: i, e: i, f: i, g: "g", h: i, i, j: i + 0.5 }),
  "an instance": (i) => new Point(i + 0.5, i),
};
/** Of these, what comes back is of the hidden class of the program's own. */
const ALIKE = ["a record", "a record of many"];
const ROUNDS = 40;
/** Makes what is around it something that JSON does not keep. */
const REST = new Map([["a", undefined]]);

const found = new Set<string>();
let looks = 0;
let alike = 0;

/** By the form that is chosen for it alone, and in one that is read by words. */
const WAYS: Record<string, (values: readonly object[]) => readonly object[]> = {
  alone: (values) => values.map((value) => back(value) as object),
  together: (values) => (back([REST, ...values]) as object[]).slice(1),
  "in a record": (values) => (back({ REST, values }) as { values: object[] }).values,
  "in a Map": (values) => {
    const map = back(new Map<unknown, object>([["REST", REST], ...values.map((value, i) => [i, value] as const)]));
    return [...(map as Map<unknown, object>).values()].slice(1);
  },
};

function back(value: unknown): unknown {
  const encoded = encode(value, shared, 1e9);
  if ("refused" in encoded) throw new Error(encoded.refused.kind);
  return decode(encoded.bytes, sharedObjects)?.value;
}

countLooks(Number.POSITIVE_INFINITY);
for (let round = 0; round < ROUNDS; round++) {
  for (const [way, take] of Object.entries(WAYS)) {
    const kinds = Object.keys(KINDS).filter((kind) => round < 2 || !kind.startsWith("very"));
    // Two of each, next to each other and apart.
    const values = [0, 0, 1].flatMap((more) =>
      kinds.map((kind) => ({ kind, value: (KINDS[kind] as (i: number) => object)(round + more) })),
    );
    const returned = take(values.map(({ value }) => value));
    for (const [i, { kind, value }] of values.entries()) {
      const [was, is] = [describe(value), describe(returned[i])];
      looks++;
      if (was !== is) found.add(`${kind}, ${way}: went as ${was}, came back as ${is}`);
      const first = i % kinds.length;
      const wereAlike = areAlike(value, values[first]?.value);
      alike += Number(wereAlike && first !== i);
      if (wereAlike && !areAlike(returned[i], returned[first])) found.add(`${kind}, ${way}: is not like its siblings`);
      if (ALIKE.includes(kind) && round > 1 && !areAlike(returned[i], value))
        found.add(`${kind}, ${way}: is not like it was`);
    }
  }
}
console.log(JSON.stringify({ looks, alike, found: [...found] }));
