import { puzzles } from "./puzzles.mjs";
import { parse, show, solve } from "./sudoku.mjs";

let total = 0;
for (const [index, puzzle] of puzzles.entries()) {
  const solution = solve(parse(puzzle));
  console.log(`puzzle ${index + 1}: ${solution.guesses} guesses`);
  console.log(show(solution.grid));
  total += solution.guesses;
}
console.log(`${puzzles.length} puzzles, ${total} guesses`);
