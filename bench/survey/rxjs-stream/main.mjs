import { digest } from "../digest.mjs";
import { averages } from "./stream.mjs";

for (let round = 1; round <= 8; round++) {
  const values = Array.from({ length: 40000 }, (_, i) => (i * round * 7919) % 10007);
  console.log(round, digest(averages(values, 10 + round)));
}
