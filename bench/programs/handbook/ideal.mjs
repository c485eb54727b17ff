import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { diskCache } from "../disk-cache.mjs";
import { render as renderNow } from "./render.mjs";

const cached = diskCache(new URL("render.mjs", import.meta.url));
const render = (markdown) => cached("render", markdown, () => renderNow(markdown));

const names = (await readdir("chapters")).sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
const chapters = await Promise.all(names.map(async (name) => render(await readFile(`chapters/${name}`, "utf8"))));
for (const [index, { html, headings }] of chapters.entries()) {
  const sha = createHash("sha1").update(html).digest("hex");
  console.log(
    `${names[index]}: ${headings.length} sections, last "${headings.at(-1)}", ${html.length} characters ${sha}`,
  );
}
