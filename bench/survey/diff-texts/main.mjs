import { digest } from "../digest.mjs";
import { compare } from "./compare.mjs";

const text = (n) =>
  Array.from(
    { length: 120 },
    (_, i) => `line ${i} of the text with ${(i * n) % 13} apples and ${(i + n) % 7 === 0 ? "pears" : "plums"}`,
  ).join("\n");
for (let n = 1; n <= 20; n++) {
  const { lines, words, chars, patch } = compare(text(n), text(n + 1));
  console.log(n, lines, words, chars, digest(patch));
}
