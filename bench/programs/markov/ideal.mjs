import { readdirSync, readFileSync } from "node:fs";
import { diskCache } from "../disk-cache.mjs";
import { Generator, perplexity, tokenize, train } from "./model.mjs";

const cached = diskCache(new URL("model.mjs", import.meta.url));
const books = readdirSync("data").sort();
const texts = books.map((name) => readFileSync(`data/${name}`, "utf8"));

for (const order of [1, 2, 3]) {
  const { size, fit, sentences } = cached("order", [texts, order], () => {
    const tokens = texts.map(tokenize);
    const model = train(tokens.slice(0, -1).flat(), order);
    const generator = new Generator(model, order, 4711 + order);
    const sentences = Array.from({ length: 8 }, () => generator.sentence(25));
    return { size: model.size, fit: perplexity(model, tokens.at(-1), order), sentences };
  });
  console.log(`order ${order}: ${size} states, perplexity of ${books.at(-1)} ${fit.toFixed(3)}`);
  for (const sentence of sentences) console.log(`  ${sentence}`);
}
