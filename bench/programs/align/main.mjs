import { align, identity, mutate } from "./align.mjs";

let seed = 1234567;
function random() {
  seed = (seed * 16807) % 2147483647;
  return (seed - 1) / 2147483646;
}

const ancestor = Array.from({ length: 1400 }, () => "ACGT"[Math.floor(random() * 4)]).join("");
const species = {};
for (const [name, rate] of Object.entries({ mouse: 0.12, rat: 0.13, dog: 0.2, cow: 0.22, frog: 0.35, fish: 0.42 })) {
  species[name] = mutate(ancestor, rate, random);
}

const names = Object.keys(species);
for (const a of names) {
  const cells = names.map((b) => {
    const result = align(species[a], species[b]);
    return `${String(result.score).padStart(6)} ${(identity(result) * 100).toFixed(1).padStart(5)}%`;
  });
  console.log(a.padEnd(6), cells.join(" | "));
}
const { top, bottom } = align(species.mouse, species.rat);
console.log(top.slice(0, 76));
console.log(bottom.slice(0, 76));
