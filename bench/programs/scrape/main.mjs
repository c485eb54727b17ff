import { readdirSync, readFileSync } from "node:fs";
import { extract } from "./extract.mjs";

const files = readdirSync("pages").sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
const products = files.flatMap((file) => extract(readFileSync(`pages/${file}`, "utf8")));
const available = products.filter((product) => product.available);
console.log(`${products.length} products, ${available.length} available`);
for (const colour of ["red", "blue", "green"]) {
  const prices = available.filter(({ specs }) => specs.Colour === colour).map(({ price }) => price);
  console.log(
    `${colour}: ${prices.length}, mean ${(prices.reduce((a, b) => a + b, 0) / prices.length).toFixed(2)} EUR`,
  );
}
console.log(available.sort((a, b) => b.price - a.price).slice(0, 3));
