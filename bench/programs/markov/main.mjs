import { readdirSync, readFileSync } from "node:fs";
import { Generator, perplexity, tokenize, train } from "./model.mjs";

const books = readdirSync("data").sort();
const texts = books.map((name) => readFileSync(`data/${name}`, "utf8"));
const tokens = texts.map(tokenize);
const all = tokens.slice(0, -1).flat();

for (const order of [1, 2, 3]) {
  const model = train(all, order);
  const fit = perplexity(model, tokens.at(-1), order);
  console.log(`order ${order}: ${model.size} states, perplexity of ${books.at(-1)} ${fit.toFixed(3)}`);
  const generator = new Generator(model, order, 4711 + order);
  for (let i = 0; i < 8; i++) console.log(`  ${generator.sentence(25)}`);
}
