import { digest } from "../digest.mjs";
import { summarize, tablePage } from "./page.mjs";

for (let i = 1; i <= 20; i++) {
  const { sum, html } = summarize(tablePage(i));
  console.log(i, sum, digest(html));
}
