import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { diskCache } from "../disk-cache.mjs";
import { readPost, relatedPosts } from "./posts.mjs";
import { render } from "./template.mjs";

const files = ["markdown.mjs", "posts.mjs", "template.mjs"];
const cached = diskCache(...files.map((file) => new URL(file, import.meta.url)));
mkdirSync("out", { recursive: true });
const texts = readdirSync("posts")
  .sort()
  .map((name) => [name.replace(".md", ""), readFileSync(`posts/${name}`, "utf8")]);
const templates = ["post", "index"].map((name) => readFileSync(`templates/${name}.html`, "utf8"));
const pages = cached("pages", [texts, templates], () => {
  const posts = texts.map(([slug, text]) => readPost(slug, text));
  const pages = posts.map((post) => [
    post.slug,
    render(templates[0], { ...post, related: relatedPosts(posts, post, 5) }),
  ]);
  const newestFirst = [...posts].sort((a, b) => b.date.localeCompare(a.date));
  return [...pages, ["index", render(templates[1], { posts: newestFirst })]];
});
let bytes = 0;
for (const [slug, html] of pages) {
  writeFileSync(`out/${slug}.html`, html);
  bytes += html.length;
}
console.log(`wrote ${pages.length} pages, ${bytes} bytes`);
