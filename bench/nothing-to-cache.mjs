// A program that dumbo has nothing to give: a hundred million calls of functions of a few nanoseconds. From the second
// run on it must not be slower than bare.
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "./processes.mjs";
import { median, ms } from "./statistics.mjs";
import { interleave, Subject } from "./subject.mjs";

/** Some are trivial and never get a guard; most call each other or loop, so they have one in the first run. */
const LIBRARY = `
export const add = (a, b) => (a + b) | 0;
export function mix(hash, value) {
  return Math.imul(hash ^ value, 0x01000193);
}
export function clamp(value, low, high) {
  return Math.max(low, Math.min(high, value));
}
export function isEven(n) {
  return n === 0 || isOdd(n - 1);
}
export function isOdd(n) {
  return n !== 0 && isEven(n - 1);
}
export function digits(n) {
  let count = 1;
  for (let rest = n >>> 8; rest > 0; rest >>>= 8) count++;
  return count;
}
export function distance({ x, y }, other) {
  return Math.abs(x - other.x) + Math.abs(y - other.y);
}
export class Point {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }
  length() {
    return distance(this, { x: 0, y: 0 });
  }
}
`;

/** Eight calls a round. The caller returns nothing, so that there is nothing to keep of the whole either. */
const MAIN = `
import { add, clamp, digits, distance, isEven, mix, Point } from "./library.mjs";

function work(rounds) {
  const point = new Point(3, 4);
  const other = new Point(5, 6);
  let sum = 0;
  for (let round = 0; round < rounds; round++) {
    sum = add(sum, mix(sum, round));
    sum = add(sum, clamp(round & 255, 16, 128));
    if (isEven(round & 3)) sum = add(sum, digits(round & 0xffff));
    else sum = add(sum, distance(point, other));
    point.x = (round & 7) + (point.length() & 1);
  }
  console.log(sum);
}

work(12_500_000);
`;

export const rows = [
  {
    what: "nothing to cache: 10^8 calls of tiny functions, from the second run on",
    bar: { text: "at most 1.02", met: ({ ratio }) => ratio <= 1.02 },
    measure,
  },
];

async function measure(context) {
  const cwd = mkdtempSync(join(context.temp, "nothing-"));
  writeFileSync(join(cwd, "package.json"), '{ "type": "module" }\n');
  writeFileSync(join(cwd, "library.mjs"), LIBRARY);
  writeFileSync(join(cwd, "main.mjs"), MAIN);
  const subject = new Subject(context, { cwd, script: "main.mjs" });
  await subject.settle();
  const [bare, warm] = await interleave(context.reps, () => subject.bare(), () => subject.dumbo());
  const { hits } = subject.counters ?? {};
  if (hits) throw new Failure(`${hits} hits in a program with nothing to cache`);
  return {
    ratios: warm.map((time, index) => time / bare[index]),
    detail: `${ms(median(bare))} bare, ${ms(median(warm))} under dumbo, start-up included`,
    samples: { bare, warm },
  };
}
