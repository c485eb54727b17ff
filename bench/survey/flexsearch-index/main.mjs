import { digest } from "../digest.mjs";
import { makeText, searchTexts } from "./find.mjs";

for (let round = 0; round < 20; round++) {
  const texts = Array.from({ length: 150 }, (_, i) => makeText(i + round * 300));
  console.log(round, digest(searchTexts(texts, ["katomi", "solren dar", "vilo", "panuka mi"])));
}
