import { mkdirSync, writeFileSync } from "node:fs";

mkdirSync("data", { recursive: true });
let s = 77;
const random = (n) => {
  s = (s * 16807) % 2147483647;
  return s % n;
};
const words = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor".split(" ");
writeFileSync("data/text.txt", Array.from({ length: 300000 }, () => words[Math.min(random(12), random(12))]).join(" "));
writeFileSync(
  "data/table.csv",
  Array.from({ length: 70000 }, (_, i) => `${i},${random(1000)},${words[random(12)]}`).join("\n"),
);
writeFileSync(
  "data/noise.bin",
  Uint8Array.from({ length: 2400000 }, () => Math.min(random(256), random(256))),
);
writeFileSync(
  "data/records.json",
  JSON.stringify(Array.from({ length: 20000 }, (_, id) => ({ id, name: words[random(12)], score: random(100) }))),
);
