// Writes data/*.txt: texts of random words, some of which have copied from each other.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

const WORDS = (
  "harbour lantern meadow signal orchard granite whisper copper valley drifting silent amber northern gentle " +
  "river winter garden letter stone morning hollow silver bridge thunder paper island candle autumn market"
).split(" ");

/** Numbers from 0 to 1, the same in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function main(): void {
  const { values } = parseArgs({
    options: {
      data: { type: "string", default: join(import.meta.dirname, "data") },
      texts: { type: "string", default: "16" },
      words: { type: "string", default: "600" },
    },
  });

  const random = randomNumbers(7);
  const below = (most: number) => Math.floor(random() * most);
  const texts: string[][] = [];
  for (let text = 0; text < Number(values.texts); text++) {
    const words = Array.from({ length: Number(values.words) }, () => WORDS[below(WORDS.length)]);
    if (text % 5 === 4) {
      const source = texts[below(text)];
      const from = below(source.length / 2);
      words.splice(below(words.length), 0, ...source.slice(from, from + source.length / 4));
    }
    texts.push(words);
  }

  mkdirSync(values.data, { recursive: true });
  for (const [index, words] of texts.entries()) {
    const name = `text-${String(index + 1).padStart(2, "0")}.txt`;
    writeFileSync(join(values.data, name), `${words.join(" ").replace(/(.{60,80}) /g, "$1\n")}\n`);
  }
  console.log(`wrote ${texts.length} texts`);
}

main();
