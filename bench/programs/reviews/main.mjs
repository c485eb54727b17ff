import { analyse } from "./analyse.mjs";
import { makeReviews } from "./texts.mjs";

const counts = {};
const results = makeReviews(25).map((text) => analyse(text));
for (const { people, places, verbs } of results) {
  for (const word of [...people, ...places, ...verbs]) counts[word] = (counts[word] ?? 0) + 1;
}
for (const [word, count] of Object.entries(counts)
  .sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))
  .slice(0, 15)) {
  console.log(`${String(count).padStart(5)} ${word}`);
}
console.log(results[0].past);
console.log(results[7].nouns.join(", "));
