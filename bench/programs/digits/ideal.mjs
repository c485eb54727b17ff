import { diskCache } from "../disk-cache.mjs";
import { compound, euler, machinPi, squareRoot } from "./constants.mjs";

const cached = diskCache(new URL("constants.mjs", import.meta.url));
const frequencies = (text) => Array.from("0123456789", (digit) => text.split(digit).length - 1).join(" ");

const pi = cached("pi", 2000, () => machinPi(2000));
console.log(pi.slice(0, 60), pi.slice(-20), frequencies(pi));
const e = cached("e", 2400, () => euler(2400));
console.log(e.slice(0, 60), e.slice(-20), frequencies(e));
for (const n of [2, 3, 5, 7]) console.log(n, cached("root", [n, 1500], () => squareRoot(n, 1500)).slice(-40));
for (const rate of ["1.5", "3", "4.75"]) {
  console.log(`10000 at ${rate} %: ${cached("compound", [10000, rate, 40], () => compound(10000, rate, 40))}`);
}
