import { createHash } from "node:crypto";
import { makeFormulas } from "./formulas.mjs";
import { renderPage } from "./page.mjs";

const formulas = makeFormulas(1800);
for (let chapter = 1; chapter <= 6; chapter++) {
  const page = renderPage(`Chapter ${chapter}`, formulas.slice((chapter - 1) * 300, chapter * 300));
  console.log(`chapter ${chapter}: ${page.length} characters ${createHash("sha1").update(page).digest("hex")}`);
}
