import { Marked } from "marked";
import { highlightCode } from "./highlight.ts";
import { escapeHtml, slugify } from "./html.ts";
import type { Heading } from "./types.ts";

export interface Rendered {
  html: string;
  headings: Heading[];
  links: string[];
}

/** Markdown to HTML: headings get anchors, code gets colours, links between pages lead to the built pages. */
export function renderMarkdown(source: string): Rendered {
  const headings: Heading[] = [];
  const links: string[] = [];
  const used = new Map<string, number>();

  function uniqueSlug(text: string): string {
    const slug = slugify(text);
    const count = used.get(slug) ?? 0;
    used.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  }

  const marked = new Marked({
    gfm: true,
    walkTokens(token) {
      if (token.type !== "link") return;
      token.href = builtAddress(token.href);
      links.push(token.href);
    },
    renderer: {
      heading({ tokens, depth, text }) {
        const slug = uniqueSlug(text);
        headings.push({ depth, slug, text });
        return `<h${depth} id="${slug}"><a href="#${slug}">${this.parser.parseInline(tokens)}</a></h${depth}>\n`;
      },
      code({ text, lang }) {
        const { html, language } = highlightCode(text, lang ?? "");
        return `<pre data-language="${escapeHtml(language)}"><code class="hljs">${html}</code></pre>\n`;
      },
      table(token) {
        const head = token.header.map((cell) => this.tablecell(cell)).join("");
        const rows = token.rows.map((row) => `<tr>${row.map((cell) => this.tablecell(cell)).join("")}</tr>`);
        return `<div class="table"><table><thead><tr>${head}</tr></thead><tbody>${rows.join("\n")}</tbody></table></div>\n`;
      },
    },
  });
  return { html: marked.parse(source, { async: false }), headings, links };
}

function builtAddress(address: string): string {
  return /^[a-z]+:/.test(address) ? address : address.replace(/\.md(?=#|$)/, ".html");
}
