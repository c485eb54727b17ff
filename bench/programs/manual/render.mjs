import matter from "gray-matter";
import hljs from "highlight.js";
import MarkdownIt from "markdown-it";

const markdown = new MarkdownIt({
  html: true,
  highlight: (code, language) => (hljs.getLanguage(language) ? hljs.highlight(code, { language }).value : ""),
});

export function render(source) {
  const { data, content } = matter(source);
  const body = markdown.render(content);
  return { title: data.title, tags: data.tags, html: `<!doctype html><title>${data.title}</title>${body}` };
}
