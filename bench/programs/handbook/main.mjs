import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { render } from "./render.mjs";

const names = (await readdir("chapters")).sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
const chapters = await Promise.all(names.map(async (name) => render(await readFile(`chapters/${name}`, "utf8"))));
for (const [index, { html, headings }] of chapters.entries()) {
  const sha = createHash("sha1").update(html).digest("hex");
  console.log(
    `${names[index]}: ${headings.length} sections, last "${headings.at(-1)}", ${html.length} characters ${sha}`,
  );
}
