import { mkdirSync, writeFileSync } from "node:fs";

const words =
  "the a old young captain sea ship wind storm island gold map night morning crew sailor rope sail wave harbour dark bright slow quick ran saw took held lost found sang under over beyond and but then while never always again home".split(
    " ",
  );
mkdirSync("data", { recursive: true });
let state = 99;
const next = (n) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 4294967296) * n);
};
for (let book = 1; book <= 6; book++) {
  const sentences = [];
  for (let s = 0; s < 9000; s++) {
    const sentence = Array.from(
      { length: 5 + next(12) },
      () => words[Math.min(next(words.length), next(words.length))],
    );
    sentences.push(`${sentence[0][0].toUpperCase()}${sentence.join(" ").slice(1)}.`);
  }
  writeFileSync(`data/book-${book}.txt`, sentences.join(" "));
}
