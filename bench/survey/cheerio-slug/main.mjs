import { digest } from "../digest.mjs";
import { makePage, withContents } from "./pages.mjs";

for (let i = 0; i < 60; i++) {
  const { html, contents } = withContents(makePage(i));
  console.log(i, contents.length, digest(html));
}
