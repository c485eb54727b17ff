import { Life } from "./life.mjs";

const life = new Life(240, 160, 12345);
while (life.generation < 300) {
  if (life.generation % 20 === 0) console.log(`generation ${life.generation}: ${life.population} alive`);
  life.step();
}
console.log(life.draw(60, 20));
console.log(`generation ${life.generation}: ${life.population} alive`);
