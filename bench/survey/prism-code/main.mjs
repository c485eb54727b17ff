import { digest } from "../digest.mjs";
import { highlight, makeCode } from "./highlight.mjs";

for (let n = 0; n < 25; n++) {
  const html = highlight(makeCode(n), "javascript");
  console.log(n, html.length, digest(html));
}
