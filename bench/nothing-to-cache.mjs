// A program that dumbo has nothing to give: a hundred million calls of functions of a few nanoseconds. From the second
// run on it must not be slower than bare.
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "./processes.mjs";
import { median, ms } from "./statistics.mjs";
import { interleave, Subject } from "./subject.mjs";

/** One is trivial and never gets a guard; the others call each other or loop, so they have one in the first run. */
const LIBRARY = `
export const add = (a, b) => (a + b) | 0;
export function mix(hash, value) {
  for (let rest = value & 0xffffff; rest > 0; rest >>= 3) hash = Math.imul(hash ^ rest, 0x01000193);
  return hash;
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
export function checksum(text) {
  let sum = 0;
  for (let index = 0; index < text.length; index++) sum = add(sum << 1, text.charCodeAt(index));
  return sum;
}
export function distance({ x, y }, other) {
  return Math.hypot(x - other.x, y - other.y);
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
import { writeFileSync } from "node:fs";
import { add, checksum, clamp, distance, isEven, mix, Point } from "./library.mjs";

function work(rounds) {
  const words = ["alder and hazel", "birch", "sweet chestnut", "field elm, wych elm"];
  const point = new Point(3, 4);
  const other = new Point(5, 6);
  let sum = 0;
  for (let round = 0; round < rounds; round++) {
    sum = mix(sum, round);
    sum = add(sum, clamp(round & 255, 16, 128));
    sum = add(sum, checksum(words[round & 3]));
    if (isEven(round & 15)) sum = add(sum, distance(point, other));
    else point.x = point.length() % 10;
  }
  console.log(sum);
}

const before = process.cpuUsage();
work(12_500_000);
const { user, system } = process.cpuUsage(before);
writeFileSync(process.argv[2], String((user + system) / 1000));
`;

export const rows = [
  {
    what: "nothing to cache, 10^8 calls of tiny functions, from the second run on",
    bar: { text: "at most 1.02", met: ({ ratio }) => ratio <= 1.02 },
    measure: (context) => measure(context, false),
  },
  {
    what: "nothing to cache, processor time of the calls alone",
    bar: null,
    measure: (context) => measure(context, true),
  },
];

/** @param {boolean} callsAlone without start-up and exit, and by processor time, as the program itself measures it */
async function measure(context, callsAlone) {
  const cwd = mkdtempSync(join(context.temp, "nothing-"));
  writeFileSync(join(cwd, "package.json"), '{ "type": "module" }\n');
  writeFileSync(join(cwd, "library.mjs"), LIBRARY);
  writeFileSync(join(cwd, "main.mjs"), MAIN);
  const clock = join(cwd, "clock");
  const subject = new Subject(context, { cwd, script: "main.mjs", args: [clock] });
  const timed = (side) => async () => {
    const whole = await subject[side]();
    return callsAlone ? Number(readFileSync(clock, "utf8")) : whole;
  };
  await subject.settle();
  const [bare, warm] = await interleave(context.reps, timed("bare"), timed("dumbo"));
  const { hits } = subject.counters ?? { hits: 0 };
  if (hits) throw new Failure(`${hits} hits in a program with nothing to cache`);
  return {
    ratios: warm.map((time, index) => time / bare[index]),
    detail: `${ms(median(bare))} bare, ${ms(median(warm))} under dumbo`,
    samples: { bare, warm },
  };
}
