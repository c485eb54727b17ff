import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { splitFrontMatter } from "./frontMatter.ts";
import { renderMarkdown } from "./markdown.ts";
import type { Page } from "./types.ts";

const wordsPerMinute = 220;

/** Turns `<slug>.md` into a page. */
export function renderPage(path: string): Page {
  const slug = basename(path, ".md");
  const { fields, body } = splitFrontMatter(readFileSync(path, "utf8"));
  if (fields.draft) console.log(`${slug} is a draft`);
  const rendered = renderMarkdown(body);
  const text = plainText(body);
  return {
    ...fields,
    ...rendered,
    slug,
    summary: summarize(text, 160),
    minutes: Math.max(1, Math.round(text.split(" ").length / wordsPerMinute)),
    text,
  };
}

/** The words of a page without code, tables and marks. */
export function plainText(markdown: string): string {
  return markdown
    .replace(/^```[\s\S]*?^```$/gm, " ")
    .replace(/^\|.*\|$/gm, " ")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[#>*~`|_]+/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

function summarize(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, text.lastIndexOf(" ", limit))} ...`;
}
