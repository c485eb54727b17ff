import { diskCache } from "../disk-cache.mjs";
import { happyNumbers, pythagorean, queens, sendMoreMoney } from "./solve.mjs";

const cached = diskCache(new URL("solve.mjs", import.meta.url), new URL("lazy.mjs", import.meta.url));
const solve = (words) => cached("words", words, () => sendMoreMoney(words));
console.log("TO + GO = OUT", JSON.stringify(solve(["TO", "GO", "OUT"])));
console.log("ABC + DAB = EEFG", JSON.stringify(solve(["EAT", "THAT", "APPLE"])));

for (const size of [4, 5, 6, 7, 8]) {
  const boards = cached("queens", size, () => queens(size));
  console.log(`${boards.length} ways to place ${size} queens, the first ${boards[0].join(",")}`);
}

const happy = cached("happy", 40000, () => happyNumbers(40000));
console.log(`40000th happy number: ${happy.at(-1)}`);
const triples = cached("triples", 4500, () => pythagorean(4500));
console.log(`${triples.length} triples, the last ${triples.at(-1)}`);
