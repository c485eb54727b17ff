import { detect } from "./detect.mjs";

const PARTS = [
  "Der schnelle braune Fuchs springt über den faulen Hund und läuft weiter",
  "the quick brown fox jumps over the lazy dog and keeps on running",
  "le renard brun saute par dessus le chien paresseux et continue",
  "el zorro marrón salta sobre el perro perezoso y sigue corriendo",
  "rychlá hnědá liška skáče přes líného psa a běží dál",
];
for (let i = 0; i < 600; i++) {
  const { best, three } = detect(
    `${PARTS[i % 5]} ${i} ${PARTS[i % 5]
      .split(" ")
      .reverse()
      .slice(i % 6)
      .join(" ")}`,
  );
  console.log(i, best, three.join(", "));
}
