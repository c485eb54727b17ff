import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { render } from "./render.mjs";

mkdirSync("out", { recursive: true });
const tags = {};
for (const file of readdirSync("pages").sort()) {
  const page = render(readFileSync(`pages/${file}`, "utf8"));
  writeFileSync(`out/${file.replace(".md", ".html")}`, page.html);
  for (const tag of page.tags) {
    tags[tag] ??= [];
    tags[tag].push(page.title);
  }
}
for (const [tag, titles] of Object.entries(tags)) console.log(`${tag}: ${titles.length}`);
