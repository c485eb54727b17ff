import { happyNumbers, pythagorean, queens, sendMoreMoney } from "./solve.mjs";

const code = sendMoreMoney(["TO", "GO", "OUT"]);
console.log("TO + GO = OUT", JSON.stringify(code));
console.log("ABC + DAB = EEFG", JSON.stringify(sendMoreMoney(["EAT", "THAT", "APPLE"])));

for (const size of [4, 5, 6, 7, 8]) {
  const boards = queens(size);
  console.log(`${boards.length} ways to place ${size} queens, the first ${boards[0].join(",")}`);
}

const happy = happyNumbers(40000);
console.log(`40000th happy number: ${happy.at(-1)}`);
const triples = pythagorean(4500);
console.log(`${triples.length} triples, the last ${triples.at(-1)}`);
