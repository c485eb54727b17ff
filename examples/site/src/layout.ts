import { escapeHtml, slugify } from "./html.ts";
import type { Tag } from "./tags.ts";
import type { Heading, Page } from "./types.ts";

const siteName = "The Harbor handbook";

/** A page as a whole document. `previous` and `next` are its neighbours. */
export function layoutPage(page: Page, previous: Page | undefined, next: Page | undefined): string {
  const neighbours = [
    previous === undefined ? "" : `<a rel="prev" href="./${previous.slug}.html">${escapeHtml(previous.title)}</a>`,
    next === undefined ? "" : `<a rel="next" href="./${next.slug}.html">${escapeHtml(next.title)}</a>`,
  ];
  return layout(
    page.title,
    page.summary,
    `<nav class="toc">${tableOfContents(page.headings)}</nav>
<article>
<h1>${escapeHtml(page.title)}</h1>
<p class="meta">${escapeHtml(page.author)}, <time>${page.date}</time>, ${page.minutes} min, ${tagLinks(page.tags)}</p>
${page.html}</article>
<nav class="neighbours">${neighbours.join("")}</nav>`,
  );
}

export function layoutTag(tag: Tag): string {
  const items = tag.entries.map(
    (entry) =>
      `<li><a href="../pages/${entry.slug}.html">${escapeHtml(entry.title)}</a> <time>${entry.date}</time>` +
      `<p>${escapeHtml(entry.summary)}</p></li>`,
  );
  return layout(
    tag.name,
    `Pages about ${tag.name}`,
    `<h1>${escapeHtml(tag.name)}</h1>\n<ul>\n${items.join("\n")}\n</ul>`,
  );
}

export function layoutHome(pages: Page[], tags: Tag[]): string {
  const sections = new Map<string, string[]>();
  for (const page of pages) {
    const items = sections.get(page.section) ?? [];
    items.push(`<li><a href="./pages/${page.slug}.html">${escapeHtml(page.title)}</a></li>`);
    sections.set(page.section, items);
  }
  const lists = [...sections].map(([name, items]) => `<h2>${escapeHtml(name)}</h2>\n<ul>\n${items.join("\n")}\n</ul>`);
  const cloud = tags.map(
    (tag) => `<a href="./tags/${tag.slug}.html">${escapeHtml(tag.name)} (${tag.entries.length})</a>`,
  );
  return layout(siteName, `All pages of ${siteName}`, `${lists.join("\n")}\n<p class="tags">${cloud.join(" ")}</p>`);
}

function layout(title: string, description: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="description" content="${escapeHtml(description)}">
<title>${escapeHtml(title)} | ${siteName}</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
${body}
</body>
</html>
`;
}

function tableOfContents(headings: Heading[]): string {
  let depth = 1;
  let html = "";
  for (const heading of headings) {
    for (; depth < heading.depth; depth++) html += "<ul>";
    for (; depth > heading.depth; depth--) html += "</ul>";
    html += `<li><a href="#${heading.slug}">${escapeHtml(heading.text)}</a></li>`;
  }
  for (; depth > 1; depth--) html += "</ul>";
  return html;
}

function tagLinks(tags: string[]): string {
  return tags.map((tag) => `<a href="../tags/${slugify(tag)}.html">${escapeHtml(tag)}</a>`).join(" ");
}
