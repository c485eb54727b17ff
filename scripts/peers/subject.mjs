/** The functions that are cached, by each peer in its own way. */
import { readFileSync } from "node:fs";
import { helper } from "./helper.mjs";

let factor = 2;

export function setFactor(value) {
  factor = value;
}

export class Point {
  constructor(x) {
    this.x = x;
  }
}

/** Half a second of work. */
export function slow(n) {
  let sum = n;
  for (let i = 0; i < 1e8; i++) sum = (sum * 31 + i) % 1000003;
  return sum;
}

export function slowOf({ n }) {
  return slow(n);
}

export function edited(n) {
  return n + 1;
}

export function helps(n) {
  return helper(n);
}

export function scaled(n) {
  return n * factor;
}

export function reads(file) {
  return readFileSync(file, "utf8");
}

export function doubled(object) {
  return object.n * 2;
}

export function listed(n) {
  return { list: [n] };
}

export function says(text) {
  console.log(text);
  return text.length;
}

export function stamped(n) {
  return n + performance.now();
}

export function built(n) {
  return { map: new Map([[n, 2]]), when: new Date(0), point: new Point(n) };
}
