import { diskCache } from "../disk-cache.mjs";
import { puzzles } from "./puzzles.mjs";
import { parse, show, solve } from "./sudoku.mjs";

const cached = diskCache(new URL("sudoku.mjs", import.meta.url));
let total = 0;
for (const [index, puzzle] of puzzles.entries()) {
  const solution = cached("solve", puzzle, () => solve(parse(puzzle)));
  console.log(`puzzle ${index + 1}: ${solution.guesses} guesses`);
  console.log(show(solution.grid));
  total += solution.guesses;
}
console.log(`${puzzles.length} puzzles, ${total} guesses`);
