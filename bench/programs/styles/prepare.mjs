import { mkdirSync, writeFileSync } from "node:fs";

mkdirSync("css", { recursive: true });
for (let sheet = 1; sheet <= 6; sheet++) {
  const rules = Array.from(
    { length: 160 },
    (_, i) => `.card-${sheet}-${i} {
  display: flex; user-select: none; transition: transform .${i % 9}s;
  background: linear-gradient(to right, #${(i * 4099).toString(16).padStart(6, "0").slice(-6)}, white);
  & .title { font-size: ${10 + (i % 20)}px; &:hover { transform: rotate(${i}deg); backdrop-filter: blur(2px); } }
  @media (min-width: ${400 + i}px) { & { display: grid; grid-template-columns: 1fr 2fr; appearance: none; } }
}`,
  );
  writeFileSync(`css/sheet-${sheet}.css`, rules.join("\n"));
}
