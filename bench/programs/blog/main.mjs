import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { readPost, relatedPosts } from "./posts.mjs";
import { render } from "./template.mjs";

function build() {
  mkdirSync("out", { recursive: true });
  const posts = readdirSync("posts")
    .sort()
    .map((name) => readPost(name.replace(".md", ""), readFileSync(`posts/${name}`, "utf8")));
  const template = readFileSync("templates/post.html", "utf8");
  let bytes = 0;
  for (const post of posts) {
    const html = render(template, { ...post, related: relatedPosts(posts, post, 5) });
    writeFileSync(`out/${post.slug}.html`, html);
    bytes += html.length;
  }
  const newestFirst = [...posts].sort((a, b) => b.date.localeCompare(a.date));
  const index = render(readFileSync("templates/index.html", "utf8"), { posts: newestFirst });
  writeFileSync("out/index.html", index);
  return { pages: posts.length + 1, bytes: bytes + index.length };
}

const { pages, bytes } = build();
console.log(`wrote ${pages} pages, ${bytes} bytes`);
