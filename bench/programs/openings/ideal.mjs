import { diskCache } from "../disk-cache.mjs";
import { analyse as analyseNow } from "./search.mjs";

const cached = diskCache(new URL("search.mjs", import.meta.url));
const analyse = (moves, depth) => cached("analyse", [moves, depth], () => analyseNow(moves, depth));

const openings = {
  "Ruy Lopez": "e4 e5 Nf3 Nc6 Bb5",
  Sicilian: "e4 c5 Nf3 d6",
  "Queen's Gambit": "d4 d5 c4",
  "King's Indian": "d4 Nf6 c4 g6",
  Caro: "e4 c6 d4 d5",
};
for (const [name, moves] of Object.entries(openings)) {
  const { fen, score, line, nodes } = analyse(moves.split(" "), 3);
  console.log(
    `${name.padEnd(16)} ${(score / 100).toFixed(2).padStart(6)} ${line.join(" ")} (${nodes} nodes)\n  ${fen}`,
  );
}
