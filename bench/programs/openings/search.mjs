import { Chess } from "chess.js";

const VALUES = { p: 100, n: 320, b: 330, r: 500, q: 900, k: 0 };

function evaluate(chess) {
  let score = 0;
  for (const row of chess.board()) {
    for (const piece of row) {
      if (!piece) continue;
      const centre = "cdef".includes(piece.square[0]) && "3456".includes(piece.square[1]) ? 15 : 0;
      score += (piece.color === "w" ? 1 : -1) * (VALUES[piece.type] + centre);
    }
  }
  return chess.turn() === "w" ? score : -score;
}

function negamax(chess, depth, alpha, beta) {
  if (depth === 0) return { score: evaluate(chess), line: [], nodes: 1 };
  let nodes = 1;
  let line = [];
  for (const move of chess.moves()) {
    chess.move(move);
    const found = negamax(chess, depth - 1, -beta, -alpha);
    chess.undo();
    nodes += found.nodes;
    if (-found.score > alpha) {
      alpha = -found.score;
      line = [move, ...found.line];
    }
    if (alpha >= beta) break;
  }
  return { score: alpha, line, nodes };
}

export function analyse(moves, depth) {
  const chess = new Chess();
  for (const move of moves) chess.move(move);
  const { score, line, nodes } = negamax(chess, depth, -1e6, 1e6);
  return { fen: chess.fen(), score, line, nodes };
}
