const rowOf = (i) => Math.floor(i / 9);
const columnOf = (i) => i % 9;
const boxOf = (i) => Math.floor(rowOf(i) / 3) * 3 + Math.floor(columnOf(i) / 3);

const peers = Array.from({ length: 81 }, (_, i) =>
  Array.from({ length: 81 }, (_, j) => j).filter(
    (j) => j !== i && (rowOf(i) === rowOf(j) || columnOf(i) === columnOf(j) || boxOf(i) === boxOf(j)),
  ),
);

export function parse(line) {
  return [...line].map((c) => (c === "." ? 0 : Number(c)));
}

function candidates(grid, i) {
  const taken = new Set(peers[i].map((j) => grid[j]));
  return [1, 2, 3, 4, 5, 6, 7, 8, 9].filter((digit) => !taken.has(digit));
}

export function solve(grid, stats = { guesses: 0 }) {
  let best = -1;
  let options = null;
  for (let i = 0; i < 81; i++) {
    if (grid[i] !== 0) continue;
    const found = candidates(grid, i);
    if (options === null || found.length < options.length) {
      best = i;
      options = found;
      if (found.length <= 1) break;
    }
  }
  if (options === null) return { grid, guesses: stats.guesses };
  for (const digit of options) {
    stats.guesses++;
    const next = [...grid];
    next[best] = digit;
    const solved = solve(next, stats);
    if (solved) return solved;
  }
  return null;
}

export function show(grid) {
  const rows = [];
  for (let y = 0; y < 9; y++) rows.push(grid.slice(y * 9, y * 9 + 9).join(" "));
  return rows.join("\n");
}
