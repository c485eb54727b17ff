import { franc, francAll } from "franc";

export function detect(text) {
  return {
    best: franc(text),
    three: francAll(text)
      .slice(0, 3)
      .map(([code, score]) => `${code} ${score.toFixed(3)}`),
  };
}
