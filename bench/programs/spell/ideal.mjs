import { diskCache } from "../disk-cache.mjs";
import { Dictionary } from "./dictionary.mjs";
import { makeWords, misspell } from "./text.mjs";

const cached = diskCache(new URL("dictionary.mjs", import.meta.url), new URL("text.mjs", import.meta.url));
const { size, bests, text } = cached("spell", [6000, 11, 400, 5], () => {
  const words = makeWords(6000, 11);
  const dictionary = new Dictionary();
  for (const word of words) dictionary.add(word);
  const text = misspell(words, 400, 5);
  return { size: dictionary.size, text, bests: text.map((word) => dictionary.closest(word, 2)[0]) };
});
let corrected = 0;
for (const [index, word] of text.entries()) {
  const best = bests[index];
  if (best && best.d > 0) {
    corrected++;
    if (corrected % 40 === 0) console.log(`${word} -> ${best.word}`);
  }
}
console.log(`${size} words, ${corrected} of ${text.length} corrected`);
