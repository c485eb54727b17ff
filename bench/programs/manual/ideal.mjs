import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { diskCache } from "../disk-cache.mjs";

const cached = diskCache(new URL("render.mjs", import.meta.url));
mkdirSync("out", { recursive: true });
const tags = {};
for (const file of readdirSync("pages").sort()) {
  const source = readFileSync(`pages/${file}`, "utf8");
  const page = await cached("page", source, async () => (await import("./render.mjs")).render(source));
  writeFileSync(`out/${file.replace(".md", ".html")}`, page.html);
  for (const tag of page.tags) {
    tags[tag] ??= [];
    tags[tag].push(page.title);
  }
}
for (const [tag, titles] of Object.entries(tags)) console.log(`${tag}: ${titles.length}`);
