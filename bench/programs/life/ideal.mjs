import { diskCache } from "../disk-cache.mjs";
import { Life } from "./life.mjs";

const cached = diskCache(new URL("life.mjs", import.meta.url));
const { populations, picture, generation, population } = cached("life", [240, 160, 12345, 300], () => {
  const life = new Life(240, 160, 12345);
  const populations = [];
  while (life.generation < 300) {
    if (life.generation % 20 === 0) populations.push([life.generation, life.population]);
    life.step();
  }
  return { populations, picture: life.draw(60, 20), generation: life.generation, population: life.population };
});
for (const [at, count] of populations) console.log(`generation ${at}: ${count} alive`);
console.log(picture);
console.log(`generation ${generation}: ${population} alive`);
