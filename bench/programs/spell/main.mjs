import { Dictionary } from "./dictionary.mjs";
import { makeWords, misspell } from "./text.mjs";

const words = makeWords(6000, 11);
const dictionary = new Dictionary();
for (const word of words) dictionary.add(word);

const text = misspell(words, 400, 5);
let corrected = 0;
for (const word of text) {
  const [best] = dictionary.closest(word, 2);
  if (best && best.d > 0) {
    corrected++;
    if (corrected % 40 === 0) console.log(`${word} -> ${best.word}`);
  }
}
console.log(`${dictionary.size} words, ${corrected} of ${text.length} corrected`);
