// Builds the site: data/pages/*.md -> out/

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { layoutHome, layoutPage, layoutTag } from "./src/layout.ts";
import { renderPage } from "./src/page.ts";
import { buildSearchIndex } from "./src/search.ts";
import { indexTags } from "./src/tags.ts";

/** All files of the site, by path. */
function buildSite(folder: string): Map<string, string> {
  const names = readdirSync(folder).filter((name) => name.endsWith(".md"));
  const all = names.sort().map((name) => renderPage(join(folder, name)));
  const pages = all.filter((page) => !page.draft);
  console.log(`rendered ${all.length} pages, ${all.length - pages.length} of them drafts`);

  const tags = indexTags(pages.map(({ slug, title, date, summary, tags }) => ({ slug, title, date, summary, tags })));
  console.log(`found ${tags.length} tags`);

  const files = new Map<string, string>();
  pages.forEach((page, index) => {
    files.set(`pages/${page.slug}.html`, layoutPage(page, pages[index - 1], pages[index + 1]));
  });
  for (const tag of tags) files.set(`tags/${tag.slug}.html`, layoutTag(tag));
  files.set("index.html", layoutHome(pages, tags));
  files.set("search.json", buildSearchIndex(pages.map(({ slug, title, text }) => ({ slug, title, text }))));
  return files;
}

function readIfPresent(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** Leaves alone what has not changed: a deployment looks at the modification times. */
function writeFiles(folder: string, files: Map<string, string>): void {
  for (const path of new Set([...files.keys()].map(dirname))) mkdirSync(join(folder, path), { recursive: true });
  for (const [name, content] of files) {
    const path = join(folder, name);
    if (readIfPresent(path) !== content) writeFileSync(path, content);
  }
}

function main(): void {
  const { values } = parseArgs({
    options: {
      data: { type: "string", default: join(import.meta.dirname, "data") },
      out: { type: "string", default: join(import.meta.dirname, "out") },
    },
  });

  const files = buildSite(join(values.data, "pages"));
  writeFiles(values.out, files);

  const size = [...files.values()].reduce((sum, content) => sum + Buffer.byteLength(content), 0);
  console.log(`built ${files.size} files, ${size} bytes`);
}

main();
